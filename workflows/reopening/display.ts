/** What the Temporal UI shows of a case to someone who knows no code: details, timer and activity summaries, search attributes. */
import { setCurrentDetails, upsertSearchAttributes } from '@temporalio/workflow';
import { DUTY_NAMES, ownerName, PHASE_NAMES } from '../../contracts/words/glossary';
import type { RecordBatch } from '../../contracts/case/views';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { DAY } from '../../domain/calendar/calendar';
import type { Edition, Instant } from '../../domain/programme/edition';
import type { Reopening } from '../../domain/case/state';
import { caseAttributes, NEEDS_ATTENTION } from './search-attributes';

/** The server's limit is 200 bytes; a Chinese character has three (docs/temporal-facts.md#summary-size). */
const SUMMARY_CHARACTERS = 66;

/** `05-12 18:00` in the town's time. */
export function localTime(at: Instant, edition: Pick<Edition, 'utcOffsetMinutes'>): string {
  return new Date(at + (edition.utcOffsetMinutes * DAY) / 1440).toISOString().slice(5, 16).replace('T', ' ');
}

/** Markdown: where the case stands, who owes what, since when, due when. */
function details(state: Reopening, needsAttention: string | null): string {
  const { edition, enterprise } = state;
  const items = agenda(state);
  const rows = items.map(
    (item) =>
      `| ${DUTY_NAMES[item.kind]} \`${item.id}\` | ${ownerName(item.owner, edition)} | ${localTime(item.since, edition)} | ` +
      `${item.due === null ? '—' : localTime(item.due, edition)} | ${condition(item, state)} |`,
  );
  return [
    `**${enterprise.name}** · ${state.caseNumber} · **${PHASE_NAMES[state.phase]}** (${state.phase})`,
    ...(needsAttention ? [`⚠️ 需人工处理,请查看 docs/operations.md: ${needsAttention}`] : []),
    ...(items.length > 0 ? ['', '| 待办 | 谁 | 自 | 截止 | 状态 |', '|---|---|---|---|---|', ...rows] : []),
  ].join('\n');
}

function condition(item: AgendaItem, state: Reopening): string {
  if (item.opens > state.clock) return '未开始';
  const told = `${item.reminded > 0 ? `,已提醒${item.reminded}次` : ''}${item.escalated ? ',已提级' : ''}`;
  return `${item.overdue ? '**逾期**' : '待办'}${told}`;
}

/** Summary of the one timer: the next thing to happen. */
export function timerSummary(state: Reopening, wake: Instant): string {
  const due = agenda(state).find((item) => item.due !== null && item.due >= state.clock);
  const what = due ? `;待${ownerName(due.owner, state.edition)}${DUTY_NAMES[due.kind]}` : '';
  return `等至${localTime(wake, state.edition)}${what}`.slice(0, SUMMARY_CHARACTERS);
}

/** What the Temporal UI shows beside a recording. */
export function recordSummary({ entries, questions }: RecordBatch): string {
  const asked = [
    ...(questions?.rounds ?? []).map(({ round }) => round),
    ...(questions?.orders ?? []).map((order) => `申领单${order}`),
  ];
  const [first, last] = [entries[0], entries.at(-1)];
  const recorded = first && last ? `记入台账第${first.sequence}–${last.sequence}条` : '更新待办';
  // More than three stand for themselves.
  return `${recorded}${asked.length > 0 ? `;核对${asked.slice(0, 3).join('、')}` : ''}`.slice(0, SUMMARY_CHARACTERS);
}

/** The attributes of a case as the server has them: upserts those whose value is another than last time, for each upsert costs an event (docs/temporal-facts.md#cost-of-search-attributes). */
export class SearchAttributesShown {
  readonly #last = new Map<string, string>();

  /** Whether lists say already whether a person is needed. */
  says(needsAttention: string | null): boolean {
    return this.#last.get(NEEDS_ATTENTION.name) === JSON.stringify(needsAttention !== null);
  }

  upsert(state: Reopening, needsAttention: string | null): void {
    const changed = caseAttributes(state, needsAttention).filter(
      ({ key, value }) => this.#last.get(key.name) !== JSON.stringify(value),
    );
    for (const { key, value } of changed) this.#last.set(key.name, JSON.stringify(value));
    if (changed.length > 0) upsertSearchAttributes(changed);
  }
}

/** What the Temporal UI shows above the history. */
export function showDetails(state: Reopening, needsAttention: string | null): void {
  setCurrentDetails(details(state, needsAttention));
}
