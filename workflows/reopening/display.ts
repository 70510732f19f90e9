/** What the Temporal UI shows of a case to someone who knows no code: details, timer and activity summaries, search attributes. */
import { upsertSearchAttributes, type SearchAttributes } from '@temporalio/workflow';
import { DUTY_NAMES, ownerName, PHASE_NAMES } from '../../contracts/words/glossary';
import type { Entry } from '../../domain/ledger/entry';
import { KEYWORD_LIMIT, type SEARCH_ATTRIBUTES } from '../../contracts/case/search-attributes';
import { situationOf } from '../../domain/case/views';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { DAY } from '../../domain/calendar/calendar';
import type { Edition, Instant } from '../../domain/programme/edition';
import type { Reopening } from '../../domain/case/state';

/** The server's limit is 200 bytes; a Chinese character has three (docs/temporal-facts.md#summary-size). */
const SUMMARY_CHARACTERS = 66;

/** `05-12 18:00` in the town's time. */
export function localTime(at: Instant, edition: Pick<Edition, 'utcOffsetMinutes'>): string {
  return new Date(at + (edition.utcOffsetMinutes * DAY) / 1440).toISOString().slice(5, 16).replace('T', ' ');
}

/** Markdown: where the case stands, who owes what, since when, due when. */
export function details(state: Reopening, needsAttention: string | null): string {
  const { edition, enterprise } = state;
  const items = agenda(state);
  const rows = items.map(
    (item) =>
      `| ${DUTY_NAMES[item.kind]} \`${item.id}\` | ${ownerName(item.owner, edition)} | ${localTime(item.since, edition)} | ` +
      `${item.due === null ? '—' : localTime(item.due, edition)} | ${condition(item, state)} |`,
  );
  return [
    `**${enterprise.name}** · ${state.caseNumber} · **${PHASE_NAMES[state.phase]}** (${state.phase})`,
    ...(needsAttention ? [`⚠️ 台账无法写入,请查看 docs/operations.md: ${needsAttention}`] : []),
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

export function recordSummary(entries: readonly Entry[]): string {
  const [first] = entries;
  const last = entries.at(-1);
  return `记入台账第${first?.sequence ?? 0}–${last?.sequence ?? 0}条`;
}

type Attributes = { [Name in keyof typeof SEARCH_ATTRIBUTES]: SearchAttributes[string] };

/** The values of a case's search attributes now. An empty list of owners reads as absent, as a closed case should. */
function attributes(state: Reopening, needsAttention: string | null): Attributes {
  const situation = situationOf(state);
  return {
    ReopeningPhase: [situation.phase],
    EnterpriseName: [state.enterprise.name.slice(0, KEYWORD_LIMIT)],
    Village: [state.enterprise.village.slice(0, KEYWORD_LIMIT)],
    Edition: [`${state.edition.programme}/${state.edition.id}`.slice(0, KEYWORD_LIMIT)],
    WaitingOn: [...situation.waitingOn],
    NextDue: situation.nextDue === null ? [] : [new Date(situation.nextDue)],
    OverdueCount: [situation.overdue],
    NeedsAttention: [needsAttention !== null],
  };
}

/** Upserts the attributes whose value is another than last time: each upsert costs an event (docs/temporal-facts.md#cost-of-search-attributes). */
export function searchAttributeUpserter(): (state: Reopening, needsAttention: string | null) => void {
  const last = new Map<string, string>();
  return (state, needsAttention) => {
    const changed = Object.entries(attributes(state, needsAttention)).filter(
      ([name, value]) => last.get(name) !== JSON.stringify(value),
    );
    for (const [name, value] of changed) last.set(name, JSON.stringify(value));
    if (changed.length > 0) upsertSearchAttributes(Object.fromEntries(changed));
  };
}
