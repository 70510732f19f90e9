/** Trial mode: lets one case's time pass, step by step, `/reopenings/{case}/fast-forward`. */
import { setTimeout as pause } from 'node:timers/promises';
import { fastForwardBody, fastForwardView } from '../../contracts/case/answers';
import type { CaseView, Status } from '../../contracts/case/views';
import { findProjection } from '../../db/case/cases';
import { DAY } from '../../domain/calendar/calendar';
import { isClosed } from '../../domain/case/state';
import { canonicalJson } from '../../proof/canonical';
import { present, step, type Reached } from './case-clock';
import type { Deps } from '../http/deps';
import { invalid } from '../http/json-body';
import { Problem } from '../http/error-mapper';
import { requireRecording } from './refused-by-ledger';
import { afterHeader } from '../http/own-writes';
import { route, type Route } from '../http/route';
import { caseFor, visibleView } from './visibility';

/** A request that takes longer looks dead to its sender; what was reached by then is answered, and it may be sent again. */
const REQUEST_MS = 25_000;
/** As long as a read waits for what was written (api/http/own-writes.ts). */
const SHOWN_MS = 2_000;
const LOOK_MS = 20;
/** Longer than any reopening lasted; a year of rounds is some thousand steps. */
const FURTHEST = 366 * DAY;

export function fastForwardRoutes(deps: Deps): Route[] {
  const oneAtATime = new Queues();
  return [
    route({
      method: 'post',
      path: '/reopenings/{case}/fast-forward',
      tag: 'Trial 试用',
      summary: "快进 Let the case's time pass",
      description:
        "Trial mode only. Without `until` one step: to the case's next change (a round opens, a duty becomes due, a reminder …).",
      access: ['official', 'operator'],
      body: fastForwardBody,
      example: { to: 'next-due' },
      answers: { 200: { description: 'Where the clock is now', schema: fastForwardView, headers: ['Fugong-After'] } },
      problems: [
        'unknown-case',
        'case-closed',
        'ledger-refuses',
        'nothing-ahead',
        'order-under-way',
        'fast-forward-failed',
        'temporal-unavailable',
      ],
      async handle({ by, params, body: { until } }) {
        const known = await caseFor(deps.pool, by, params['case'] ?? '');
        if (known.closed) throw new Problem('case-closed');
        requireRecording(known.refusedSince);
        const { caseNumber } = known;
        return oneAtATime.run(caseNumber, async () => {
          const begun = await present(deps, known);
          const { reached, steps } =
            until === undefined
              ? { reached: await step(deps, known, begun), steps: 1 }
              : await stepsUntil(deps, known, begun, untilInstant(until, begun));
          const { clock, status } = reached;
          await untilShown(deps, status);
          const body = {
            caseNumber,
            from: new Date(begun.clock),
            clock: new Date(clock),
            steps,
            nextWake: status.nextWake,
            view: visibleView(status.view, by),
          };
          return { status: 200, headers: afterHeader(caseNumber, status.view.sequence), body };
        });
      },
    }),
  ];
}

function untilInstant(until: string, { clock }: Reached): number {
  const instant = Date.parse(until);
  const reason =
    instant <= clock
      ? 'lies behind the clock of the case 早于事项时钟'
      : instant > clock + FURTHEST
        ? 'is too far 过远'
        : null;
  if (reason) throw invalid([{ pointer: '/until', reason }]);
  return instant;
}

async function stepsUntil(deps: Deps, known: Parameters<typeof step>[1], begun: Reached, until: number) {
  const end = Date.now() + REQUEST_MS;
  let reached = begun;
  let steps = 0;
  while (reached.clock < until && !isClosed(reached.status.view.phase) && Date.now() < end) {
    reached = await step(deps, known, reached, until);
    steps += 1;
  }
  return { reached, steps };
}

/**
 * Waits until readers are shown what is owed by now: that a duty has opened makes no entry for `Fugong-After` to wait for. While
 * PostgreSQL lags, no longer than a read would.
 */
async function untilShown({ pool }: Deps, { view }: Status): Promise<void> {
  const end = Date.now() + SHOWN_MS;
  for (;;) {
    const recorded = (await findProjection(pool, view.caseNumber))?.view;
    const isShown = recorded && (recorded.sequence > view.sequence || alike(recorded, view));
    if (isShown || Date.now() > end) return;
    await pause(LOOK_MS);
  }
}

function alike(one: CaseView, other: CaseView): boolean {
  return one.sequence === other.sequence && canonicalJson(one.agenda) === canonicalJson(other.agenda);
}

/** Two steps of one case at once would be one long one. */
class Queues {
  readonly #last = new Map<string, Promise<unknown>>();

  async run<T>(key: string, work: () => Promise<T>): Promise<T> {
    const before = this.#last.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const settled = mine.catch(() => undefined);
    this.#last.set(key, settled);
    try {
      return await mine;
    } finally {
      if (this.#last.get(key) === settled) this.#last.delete(key);
    }
  }
}
