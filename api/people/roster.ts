/** The roster 花名册 of an enterprise: imported as a whole or not at all, changed person by person, never shown unmasked, `/enterprises/{enterprise}/roster`. */
import { z } from 'zod';
import {
  absenceBody,
  changeBody,
  doneCount,
  importBody,
  importView,
  leaveBody,
  LOOPS,
  personView,
  type RosterRow,
} from '../../contracts/people/people';
import { outsideAct, rosterStream, type OutsideAct } from '../../domain/ledger/outside-acts';
import type { FieldMistake } from '../../contracts/words/problems';
import { pageOfItems } from '../../contracts/http/answers';
import { oneLine, yesOrNo } from '../../contracts/http/fields';
import { addDays, localDate } from '../../domain/calendar/calendar';
import type { Json } from '../../domain/ledger/entry';
import { deleteUpload } from '../../db/documents/documents';
import { excuse } from '../../db/testing/rounds';
import { append } from '../../db/ledger/ledger';
import { endStaysOf } from '../../db/people/lodging';
import {
  activeAmong,
  activeByDocument,
  insertPeople,
  leave,
  listPeople,
  lockRoster,
  rosterCounts,
  updatePeople,
  type KnownPerson,
  type NewPerson,
} from '../../db/people/people';
import { changePerson, setDays } from '../../db/people/person-days';
import { isUniqueViolation, type Client } from '../../db/sql/pool';
import { runningCaseOf } from '../../db/programme/rules';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { mayFile, requireRoster } from './roster-access';
import { choicesOf, peopleOf, ROSTER } from './roster-rows';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { rowsOf, tableInvalid } from '../documents/rows-of-body';
import { download, XLSX } from '../documents/workbook-answer';
import { townOf } from '../programme/town';
import { workbookOf } from '../../workbooks/workbook-writing';

const TAG = 'People 人员';
const position = z.tuple([z.string()]);

export function rosterRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  const act = <Body extends z.ZodType>(
    name: string,
    summary: string,
    body: Body,
    work: (client: Client, asked: z.output<Body>, enterprise: string) => Promise<Done>,
  ): Route =>
    route({
      method: 'post',
      path: `/enterprises/{enterprise}/roster/${name}`,
      tag: TAG,
      summary,
      access: mayFile,
      body,
      idempotent: true,
      answers: {
        200: { description: 'Done', schema: doneCount, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-enterprise', 'unknown-person', 'wrong-date', 'key-reused'],
      async handle(ask) {
        const enterprise = await requireRoster(deps, ask, 'file');
        return once(deps, ask, `/enterprises/${enterprise}/roster/${name}`, async (client, command) => {
          await lockRoster(client, enterprise);
          const { people, type, details } = await work(client, ask.body, enterprise);
          return recorded(deps, client, ask, { enterprise, command, type, details, body: { people } });
        });
      },
    });
  return [
    route({
      method: 'post',
      path: '/enterprises/{enterprise}/roster/import',
      tag: TAG,
      summary: '导入花名册 Import the roster',
      description:
        'Rows, a pasted table, or an uploaded workbook. Whoever is known by the document is brought up to date. One wrong line, and nothing is imported.',
      access: mayFile,
      body: importBody,
      idempotent: true,
      answers: {
        200: {
          description: 'Imported, or what would be',
          schema: importView,
          headers: ['Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: ['unknown-enterprise', 'table-invalid', 'table-unreadable', 'unknown-reference', 'key-reused'],
      handle: (ask) => importRoster(deps, ask),
    }),
    route({
      method: 'get',
      path: '/enterprises/{enterprise}/roster',
      tag: TAG,
      summary: '花名册 Roster',
      access: 'account',
      query: z.strictObject({
        ...paging,
        q: oneLine(60, 'Part of the name 姓名').optional(),
        loop: z.enum(LOOPS).optional(),
        left: yesOrNo('Those who have left 已离岗').optional(),
      }),
      answers: { 200: { description: 'People, their numbers masked', schema: pageOfItems(personView) } },
      problems: ['unknown-enterprise'],
      async handle(ask) {
        const enterprise = await requireRoster(deps, ask, 'read');
        const { q, loop, left, limit, cursor } = ask.query;
        const [after = null] = positionOf(cursor, position) ?? [];
        const found = await listPeople(pool, { enterprise, q, loop, left, after, limit });
        return { status: 200, body: { ...pageOf(found, limit, (last) => [last.id]), asOf: ask.asOf } };
      },
    }),
    act('leave', '离岗 People leave for good', leaveBody, async (client, { people, on, ...given }, enterprise) => {
      await requireActive(client, enterprise, people);
      const at = new Date(given.at ?? deps.now());
      const left = await leave(client, enterprise, { people, on, at });
      if (left !== new Set(people).size) throw new Problem('wrong-date', { on });
      await excuse(client, people, { on, at });
      await endStaysOf(client, people, on);
      const details = { people: left, on, ...(await counts(client, enterprise)) };
      return { people: left, type: 'people-left', details };
    }),
    act('absence', '请假外出 Days of absence', absenceBody, async (client, days, enterprise) => {
      await requireActive(client, enterprise, [days.person]);
      requireSpan(days);
      await setDays(client, 'person_absences', days);
      return { people: 1, type: 'person-absent', details: { ...days } };
    }),
    act('change', '调整 Change of loop or team', changeBody, async (client, { person, ...change }, enterprise) => {
      await requireActive(client, enterprise, [person]);
      await changePerson(client, person, change);
      const details = { person, changed: Object.keys(change).sort(), ...(await counts(client, enterprise)) };
      return { people: 1, type: 'person-changed', details };
    }),
    route({
      method: 'get',
      path: '/tables/roster-template',
      tag: TAG,
      summary: '花名册模板 Template of a roster',
      access: 'account',
      answers: { 200: { description: 'A workbook with the headers', media: [XLSX] } },
      async handle() {
        const columns = ROSTER.columns.map(({ key, headers }) => {
          const choices = choicesOf(key);
          // 20 characters: an ID has 18.
          return { key, header: headers[0], width: 20, ...(choices && { choices }) };
        });
        return download(
          '花名册模板.xlsx',
          await workbookOf([{ name: '花名册', columns, rows: [], textColumns: true }]),
        );
      },
    }),
  ];
}

interface Done {
  readonly people: number;
  readonly type: OutsideAct;
  readonly details: { readonly [key: string]: Json };
}

async function requireActive(client: Client, enterprise: string, ids: readonly string[]): Promise<void> {
  const active = await activeAmong(client, enterprise, ids);
  const unknown = ids.filter((id) => !active.has(id));
  if (unknown.length > 0) throw new Problem('unknown-person', { people: unknown.slice(0, 10) });
}

function requireSpan({ from, to }: { readonly from: string; readonly to: string }): void {
  if (to < from) throw new Problem('wrong-date', { from, to });
}

async function counts(client: Client, enterprise: string): Promise<{ [key: string]: number }> {
  return { ...(await rosterCounts(client, enterprise)) };
}

interface Recorded extends Pick<Done, 'type' | 'details'> {
  readonly enterprise: string;
  readonly command: string;
  readonly body: object;
}

async function recorded({ now }: Deps, client: Client, { by }: Ask, done: Recorded): Promise<Reply> {
  const stream = rosterStream(done.enterprise);
  const { type, details, command, body } = done;
  const { sequence } = await append(client, stream, [outsideAct({ type, by, at: now(), details, command })]);
  return { status: 200, headers: afterHeader(stream, sequence), body };
}

async function importRoster(deps: Deps, ask: Ask<z.output<typeof importBody>>): Promise<Reply> {
  const enterprise = await requireRoster(deps, ask, 'file');
  // What is wrong with the table is said below: a repeat whose workbook is gone by now gets the first answer.
  const read = await peopleIn(deps, ask, enterprise).catch((error: unknown) => ({ error }));
  const dryRun = ask.body.dryRun ?? false;
  const address = `/enterprises/${enterprise}/roster/import`;
  const work = async (client: Client, command: string): Promise<Reply> => {
    if ('error' in read) throw read.error;
    await lockRoster(client, enterprise);
    const { added, updated } = await sort(client, enterprise, read);
    const unchanged = read.length - added.length - updated.length;
    const body = { added: added.length, updated: updated.length, unchanged, dryRun };
    if (dryRun) throw new Preview(body);
    if (added.length > 0) await insertPeople(client, enterprise, added);
    if (updated.length > 0) await updatePeople(client, updated);
    // Names and numbers stand in their table now; the file would only be another copy of them.
    if (ask.body.workbook) await deleteUpload(client, ask.body.workbook.id, ask.by.account);
    const details = { added: body.added, updated: body.updated, ...(await counts(client, enterprise)) };
    return recorded(deps, client, ask, { enterprise, command, type: 'roster-imported', details, body });
  };
  const attempt = () =>
    once(deps, ask, address, work).catch((error: unknown) => {
      if (error instanceof Preview) return { status: 200, body: error.body };
      throw error;
    });
  return attempt().catch((error: unknown) => {
    // Another enterprise was faster with one of the people: now that this can be seen, it is said.
    if (isUniqueViolation(error)) return attempt();
    throw error;
  });
}

type Read = NewPerson & { readonly at: string };

/** @throws Problem `table-unreadable`, `table-invalid` */
async function peopleIn(deps: Deps, ask: Ask<z.output<typeof importBody>>, enterprise: string): Promise<Read[]> {
  const rows = await rowsOf<RosterRow>(deps.pool, ask.by, ask.body, ROSTER);
  const today = localDate(deps.now(), townOf(deps));
  const running = await runningCaseOf(deps.pool, enterprise);
  const quietDays = running === undefined ? undefined : (await rulesOfCase(deps, running)).rules.testing.quietDays;
  // Who was there before operation began is no new arrival.
  const quietUntil = (joinedOn: string) => (quietDays === undefined ? null : addDays(joinedOn, quietDays));
  const mistakes: FieldMistake[] = [];
  const people = peopleOf(rows, deps.personal, { today, quietUntil }, mistakes);
  if (mistakes.length > 0) throw tableInvalid(mistakes);
  return people;
}

/** Ends the transaction of a dry run without a trace. */
class Preview extends Error {
  constructor(readonly body: object) {
    super('dry run');
  }
}

type Sorted = { readonly added: NewPerson[]; readonly updated: NewPerson[] };

/** @throws Problem `table-invalid` for whoever is on another enterprise's roster */
async function sort(client: Client, enterprise: string, people: readonly Read[]): Promise<Sorted> {
  const found = await activeByDocument(
    client,
    people.map((one) => one.documentLookup),
  );
  const known = new Map(found.map((one) => [one.documentLookup.toString('hex'), one]));
  const mistakes: FieldMistake[] = [];
  const added: NewPerson[] = [];
  const updated: NewPerson[] = [];
  for (const { at, ...person } of people) {
    const present = known.get(person.documentLookup.toString('hex'));
    if (!present) added.push(person);
    else if (present.enterprise !== enterprise) {
      mistakes.push({ pointer: `${at}/证件号码`, reason: 'is on the roster of another enterprise 已在其他企业在册' });
    } else if (differs(person, present)) updated.push({ ...person, id: present.id });
  }
  if (mistakes.length > 0) throw tableInvalid(mistakes);
  return { added, updated };
}

/** Only what the table says counts. */
function differs(person: NewPerson, present: KnownPerson): boolean {
  const { phoneLookup } = person;
  const said = ['name', 'workshop', 'team', 'loop', 'chronic', 'partyMember'] as const;
  if (said.some((field) => person[field] !== null && person[field] !== present[field])) return true;
  return present.phoneLookup === null || !phoneLookup.equals(present.phoneLookup);
}
