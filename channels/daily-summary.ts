/** How the daily summary 每日简报 reads: a screen for officials, counts for a group, and a workbook that adds up. */
import type { DailySummary, EnterpriseLine } from '../contracts/telling/daily-summary';
import type { Phase } from '../domain/case/state';
import { workbookOf, type SheetColumn } from '../workbooks/workbook-writing';
import type { Attachment } from './channel';

/** The Chinese names of what a summary has ids of; what is not known is given back as it came. */
export interface SummaryNames {
  readonly phase: (phase: Phase) => string;
  readonly owner: (owner: string) => string;
  readonly item: (item: string) => string;
  readonly village: (village: string) => string;
}

/** Lines of one list of the text: three lists with their heads, and the counts, are some 20 lines, one screen of a phone. */
const LISTED = 3;
/** Rows of one table of the markdown: an e-mail or a console page; the workbook has all. */
const TABLED = 30;

/**
 * For officials, who may see enterprises by name: the subject is one line, `text` lists what needs somebody, `markdown` tells the
 * same in tables. Without anything that happened both say so by their zeros.
 */
export function summaryText(
  summary: DailySummary,
  names: SummaryNames,
): { readonly subject: string; readonly text: string; readonly markdown: string } {
  const { date, operating, tests, testedPercent } = summary;
  const tested = testedPercent === null ? '无应检' : `已检${percent(summary)}，未检${tests.untested}人次`;
  const subject = `每日简报 ${date}：运行${operating}家，${tested}`;
  return { subject, text: textOf(summary, names), markdown: markdownOf(summary, names) };
}

/** For a group: counts and the date only. No name or id of an enterprise, a village, a department or an item is read. */
export function summaryForGroup(summary: DailySummary): string {
  return [
    `每日简报 ${summary.date}`,
    ...countLines(summary),
    `逾期待办${overdueOf(summary)}项`,
    `库存预警：企业${casesShort(summary)}家，镇级物资${summary.stock.town.length}种`,
  ].join('\n');
}

/** What is told first everywhere; counts only, so that it may go to a group. */
function countLines(summary: DailySummary): string[] {
  const { started, signed, completed, operating, suspended, phases, tests, positives } = summary;
  const preparing = phases.survey + phases.plan + phases['sign-offs'] + phases.stationing;
  return [
    `当日：新启动${started}家，部门签批${signed}件，办结${completed}家`,
    `目前：办理中${preparing}家，复工运行${operating}家，停工${suspended}家`,
    `检测：应检${tests.owed}人次，已检${tests.tested}（${percent(summary)}），未检${tests.untested}，未检有因${tests.notTested}`,
    `当日阳性事件${positives}起`,
  ];
}

function overdueOf({ overdue }: DailySummary): number {
  return overdue.reduce((all, one) => all + one.count, 0);
}

/** One case counts once, of however many items it has too little. */
function casesShort({ stock }: DailySummary): number {
  return new Set(stock.enterprises.map((one) => one.caseNumber)).size;
}

/** Days of cover are an estimate in thousandths: one decimal is read, rounded down, so that it stays below the threshold. */
function shownDays(days: number): number {
  return Math.floor(days * 10) / 10;
}

function percent({ testedPercent }: DailySummary): string {
  return testedPercent === null ? '无应检' : `${testedPercent}%`;
}

function textOf(summary: DailySummary, names: SummaryNames): string {
  const { overdue, stock } = summary;
  const enterprises = needy(summary).map((one) => `${one.name}：${concerns(one)}`);
  const owners = overdue.map(
    ({ owner, count, oldestDue }) => `${names.owner(owner)} ${count}项${oldestDue ? `，最早${oldestDue}` : ''}`,
  );
  const short = [
    ...stock.town.map(({ item }) => `镇级库存：${names.item(item)} 无可用`),
    ...stock.enterprises.map(
      ({ enterprise, item, days }) => `${enterprise}：${names.item(item)} 可用${shownDays(days)}天`,
    ),
  ];
  return [
    [`${summary.date}（数据截至${summary.asOf}）`, ...countLines(summary)].join('\n'),
    ...listed(`需关注企业${enterprises.length}家`, enterprises),
    ...listed(`逾期待办${overdueOf(summary)}项`, owners),
    ...listed(`库存预警${short.length}项`, short),
    ...sealLines(summary),
  ].join('\n\n');
}

/**
 * The ledger's last seal, so that it stands in many mailboxes: whoever makes the ledger anew cannot make these anew. For officials
 * only: the digits of a hash may look like somebody's number to the guard.
 */
function sealLines({ seal }: DailySummary): string[] {
  if (!seal) return [];
  return [`台账封存第${seal.number}号（${seal.day}）：${seal.hash}${seal.key === null ? '' : `，密钥${seal.key}`}`];
}

function listed(title: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const rest = lines.length - LISTED;
  const shown = lines.slice(0, LISTED).map((line) => `· ${oneLine(line)}`);
  return [[title, ...shown, ...(rest > 0 ? [`…另有${rest}条，见附表`] : [])].join('\n')];
}

/** Positives first, then whoever has most untested, then whoever has most overdue. */
function needy({ enterprises }: DailySummary): EnterpriseLine[] {
  return enterprises
    .filter((one) => one.positives > 0 || one.untested > 0 || one.overdue > 0 || one.phase === 'suspended')
    .sort((a, b) => b.positives - a.positives || b.untested - a.untested || b.overdue - a.overdue);
}

function concerns({ positives, untested, owed, overdue, phase }: EnterpriseLine): string {
  return [
    ...(phase === 'suspended' ? ['停工'] : []),
    ...(positives > 0 ? [`阳性${positives}起`] : []),
    ...(untested > 0 ? [`未检${untested}/${owed}`] : []),
    ...(overdue > 0 ? [`逾期${overdue}项`] : []),
  ].join('，');
}

function markdownOf(summary: DailySummary, names: SummaryNames): string {
  const { enterprises, overdue, stock } = summary;
  const lines = enterprises.map((one) => [
    ...[one.name, names.village(one.village), names.phase(one.phase)],
    ...[one.owed, one.tested, one.untested, one.positives, one.overdue],
  ]);
  const owners = overdue.map(({ owner, count, oldestDue }) => [names.owner(owner), count, oldestDue ?? '—']);
  const short = [
    ...stock.town.map(({ item, onHand }) => ['镇级库存', names.item(item), `无可用（在库${onHand}，均已分配）`]),
    ...stock.enterprises.map(({ enterprise, item, days }) => [
      enterprise,
      names.item(item),
      `可用${shownDays(days)}天`,
    ]),
  ];
  return [
    `## 每日简报 ${summary.date}`,
    `数据截至${summary.asOf}`,
    countLines(summary)
      .map((line) => `- ${line}`)
      .join('\n'),
    ...table('企业', ['企业', '村', '阶段', '应检', '已检', '未检', '阳性', '逾期'], lines),
    ...table('逾期', ['责任方', '项数', '最早截止'], owners),
    ...table('库存预警', ['单位', '物资', '情况'], short),
    ...sealLines(summary),
  ].join('\n\n');
}

type MarkdownCell = string | number;

function table(title: string, headers: readonly string[], rows: readonly (readonly MarkdownCell[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly MarkdownCell[]) => `| ${cells.map((cell) => escaped(`${cell}`)).join(' | ')} |`;
  const rest = rows.length - TABLED;
  return [
    `### ${title}`,
    [line(headers), `|${' --- |'.repeat(headers.length)}`, ...rows.slice(0, TABLED).map(line)].join('\n'),
    ...(rest > 0 ? [`另有${rest}行，见附表`] : []),
  ];
}

/** What was typed in stays one cell and is no markup. */
function escaped(words: string): string {
  return oneLine(words).replace(/[\\|`*_[\]<>#~]/g, (mark) => `\\${mark}`);
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, ' ');
}

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** A workbook of four sheets, 概况, 企业, 逾期 and 库存预警; sums are formulas with their results beside them. */
export async function summaryWorkbook(summary: DailySummary, names: SummaryNames): Promise<Attachment> {
  const bytes = await workbookOf([
    { name: '概况', columns: OVERVIEW, rows: overviewRows(summary, names) },
    { name: '企业', columns: ENTERPRISE_COLUMNS, rows: enterpriseRows(summary, names) },
    { name: '逾期', columns: OVERDUE_COLUMNS, rows: overdueRows(summary, names) },
    { name: '库存预警', columns: STOCK_COLUMNS, rows: stockRows(summary, names) },
  ]);
  return { name: `每日简报-${summary.date}.xlsx`, mediaType: XLSX, bytes };
}

type Row = { readonly [key: string]: string | number | null };

const OVERVIEW: readonly SheetColumn[] = [
  { key: 'what', header: '指标', width: 32 },
  { key: 'value', header: '数值', width: 18 },
];

const ENTERPRISE_COLUMNS: readonly SheetColumn[] = [
  { key: 'caseNumber', header: '事项编号', width: 14 },
  { key: 'name', header: '企业', width: 32 },
  { key: 'village', header: '村', width: 16 },
  { key: 'phase', header: '阶段', width: 16 },
  { key: 'waitingOn', header: '待办方', width: 32 },
  { key: 'overdue', header: '逾期', width: 10, total: true },
  { key: 'owed', header: '应检', width: 10, total: true },
  { key: 'tested', header: '已检', width: 10, total: true },
  { key: 'notTested', header: '未检有因', width: 12, total: true },
  { key: 'untested', header: '未检', width: 10, total: true },
  { key: 'positives', header: '阳性事件', width: 12, total: true },
];

const OVERDUE_COLUMNS: readonly SheetColumn[] = [
  { key: 'owner', header: '责任方', width: 28 },
  { key: 'count', header: '逾期项数', width: 12, total: true },
  { key: 'oldestDue', header: '最早截止', width: 20 },
];

/** No sums: pieces of different things, and days, have none. */
const STOCK_COLUMNS: readonly SheetColumn[] = [
  { key: 'where', header: '单位', width: 32 },
  { key: 'item', header: '物资', width: 24 },
  { key: 'days', header: '可用天数', width: 12 },
  { key: 'threshold', header: '预警线（天）', width: 16 },
  { key: 'checkedOn', header: '核算日期', width: 14 },
  { key: 'onHand', header: '在库', width: 12 },
  { key: 'promised', header: '已分配', width: 12 },
];

function overviewRows(summary: DailySummary, names: SummaryNames): Row[] {
  const { tests } = summary;
  const phases = Object.entries(summary.phases) as [Phase, number][];
  return [
    { what: '日期', value: summary.date },
    { what: '数据截至', value: summary.asOf },
    { what: '当日新启动（家）', value: summary.started },
    { what: '当日部门签批（件）', value: summary.signed },
    { what: '当日办结（家）', value: summary.completed },
    { what: '应检（人次）', value: tests.owed },
    { what: '已检（人次）', value: tests.tested },
    { what: '未检有因（人次）', value: tests.notTested },
    { what: '未检（人次）', value: tests.untested },
    { what: '已检率（%）', value: summary.testedPercent ?? '无应检' },
    { what: '当日阳性事件（起）', value: summary.positives },
    { what: '逾期待办（项）', value: overdueOf(summary) },
    { what: '库存不足企业（家）', value: casesShort(summary) },
    { what: '镇级无可用物资（种）', value: summary.stock.town.length },
    ...phases.map(([phase, cases]) => ({ what: `目前${names.phase(phase)}（家）`, value: cases })),
  ];
}

function enterpriseRows({ enterprises }: DailySummary, names: SummaryNames): Row[] {
  return enterprises.map(({ waitingOn, ...line }) => ({
    ...line,
    village: names.village(line.village),
    phase: names.phase(line.phase),
    waitingOn: waitingOn.map(names.owner).join('、'),
  }));
}

function overdueRows({ overdue }: DailySummary, names: SummaryNames): Row[] {
  return overdue.map((line) => ({ ...line, owner: names.owner(line.owner) }));
}

function stockRows({ stock }: DailySummary, names: SummaryNames): Row[] {
  return [
    ...stock.town.map(({ item, ...line }) => ({ where: '镇级库存', item: names.item(item), ...line })),
    ...stock.enterprises.map(({ enterprise, item, days, thresholdDays, checkedOn }) => ({
      ...{ where: enterprise, item: names.item(item), days: shownDays(days), threshold: thresholdDays, checkedOn },
    })),
  ];
}
