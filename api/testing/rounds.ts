/** Test rounds for readers: counts, people with their results, the untested list 未检名单, incidents, the mobile samplers' route of a day. */
import { z } from 'zod';
import { date } from '../../contracts/http/fields';
import { incidentView, roundPage, roundsView, visitsView } from '../../contracts/testing/rounds';
import { seesOrdersOnly } from '../../domain/case/visibility';
import { findIncident, incidentPeople } from '../../db/testing/incidents';
import { contactsOf } from '../../db/people/person-days';
import { countRound, listRoundPeople, listRounds, roundExists } from '../../db/testing/rounds';
import { visitsOn } from '../../db/testing/visits';
import type { Deps } from '../http/deps';
import { RESULTS_SHAPE } from './results';
import { Problem } from '../http/error-mapper';
import { pageOf, paging, positionOf } from '../http/paging';
import { requireRoundReader } from '../people/named-results';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { download, XLSX } from '../documents/workbook-answer';
import { workbookOf } from '../../workbooks/workbook-writing';
import { ROWS_LIMIT } from '../../contracts/documents/sheets';
import { caseFor } from '../case/visibility';

const TAG = 'Testing 检测';
/** Two weeks of two rounds a day. */
const MOST_ROUNDS = 28;
const position = z.tuple([z.string()]);

export function roundRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/reopenings/{case}/rounds',
      tag: TAG,
      summary: '检测轮次 Test rounds',
      access: 'account',
      answers: { 200: { description: 'Newest first, with their counts', schema: roundsView } },
      problems: ['unknown-case', 'forbidden'],
      async handle({ by, params }) {
        const { caseNumber } = await caseFor(pool, by, params['case'] ?? '');
        if (seesOrdersOnly(by)) throw new Problem('forbidden', { role: by.role });
        const rounds = await listRounds(pool, caseNumber, MOST_ROUNDS);
        const items = [];
        for (const one of rounds) items.push({ ...one, counts: await countRound(pool, caseNumber, one.round) });
        return { status: 200, body: { items } };
      },
    }),
    route({
      method: 'get',
      path: '/reopenings/{case}/rounds/{date}/{test}',
      tag: TAG,
      summary: '一轮检测人员与结果 People and results of a round',
      access: 'account',
      query: z.strictObject(paging),
      answers: { 200: { description: 'Everyone of the round, numbers masked', schema: roundPage } },
      problems: ['unknown-case', 'unknown-round', 'forbidden'],
      handle: (ask) => people(deps, ask, false),
    }),
    route({
      method: 'get',
      path: '/reopenings/{case}/rounds/{date}/{test}/untested',
      tag: TAG,
      summary: '未检名单 The untested list',
      access: 'account',
      query: z.strictObject({ ...paging, format: z.enum(['json', 'xlsx']).default('json') }),
      answers: { 200: { description: 'Of whom nothing is known', schema: roundPage, media: [XLSX] } },
      problems: ['unknown-case', 'unknown-round', 'forbidden'],
      handle: (ask) => (ask.query.format === 'xlsx' ? untestedWorkbook(deps, ask) : people(deps, ask, true)),
    }),
    route({
      method: 'get',
      path: '/reopenings/{case}/incidents/{incident}',
      tag: TAG,
      summary: '异常处置涉及人员 People of an incident',
      access: 'account',
      answers: { 200: { description: 'Who is held, close contacts, whom to call', schema: incidentView } },
      problems: ['unknown-case', 'unknown-incident', 'forbidden'],
      async handle({ by, params }) {
        const { caseNumber } = await requireRoundReader(deps, by, params['case'] ?? '');
        const found = await findIncident(pool, caseNumber, params['incident'] ?? '');
        if (!found) throw new Problem('unknown-incident', { incident: params['incident'] ?? '' });
        const { id, round, cause, tube, openedAt, over, enterprise } = found;
        const involved = (await incidentPeople(pool, id)).map(
          ({ documentLookup: _document, phoneLookup: _phone, ...shown }) => shown,
        );
        const emergencyContacts = await contactsOf(pool, enterprise);
        return { status: 200, body: { id, round, cause, tube, openedAt, over, people: involved, emergencyContacts } };
      },
    }),
    route({
      method: 'get',
      path: '/sampling-visits',
      tag: TAG,
      summary: '流动采样路线 Route of the mobile samplers',
      access: ['health', 'official'],
      query: z.strictObject({ date: date('Day 日期') }),
      answers: { 200: { description: 'By village', schema: visitsView } },
      async handle({ query }) {
        return { status: 200, body: { items: await visitsOn(pool, query.date) } };
      },
    }),
    route({
      method: 'get',
      path: '/tables/result-template',
      tag: TAG,
      summary: '检测结果模板 Template of a sheet of results',
      access: 'account',
      answers: { 200: { description: 'A workbook with the headers', media: [XLSX] } },
      async handle() {
        const columns = RESULTS_SHAPE.columns.map(({ key, headers }) => ({ key, header: headers[0], width: 20 }));
        return download(
          '检测结果模板.xlsx',
          await workbookOf([{ name: '检测结果', columns, rows: [], textColumns: true }]),
        );
      },
    }),
  ];
}

async function roundOf(deps: Deps, { by, params }: Ask): Promise<{ caseNumber: string; round: string }> {
  const { caseNumber } = await requireRoundReader(deps, by, params['case'] ?? '');
  const round = `${params['date'] ?? ''}/${params['test'] ?? ''}`;
  if (!(await roundExists(deps.pool, caseNumber, round))) throw new Problem('unknown-round', { round });
  return { caseNumber, round };
}

async function people(
  deps: Deps,
  ask: Ask<unknown, { limit: number; cursor?: string | undefined }>,
  untested: boolean,
): Promise<Reply> {
  const at = await roundOf(deps, ask);
  const { limit, cursor } = ask.query;
  const [after = null] = positionOf(cursor, position) ?? [];
  const found = await listRoundPeople(deps.pool, { ...at, untested, after, limit });
  return { status: 200, body: { ...pageOf(found, limit, (last) => [last.person]), asOf: ask.asOf } };
}

async function untestedWorkbook(deps: Deps, ask: Ask): Promise<Reply> {
  const at = await roundOf(deps, ask);
  const found = await listRoundPeople(deps.pool, { ...at, untested: true, after: null, limit: ROWS_LIMIT });
  const columns = [
    { key: 'name', header: '姓名' },
    { key: 'document', header: '证件号码（脱敏）', width: 24 },
    { key: 'phone', header: '手机号（脱敏）', width: 18 },
    { key: 'workshop', header: '车间' },
    { key: 'team', header: '班组' },
  ];
  const rows = found.map(({ name, document, phone, workshop, team }) => ({ name, document, phone, workshop, team }));
  return download('未检名单.xlsx', await workbookOf([{ name: '未检名单', columns, rows }]));
}
