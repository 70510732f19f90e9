/** The ledger as a workbook that adds up, `/ledger/export`: entries, receipts, rounds, days, and the figures that come of them. */
import { z } from 'zod';
import { FIGURES, type Figure, type Figures } from '../../contracts/figures/figures';
import { localDate } from '../../domain/calendar/calendar';
import { SUPPLY_FIGURES, type SupplyItem } from '../../domain/programme/edition';
import { type Client, ofOneMoment } from '../../db/sql/pool';
import {
  completeDays,
  countEntries,
  enterpriseNames,
  exportEntries,
  type ExportedEntry,
} from '../../db/figures/statistics';
import type { Deps } from '../http/deps';
import { figuresOf } from './figures';
import { streamName } from '../ledger/ledger';
import { Problem } from '../http/error-mapper';
import { route, type Ask, type Reply, type Route } from '../http/route';
import { download, XLSX } from '../documents/workbook-answer';
import { WorkbookStream, type Cell, type Formula, type SheetStream } from '../documents/workbook-streaming';
import { itemsOf, townOf } from '../programme/town';
import { Turns } from '../http/concurrency-limit';

/** Entries read at a time: a page of some megabytes. */
const PAGE = 2000;
/** 100,000 lines take seven seconds and 90 MB; as long again before a proxy gives up waiting. */
const MOST_ENTRIES = 200_000;
/** A cell of a spreadsheet takes 32,767 characters. */
const CELL_LIMIT = 32_000;
/** Whoever comes meanwhile waits: two at once would only make both slower. */
const writing = new Turns(1);

export function ledgerExportRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/ledger/export',
      tag: 'Ledger 台账',
      summary: '台账导出 Export of the ledger',
      description:
        'A workbook: entries, receipts, rounds and complete days with their sums, and the figures of the town. Ids and counts ' +
        'only, no people. With `stream` its entries only; the figures stay those of the town and are then no formulas.',
      access: ['official', 'operator'],
      query: z.strictObject({ stream: streamName.optional() }),
      answers: { 200: { description: 'The workbook', media: [XLSX] } },
      problems: ['too-much-to-export', 'no-edition'],
      handle: (ask) => exported(deps, ask),
    }),
  ];
}

async function exported(deps: Deps, { query }: Ask<unknown, { stream?: string | undefined }>): Promise<Reply> {
  const zone = townOf(deps);
  const stream = query.stream ?? null;
  const workbook = await writing.take(() =>
    ofOneMoment(deps.pool, async (client) => {
      if ((await countEntries(client, stream)) > MOST_ENTRIES) {
        throw new Problem('too-much-to-export', { most: MOST_ENTRIES });
      }
      return write(deps, client, stream, zone);
    }),
  );
  return download(`台账-${localDate(deps.now(), zone)}.xlsx`, workbook);
}

interface Zone {
  readonly utcOffsetMinutes: number;
}

async function write(deps: Deps, client: Client, stream: string | null, zone: Zone): Promise<Buffer> {
  const workbook = await WorkbookStream.begin();
  const entries = workbook.sheet('台账', ENTRY_COLUMNS);
  const received: ExportedEntry[] = [];
  const counted: ExportedEntry[] = [];
  for await (const entry of exportEntries(client, { stream, atOnce: PAGE })) {
    await entries.add(entryLine(entry, zone));
    if (entry.type === 'order-received') received.push(entry);
    if (entry.type === 'round-counted') counted.push(entry);
  }
  entries.finish();
  const names = await enterpriseNames(client);
  const receipts = workbook.sheet(RECEIPTS, RECEIPT_COLUMNS);
  const items = new Map((await itemsOf(deps, client)).map((item) => [item.id, item]));
  for (const line of received.flatMap((entry) => receiptLines(entry, items, names))) {
    await receipts.add(line);
  }
  receipts.finish();
  const rounds = workbook.sheet('检测轮次', ROUND_COLUMNS);
  for (const entry of counted) await rounds.add(roundLine(entry, names));
  rounds.finish();
  const days = workbook.sheet(COMPLETE_DAYS, DAY_COLUMNS);
  for (const { caseNumber, ...day } of await completeDays(client, zone.utcOffsetMinutes)) {
    if (stream === null || stream === caseNumber) {
      await days.add({ case: caseNumber, enterprise: names.get(caseNumber) ?? '', ...day });
    }
  }
  days.finish();
  const sums = stream === null ? sumsOf(receipts, days) : {};
  await writeFigures(workbook, await figuresOf(deps, client), sums);
  return workbook.finish();
}

type Line = { readonly [key: string]: Cell };

const ENTRY_COLUMNS = [
  { key: 'stream', header: '台账', width: 24 },
  { key: 'sequence', header: '序号' },
  { key: 'at', header: '时间', width: 20 },
  { key: 'type', header: '事项类型', width: 24 },
  { key: 'role', header: '身份' },
  { key: 'account', header: '账号', width: 24 },
  { key: 'details', header: '内容', width: 60 },
  { key: 'recordedAt', header: '入账时间', width: 20 },
  { key: 'hash', header: '哈希', width: 66 },
];

function entryLine({ details, at, recordedAt, ...entry }: ExportedEntry, zone: Zone): Line {
  const text = JSON.stringify(details).slice(0, CELL_LIMIT);
  return { ...entry, at: localTime(at, zone), recordedAt: localTime(recordedAt, zone), details: text };
}

function localTime(at: Date, { utcOffsetMinutes }: Zone): string {
  const local = new Date(at.getTime() + utcOffsetMinutes * 60_000).toISOString();
  return `${local.slice(0, 10)} ${local.slice(11, 19)}`;
}

const RECEIPTS = '物资签收';
const RECEIPT_COLUMNS = [
  { key: 'case', header: '事项' },
  { key: 'enterprise', header: '企业', width: 24 },
  { key: 'order', header: '申领单/批次' },
  { key: 'name', header: '物资', width: 20 },
  { key: 'unit', header: '单位' },
  { key: 'received', header: '签收' },
  { key: 'difference', header: '差异', total: true },
  // One column for each: pieces of different things have no sum.
  ...SUPPLY_FIGURES.map((figure) => ({ key: figure, header: FIGURES[figure].zh, width: 24, total: true })),
];

interface ReceivedLine {
  readonly item: string;
  readonly received: number;
  readonly difference: number;
}

function receiptLines(
  { stream, details }: ExportedEntry,
  items: ReadonlyMap<string, SupplyItem>,
  names: ReadonlyMap<string, string>,
): Line[] {
  const { order, consignment, lines } = details as { order: number; consignment: number; lines: ReceivedLine[] };
  return lines.map(({ item, received, difference }) => {
    const { name = item, unit = '', figure } = items.get(item) ?? {};
    const sums = figure ? { [figure]: received } : {};
    const known = { case: stream, enterprise: names.get(stream) ?? '', order: `${order}/${consignment}` };
    return { ...known, name, unit, received, difference, ...sums };
  });
}

const ROUND_COLUMNS = [
  { key: 'case', header: '事项' },
  { key: 'enterprise', header: '企业', width: 24 },
  { key: 'round', header: '检测轮次', width: 34 },
  ...Object.entries({
    owed: '应检',
    negative: '阴性',
    positive: '阳性',
    pending: '待出',
    invalid: '无效',
    recheck: '待复核',
    notTested: '未检有因',
    untested: '未检',
  }).map(([key, header]) => ({ key, header, total: true })),
];

function roundLine({ stream, details }: ExportedEntry, names: ReadonlyMap<string, string>): Line {
  const { round, counts } = details as { round: string; counts: Record<string, number> };
  return { case: stream, enterprise: names.get(stream) ?? '', round, ...counts };
}

const COMPLETE_DAYS = '完整运行日';
const DAY_COLUMNS = [
  { key: 'case', header: '事项' },
  { key: 'enterprise', header: '企业', width: 24 },
  { key: 'date', header: '日期' },
  { key: 'tests', header: '应检人次', total: true },
  { key: 'people', header: '应检人数', total: true },
];

/** The figures that are sums of the sheets before. */
function sumsOf(receipts: SheetStream, days: SheetStream): { readonly [figure in Figure]?: string } {
  const received = SUPPLY_FIGURES.map((figure) => [figure, receipts.sumOf(figure, `'${RECEIPTS}'!`).formula]);
  const [tests, people] = ['tests', 'people'].map((key) => days.sumOf(key, `'${COMPLETE_DAYS}'!`).formula);
  return {
    ...(Object.fromEntries(received) as Record<string, string>),
    ...(days.rows > 0 && { testsPerPersonPerDay: `ROUND(${tests}/${people},2)` }),
  };
}

async function writeFigures(
  workbook: WorkbookStream,
  figures: Figures,
  sums: { readonly [figure in Figure]?: string },
): Promise<void> {
  const sheet = workbook.sheet('统计', [
    { key: 'zh', header: '指标', width: 50 },
    { key: 'value', header: '数值' },
    { key: 'en', header: 'Definition', width: 60 },
    { key: 'figure', header: '代码', width: 26 },
  ]);
  for (const figure of Object.keys(FIGURES) as Figure[]) {
    const formula = sums[figure];
    const computed = figures[figure];
    const value: number | null | Formula =
      formula === undefined || computed === null ? computed : { formula, result: computed };
    await sheet.add({ figure, value, ...FIGURES[figure] });
  }
  sheet.finish();
}
