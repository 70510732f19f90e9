/** Answers for what the check of a good programme file prints: the town and its editions, readable by whoever wrote them. */
import type { Term } from '../../domain/programme/edition';
import { ENTERPRISE_KINDS } from '../../domain/programme/for-whom';
import { heldFor } from '../../domain/programme/for-whom';
import { rulesSize, RULES_LIMIT, type DatedEdition, type Programme } from '../../programme/schema';

export function summary(programme: Programme): string {
  const { id, town, timeZone, villages, calendar, editions } = programme;
  const years = calendar.map(({ year }) => year).join(', ');
  return [
    `${town} (${id}), ${timeZone}, ${villages.length} 个村 villages: ${villages.map(({ name }) => name).join('、')}`,
    years === ''
      ? '日历 Calendar: 未填写 none yet — run: npm run programme -- holidays FILE'
      : `日历 Calendar: ${years}`,
    ...editions.map((edition) => `\n${editionSummary(programme, edition)}`),
  ].join('\n');
}

function editionSummary(programme: Programme, edition: DatedEdition): string {
  const { id, from, note, rulebook, tests, preparations, completion, conditionsBlock } = edition;
  return [
    `版本 Edition ${id}, ${from} 起施行 in force from ${from}: ${note}`,
    `方案 Rulebook: ${rulebook}`,
    '',
    ...reviewTable(edition),
    '',
    '检测轮次 Test rounds:',
    ...tests.map(roundLine),
    `准备事项 Preparations: ${preparations.length}, 办结 completion: ${completion.operatingDays} 天 days, 附条件卡住 conditions block: ${conditionsBlock}`,
    suppliesLine(edition),
    `规则大小 Size of the rules: ${rulesSize(programme, id)} of ${RULES_LIMIT} bytes`,
  ].join('\n');
}

function suppliesLine({ supplies, testing, lodging }: DatedEdition): string {
  const windows = lodging.windows.map(({ from, to }) => `${from}–${to}`).join('、');
  return `物资 Supplies: ${supplies.items.length}, 低于 ${supplies.thresholdDays} 天补到 ${supplies.targetDays} 天 top-up (${supplies.topUp}); 混管 tubes: ${testing.tubeSizes.join('、')}; 通勤 windows: ${windows}`;
}

function roundLine(rule: DatedEdition['tests'][number]): string {
  const { name, id, kind, everyDays, opens, due, graceMinutes, from, until } = rule;
  const often = everyDays === 1 ? '每天 daily' : `每 ${everyDays} 天 every ${everyDays} days`;
  const span = until === undefined ? `${from} →` : `${from} → ${until}`;
  return `  ${name} ${id} (${kind}): ${opens}–${due} +${graceMinutes} min, ${often}, ${span}`;
}

/** How many items a factory and a supermarket are asked, where that is not the same. */
function countsByKind(checklist: DatedEdition['departments'][number]['checklist']): string {
  const counts = ENTERPRISE_KINDS.map((kind) => heldFor(checklist, { kind }).length);
  if (new Set(counts).size === 1) return String(counts[0]);
  return ENTERPRISE_KINDS.map((kind, index) => `${kind} ${counts[index]}`).join(', ');
}

/** Departments down, materials across; who vetoes is marked. */
function reviewTable({ departments, materials }: DatedEdition): string[] {
  const head = ['会签部门 Departments', '时限 term', '清单 items', ...materials.map(({ name }) => name)];
  const rows = departments.map((department) => [
    `${department.name} ${department.id}${department.absoluteVeto ? ' [否决 veto]' : ''}`,
    termText(department.term),
    countsByKind(department.checklist),
    ...materials.map(({ id }) => (department.materials.includes(id) ? '✓' : '·')),
  ]);
  const widths = head.map((_, column) => Math.max(...[head, ...rows].map((row) => columns(row[column] ?? ''))));
  return [head, ...rows].map((row) =>
    row
      .map((cell, column) => pad(cell, widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

function termText(term: Term): string {
  if ('days' in term) return `${term.days} 天 d`;
  return 'hours' in term ? `${term.hours} 小时 h` : `${term.workingDays} 工作日 wd`;
}

/** Terminals show Chinese characters and full-width signs two columns wide. */
function columns(text: string): number {
  return text.length + (text.match(/[\u2e80-\u9fff\uff00-\uff60]/g)?.length ?? 0);
}

function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columns(text)));
}
