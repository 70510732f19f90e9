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
import { outsideAct, rosterStream, type OutsideEntry } from '../../domain/ledger/outside-acts';
import { PEOPLE_ACTS } from '../../domain/people/acts';
import { absence, change, importRoster, leave, type Known } from '../../domain/people/roster';
import type { FieldMistake } from '../../contracts/words/problems';
import { oneLine } from '../../contracts/http/fields';
import { pageOfItems } from '../../contracts/http/answers';
import { localDate } from '../../domain/calendar/calendar';
import { deleteUpload } from '../../db/documents/documents';
import { excuse } from '../../db/testing/rounds';
import { appendActs } from '../../db/ledger/acts-outside';
import { endStaysOf } from '../../db/people/lodging';
import {
  activeByDocument,
  insertPeople,
  leave as writeLeft,
  listPeople,
  lockRoster,
  presentAmong,
  rosterCounts,
  updatePeople,
} from '../../db/people/people';
import { changePerson, setDays } from '../../db/people/person-days';
import { isUniqueViolation, type Client } from '../../db/sql/pool';
import { runningCaseOf } from '../../db/programme/rules';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { afterHeader } from '../http/own-writes';
import { pageOf, paging, positionOf } from '../http/paging';
import { yesOrNo } from '../../contracts/http/fields';
import { requireRoster } from './roster-access';
import { choicesOf, keyOf, peopleOf, ROSTER, type Read } from './roster-rows';
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
    name: 'leave' | 'absence' | 'change',
    summary: string,
    body: Body,
    work: (client: Client, asked: z.output<Body>, enterprise: string) => Promise<Done>,
  ): Route =>
    route({
      method: 'post',
      path: `/enterprises/{enterprise}/roster/${name}`,
      tag: TAG,
      summary,
      access: PEOPLE_ACTS[name].by,
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
          const { people, caused } = await work(client, ask.body, enterprise);
          return recorded(deps, client, ask, { enterprise, command, caused, body: { people } });
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
      access: PEOPLE_ACTS.importRoster.by,
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
      handle: (ask) => imported(deps, ask),
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
    act('leave', '离岗 People leave for good', leaveBody, async (client, { people, on, at }, enterprise) => {
      const leaving = { people, on, at: at === undefined ? undefined : Date.parse(at) };
      const left = leave(await presentAmong(client, enterprise, people), leaving, deps.now());
      const gone = { people: left.people, on: left.on, at: new Date(left.at) };
      await writeLeft(client, enterprise, gone);
      await excuse(client, gone.people, gone);
      await endStaysOf(client, gone.people, gone.on);
      return { people: gone.people.length, caused: await counted(client, enterprise, left) };
    }),
    act('absence', '请假外出 Days of absence', absenceBody, async (client, asked, enterprise) => {
      const { days, ...caused } = absence(await presentAmong(client, enterprise, [asked.person]), asked);
      await setDays(client, 'person_absences', days);
      return { people: 1, caused };
    }),
    act('change', '调整 Change of loop or team', changeBody, async (client, { person, ...changed }, enterprise) => {
      const caused = change(await presentAmong(client, enterprise, [person]), person, changed);
      await changePerson(client, person, changed);
      return { people: 1, caused: await counted(client, enterprise, caused) };
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
  readonly caused: OutsideEntry;
}

/** With how many are on the roster once it is done. */
async function counted(client: Client, enterprise: string, { type, details }: OutsideEntry): Promise<OutsideEntry> {
  return { type, details: { ...details, ...(await rosterCounts(client, enterprise)) } };
}

interface Recorded {
  readonly enterprise: string;
  readonly command: string;
  readonly caused: OutsideEntry;
  readonly body: object;
}

async function recorded(deps: Deps, client: Client, { by }: Ask, done: Recorded): Promise<Reply> {
  const { enterprise, command, caused, body } = done;
  const stream = rosterStream(enterprise);
  const { sequence } = await appendActs(deps.keys, client, stream, [
    outsideAct({ ...caused, by, at: deps.now(), command }),
  ]);
  return { status: 200, headers: afterHeader(stream, sequence), body };
}

async function imported(deps: Deps, ask: Ask<z.output<typeof importBody>>): Promise<Reply> {
  const enterprise = await requireRoster(deps, ask, 'file');
  // What is wrong with the table is said below: a repeat whose workbook is gone by now gets the first answer.
  const read = await peopleIn(deps, ask, enterprise).catch((error: unknown) => ({ error }));
  const dryRun = ask.body.dryRun ?? false;
  const work = async (client: Client, command: string): Promise<Reply> => {
    if ('error' in read) throw read.error;
    await lockRoster(client, enterprise);
    const { added, updated, unchanged, ...caused } = importRoster(await knownAmong(client, read), enterprise, read);
    const body = { added: added.length, updated: updated.length, unchanged, dryRun };
    if (dryRun) throw new Preview(body);
    if (added.length > 0) await insertPeople(client, enterprise, added);
    if (updated.length > 0) await updatePeople(client, updated);
    // Names and numbers stand in their table now; the file would only be another copy of them.
    if (ask.body.workbook) await deleteUpload(client, ask.body.workbook.id, ask.by.account);
    return recorded(deps, client, ask, {
      enterprise,
      command,
      caused: await counted(client, enterprise, caused),
      body,
    });
  };
  const attempt = () =>
    once(deps, ask, `/enterprises/${enterprise}/roster/import`, work).catch((error: unknown) => {
      if (error instanceof Preview) return { status: 200, body: error.body };
      throw error;
    });
  return attempt().catch((error: unknown) => {
    // Another enterprise was faster with one of the people: now that this can be seen, it is said.
    if (isUniqueViolation(error)) return attempt();
    throw error;
  });
}

/** @throws Problem `table-unreadable`, `table-invalid` */
async function peopleIn(deps: Deps, ask: Ask<z.output<typeof importBody>>, enterprise: string): Promise<Read[]> {
  const rows = await rowsOf<RosterRow>(deps.pool, ask.by, ask.body, ROSTER);
  const today = localDate(deps.now(), townOf(deps));
  const running = await runningCaseOf(deps.pool, enterprise);
  const quietDays = running === undefined ? undefined : (await rulesOfCase(deps, running)).rules.testing.quietDays;
  const mistakes: FieldMistake[] = [];
  const people = peopleOf(rows, deps.personal, { today, quietDays }, mistakes);
  if (mistakes.length > 0) throw tableInvalid(mistakes);
  return people;
}

/** Who of them is on a roster, in whatever enterprise. */
async function knownAmong(client: Client, read: readonly Read[]): Promise<Known[]> {
  const documents = read.map((one) => one.documentLookup);
  return (await activeByDocument(client, documents)).map(({ documentLookup, phoneLookup, ...one }) => ({
    ...one,
    documentKey: keyOf(documentLookup),
    phoneKey: phoneLookup && keyOf(phoneLookup),
  }));
}

/** Ends the transaction of a dry run without a trace. */
class Preview extends Error {
  constructor(readonly body: object) {
    super('dry run');
  }
}
