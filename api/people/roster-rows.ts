/** What a line of a roster 花名册 says, in the words of a spreadsheet, and as a person with sealed numbers. */
import { randomBytes } from 'node:crypto';
import { rosterRow, type RosterRow } from '../../contracts/people/people';
import type { FieldMistake } from '../../contracts/words/problems';
import { normaliseNumber, residentIdMistake } from '../../domain/calendar/codes';
import { quietUntil, type Line } from '../../domain/people/roster';
import type { LocalDate } from '../../domain/programme/edition';
import type { NewPerson } from '../../db/people/people';
import { masked, type Personal } from '../../proof/personal';
import type { Placed, Shape } from '../documents/rows-of-body';

const WORDS: { readonly [key: string]: { readonly [word: string]: unknown } } = {
  documentType: {
    居民身份证: 'resident-id',
    身份证: 'resident-id',
    护照: 'passport',
    港澳台居民居住证: 'hk-macao-taiwan-permit',
    外国人永久居留身份证: 'permanent-residence',
  },
  loop: { 闭环内: 'on-site', 集中住宿: 'lodging', 不在闭环: 'outside' },
  chronic: { 是: true, 否: false, yes: true, no: false },
  partyMember: { 是: true, 否: false, yes: true, no: false },
};

export const ROSTER: Shape<RosterRow> = {
  schema: rosterRow,
  columns: [
    { key: 'name', headers: ['姓名', 'Name'], required: true },
    { key: 'documentType', headers: ['证件类型', 'Document type'] },
    { key: 'documentNumber', headers: ['证件号码', 'Document number'], required: true },
    { key: 'phone', headers: ['手机号', 'Phone'], required: true },
    { key: 'workshop', headers: ['车间', 'Workshop'] },
    { key: 'team', headers: ['班组', 'Team'] },
    { key: 'loop', headers: ['闭环方式', 'Loop'], required: true },
    { key: 'chronic', headers: ['慢性病', 'Chronic disease'] },
    { key: 'partyMember', headers: ['党员', 'Party member'] },
    { key: 'joinedOn', headers: ['到岗日期', 'First day'] },
  ],
  word(key, text) {
    if (key === 'joinedOn') return dateIn(text);
    const words = WORDS[key];
    if (!words) return text;
    return Object.hasOwn(words, text) ? words[text] : Object.values(words).includes(text) ? text : undefined;
  },
};

/** 2022-05-01, 2022/5/1, 2022.5.1 and 2022年5月1日, as spreadsheets show dates; whether the day exists is for the schema to say. */
function dateIn(text: string): string {
  const found = /^(\d{4})(?:[-/.]|年)(\d{1,2})(?:[-/.]|月)(\d{1,2})日?$/.exec(text.normalize('NFKC'));
  return found ? `${found[1]}-${found[2]?.padStart(2, '0')}-${found[3]?.padStart(2, '0')}` : text;
}

/** What may be chosen in a column of a template: one Chinese word for each meaning. */
export function choicesOf(key: string): string[] | undefined {
  const words = WORDS[key];
  if (!words) return undefined;
  const byMeaning = new Map<unknown, string>();
  for (const [word, meaning] of Object.entries(words)) if (!byMeaning.has(meaning)) byMeaning.set(meaning, word);
  return [...byMeaning.values()];
}

const ID_REASONS = {
  length: 'does not have 18 characters 应为18位',
  character: 'has a character that no ID has 含有不允许的字符',
  date: 'has a date of birth that does not exist 出生日期有误',
  check: 'its check character is wrong 校验位不符',
};
/** Mainland mobiles have 11 digits, others up to 15 with their country (ITU-T E.164). */
const PHONE = /^\+?\d{6,15}$/;
const OTHER_NUMBER = /^[A-Z0-9]{5,30}$/;

/** As the rule takes it, and as it is stored. */
export type Read = NewPerson & Line;

/** The people of the lines; what is wrong with their numbers, or stands there twice, is added to `mistakes`. */
export function peopleOf(
  rows: readonly Placed<RosterRow>[],
  personal: Personal,
  { today, quietDays }: { today: LocalDate; quietDays: number | undefined },
  mistakes: FieldMistake[],
): Read[] {
  const seen = new Map<string, string>();
  return rows.map(({ at, row }) => {
    const number = normaliseNumber(row.documentNumber);
    const phone = normaliseNumber(row.phone).replaceAll('-', '');
    const wrong = numberMistake(row.documentType, number);
    const ofDocument = `${at}/证件号码`;
    if (wrong) mistakes.push({ pointer: ofDocument, reason: wrong });
    if (!PHONE.test(phone)) mistakes.push({ pointer: `${at}/手机号`, reason: 'is no phone number 不是有效电话' });
    const earlier = seen.get(number);
    if (earlier !== undefined) mistakes.push({ pointer: ofDocument, reason: `stands in ${earlier} too 与该行重复` });
    seen.set(number, at);
    const documentLookup = personal.lookup('document', number);
    const owner = ownerOf(documentLookup);
    const joinedOn = row.joinedOn ?? today;
    const phoneLookup = personal.lookup('phone', phone);
    return {
      at: ofDocument,
      documentKey: keyOf(documentLookup),
      phoneKey: keyOf(phoneLookup),
      id: `p-${randomBytes(16).toString('hex')}`,
      name: row.name,
      documentType: row.documentType,
      documentSealed: personal.seal(owner, 'document', number),
      documentLookup,
      documentMask: masked(number),
      phoneSealed: personal.seal(owner, 'phone', phone),
      phoneLookup,
      phoneMask: masked(phone),
      workshop: row.workshop ?? null,
      team: row.team ?? null,
      loop: row.loop,
      chronic: row.chronic ?? null,
      partyMember: row.partyMember ?? null,
      joinedOn,
      quietUntil: quietUntil(joinedOn, quietDays),
    };
  });
}

/** To whom numbers are sealed: the same person on every list, before it is known whether they are on the roster already. */
export function ownerOf(documentLookup: Buffer): string {
  return keyOf(documentLookup);
}

/** A keyed hash as the rules compare it. */
export function keyOf(lookup: Buffer): string {
  return lookup.toString('hex');
}

function numberMistake(type: RosterRow['documentType'], number: string): string | undefined {
  if (type !== 'resident-id') return OTHER_NUMBER.test(number) ? undefined : 'is no document number 不是有效证件号码';
  const mistake = residentIdMistake(number);
  return mistake && ID_REASONS[mistake];
}
