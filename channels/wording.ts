/** The words of notices: the programme's texts with their placeholders filled in, several notices as one message. */
import {
  ALARM_NAMES_ENGLISH,
  COMMAND_NAMES_ENGLISH,
  DUTY_NAMES_ENGLISH,
  ownerNameEnglish,
  PHASE_NAMES_ENGLISH,
} from '../contracts/words/glossary-english';
import { ALARM_NAMES, COMMAND_NAMES, DUTY_NAMES, ownerName, PHASE_NAMES } from '../contracts/words/glossary';
import type { NoticeContent } from '../contracts/telling/message-content';
import type { Language } from '../contracts/words/languages';
import { fillIn, type NoticePlaceholder, type NoticeKind } from '../domain/telling/notices';
import { isProblemCode, problemDocument } from '../contracts/words/problems';
import { rulesOf, type Programme } from '../programme/schema';
import { pageOfCase } from '../contracts/telling/console-addresses';
import type { DutyKind } from '../domain/case/agenda';
import { dueAfter, instantOf, isDate, localDate, localTime } from '../domain/calendar/calendar';
import type { CommandType, ReportAlarm } from '../domain/case/commands';
import type { Edition, Instant } from '../domain/programme/edition';
import type { Json } from '../domain/ledger/entry';

export interface Words {
  /** One line. */
  readonly subject: string;
  readonly text: string;
  readonly link: string;
}

export interface Wording {
  readonly programme: Programme;
  /** Where the API is reached from outside, without a slash at its end. */
  readonly publicUrl: string;
}

/**
 * @throws Error for a notice without words: of an unknown kind, or about something that the edition does not have
 */
export function wordNotices(notices: readonly NoticeContent[], language: Language, wording: Wording): Words {
  const [first] = notices;
  if (!first) throw new Error('no notice to be worded');
  const worded = notices.map((notice) => wordNotice(notice, language, wording));
  const [only] = worded;
  if (only && worded.length === 1) return { ...only, link: caseLink(wording, first) };
  const { town } = wording.programme;
  const more = worded.length - 1;
  const subject =
    language === 'zh'
      ? `【${town}复工】${worded.length} 项通知：${only?.subject ?? ''}等`
      : `${worded.length} notices: ${only?.subject ?? ''} and ${more} more`;
  const text = worded.map((one, index) => `${index + 1}. ${one.text}`).join('\n\n');
  const ofOneCase = notices.every(({ caseNumber }) => caseNumber === first.caseNumber);
  return { subject, text, link: ofOneCase ? caseLink(wording, first) : `${wording.publicUrl}/` };
}

/** Where the case is opened; the only place that knows this address. */
function caseLink({ publicUrl }: Wording, { caseNumber }: NoticeContent): string {
  return `${publicUrl}${pageOfCase(caseNumber)}`;
}

function wordNotice(
  notice: NoticeContent,
  language: Language,
  wording: Wording,
): { readonly subject: string; readonly text: string } {
  const texts = wording.programme.notices[notice.kind];
  const values = valuesOf(notice, language, wording);
  // The link stands apart from the words: each channel shows it in its own way.
  const fill = (text: string) => fillIn<NoticeKind>(text, values).trimEnd();
  return { subject: fill(texts.short[language]), text: fill(texts.long[language]) };
}

type Values = { readonly [P in NoticePlaceholder<NoticeKind>]: string };

function valuesOf(notice: NoticeContent, language: Language, { programme }: Wording): Values {
  const { details, caseNumber, enterprise, sequence, phase } = notice;
  const edition = notice.rules ?? rulesOf(programme, notice.edition);
  const zh = language === 'zh';
  const detail = (key: string) => (typeof details[key] === 'string' ? details[key] : '');
  const owner = detail('owner');
  const entered = detail('to') || phase;
  const department = ownerName(`department/${detail('department')}`, edition);
  return {
    case: caseNumber,
    enterprise,
    village: programme.villages.find(({ id }) => id === notice.village)?.name ?? notice.village,
    town: programme.town,
    link: '',
    duty: dutyName(notice.duty ?? '', zh),
    owner: zh ? ownerName(owner, edition) : ownerNameEnglish(owner, edition),
    due: when(dueOf(notice, edition), edition, zh),
    count: String(countOf(notice)),
    round: roundName(said(details['round']), edition),
    command: wordOf(zh ? COMMAND_NAMES : COMMAND_NAMES_ENGLISH, detail('refused') as CommandType),
    reason: reasonOf(detail('code'), details['about'], edition, zh),
    department,
    from: detail('from') || detail('on'),
    alarm: alarmNames(details['alarms'], zh),
    date: detail('date'),
    phase: wordOf(zh ? PHASE_NAMES : PHASE_NAMES_ENGLISH, entered as keyof typeof PHASE_NAMES),
    order: `${caseNumber}/${said(details['order'])}`,
    days: said(details['operatingDays']),
    entry: String(sequence),
    code: detail('code'),
  };
}

/** A detail that is a word or a number. */
function said(value: Json | undefined): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function wordOf<K extends string>(words: { readonly [key in K]: string }, key: K): string {
  return words[key] ?? key;
}

function alarmNames(alarms: Json | undefined, zh: boolean): string {
  const names = zh ? ALARM_NAMES : ALARM_NAMES_ENGLISH;
  const raised = Array.isArray(alarms) ? (alarms as ReportAlarm[]) : [];
  return raised.map((alarm) => wordOf(names, alarm)).join(zh ? '、' : ', ');
}

/** Of `sign-off/1/economy` the first part names the kind; the rest is an id that nobody has to read. */
function dutyName(duty: string, zh: boolean): string {
  const kind = duty.split('/')[0] as DutyKind;
  return wordOf(zh ? DUTY_NAMES : DUTY_NAMES_ENGLISH, kind);
}

/** What was refused is told in the words in which the API would have refused it, as part of a sentence. */
function reasonOf(code: string, about: Json | undefined, edition: Edition, zh: boolean): string {
  if (!isProblemCode(code)) return '';
  const given = typeof about === 'object' && about !== null && !Array.isArray(about) ? about : {};
  const { detail, detailEn } = problemDocument(code, { ...given }, [], { rules: edition });
  return (zh ? detail : detailEn).replace(/[。.]$/, '');
}

function countOf({ kind, details }: NoticeContent): number {
  if (kind === 'untested-listed') return Number(details['untested']);
  if (kind === 'notice-issued') return Array.isArray(details['defects']) ? details['defects'].length : 0;
  return Number(details['count'] ?? 0);
}

/** The due time that the notice speaks of; null: none. */
function dueOf({ kind, at, duty, dues, details }: NoticeContent, edition: Edition): Instant | null {
  const told = details['dueAt'] ?? details['due'];
  if (typeof told === 'number') return told;
  // The duty itself may be done by the time that the notice is worded.
  if (kind === 'notice-issued') return dueAfter(at, edition.terms.rectification, edition);
  if (kind === 'requirement-failed') {
    return dues[`evidence/${said(details['requirement'])}`] ?? dueAfter(at, edition.terms.condition, edition);
  }
  if (kind === 'round-missed') return roundDue(said(details['round']), edition);
  return duty === null ? null : (dues[duty] ?? null);
}

/** `2022-04-12/morning` → `4月12日早间抗原`. */
function roundName(round: string, edition: Edition): string {
  const [date = '', test] = round.split('/');
  const name = edition.tests.find(({ id }) => id === test)?.name;
  return isDate(date) && name !== undefined ? `${date} ${name}` : round;
}

function roundDue(round: string, edition: Edition): Instant | null {
  const [date = '', test] = round.split('/');
  const due = edition.tests.find(({ id }) => id === test)?.due;
  return isDate(date) && due !== undefined ? instantOf(date, due, edition) : null;
}

function when(at: Instant | null, edition: Edition, zh: boolean): string {
  if (at === null) return zh ? '事项办结' : 'the end of the case';
  return `${localDate(at, edition)} ${localTime(at, edition)}`;
}
