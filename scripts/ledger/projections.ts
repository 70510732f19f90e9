/** Verifies what is shown of each case, its row in `reopenings` with the state and the duties, against what its ledger says up to there. */
import type { KeptState } from '../../domain/case/upgrade';
import { upgradeState } from '../../domain/case/upgrade';
import { isClosed, type Reopening } from '../../domain/case/state';
import type { Queryable } from '../../db/sql/pool';
import type { Found } from './finding';

/** Cases read at a time: states of some 50 KB each. */
const PAGE = 50;
/** A batch of many entries comes without what is shown; that follows within seconds, or after an outage with the last batch. */
const BEHIND = '1 hour';

interface Shown {
  readonly stream: string;
  readonly version: number;
  readonly phase: string;
  readonly closed: boolean;
  readonly state: KeptState | null;
  /** Whether the ledger has gone on since, and not just now. */
  readonly behind: boolean;
  readonly dutiesDiffer: boolean;
}

/** What duties there are says who is waited on and what is due next; their owner may be told of them in no other way. */
const DUTIES_DIFFER = `(SELECT (COALESCE(array_agg(DISTINCT owner ORDER BY owner) FILTER (WHERE opens <= clock), '{}') <> waiting_on
    OR min(due) FILTER (WHERE NOT d.overdue) IS DISTINCT FROM next_due OR count(*) FILTER (WHERE d.overdue) <> r.overdue)
  FROM duties d WHERE d.case_number = r.case_number)`;

/** `only`: one case; without it all. */
export async function verifyProjections(db: Queryable, found: Found, only?: string): Promise<void> {
  for (let after = ''; ;) {
    const { rows } = await db.query<Shown>(
      `SELECT case_number AS stream, version, phase, closed, state, ${DUTIES_DIFFER} AS "dutiesDiffer",
              EXISTS (SELECT FROM ledger WHERE stream = case_number AND sequence = version + 1
                AND recorded_at < now() - $3::interval) AS behind
       FROM reopenings r WHERE case_number > $1 AND ($4::text IS NULL OR case_number = $4) ORDER BY case_number LIMIT $2`,
      [after, PAGE, BEHIND, only ?? null],
    );
    for (const shown of rows) for (const wrong of await wrongIn(db, shown)) found(wrong);
    const last = rows.at(-1);
    if (!last || rows.length < PAGE) return;
    after = last.stream;
  }
}

async function wrongIn(db: Queryable, shown: Shown): Promise<string[]> {
  const { stream, version } = shown;
  const where = `${stream}#${version}`;
  const wrong: string[] = [];
  if (shown.behind) wrong.push(`${stream}#${version + 1}: what is shown of the case ends before 事项视图未包含此条`);
  if (shown.dutiesDiffer) wrong.push(`${where}: its duties are not those that the list shows 待办与事项视图不符`);
  if (shown.state === null) return wrong;
  const state = upgradeState(shown.state);
  if (shown.phase !== state.phase || shown.closed !== isClosed(state.phase))
    wrong.push(`${where}: the list shows phase ${shown.phase}, the state ${state.phase} 事项列表与状态不符`);
  const said = await saidOf(db, stream, version);
  for (const [what, has, says] of countsOf(state, said))
    if (has !== says) wrong.push(`${where}: the state has ${what} ${has}, the ledger ${says} 事项状态与台账不符`);
  for (const department of unsigned(state, said))
    wrong.push(`${where}: the verdict of ${department} is in the state, and not in the ledger 会签意见与台账不符`);
  return wrong;
}

interface Said {
  readonly phase: string;
  readonly visits: number;
  readonly days: number;
  readonly rounds: number;
  readonly verdicts: readonly {
    readonly type: string;
    readonly department: string;
    readonly account: string;
    readonly at: number;
  }[];
}

async function saidOf(db: Queryable, stream: string, version: number): Promise<Said> {
  const { rows } = await db.query<Said>(
    `SELECT COALESCE((SELECT entry->'details'->>'to' FROM ledger WHERE stream = $1 AND sequence <= $2 AND type = 'phase-entered'
                      ORDER BY sequence DESC LIMIT 1), 'survey') AS phase,
            count(*) FILTER (WHERE type = 'surveyed') AS visits, count(*) FILTER (WHERE type = 'day-reported') AS days,
            count(*) FILTER (WHERE type = 'round-counted' AND entry->'details'->'missed' = 'false') AS rounds,
            COALESCE(json_agg(json_build_object('type', type, 'department', entry->'details'->>'department', 'account', account,
              'at', (entry->>'at')::bigint)) FILTER (WHERE type IN ('approved', 'approved-with-conditions', 'returned')), '[]') AS verdicts
     FROM ledger WHERE stream = $1 AND sequence <= $2`,
    [stream, version],
  );
  return rows[0] as Said;
}

/** What a case counts by itself, with what its entries make. */
function countsOf({ phase, survey, operation }: Reopening, said: Said): [string, string | number, string | number][] {
  return [
    ['phase', phase, said.phase],
    ['surveys', survey.visits, said.visits],
    ['days reported', operation.daysReported, said.days],
    ['rounds complete', operation.roundsComplete, said.rounds],
  ];
}

const TYPES = {
  approve: 'approved',
  'approve-with-conditions': 'approved-with-conditions',
  return: 'returned',
} as const;

/** The departments whose seal or verdict, of this person at this moment, no entry says. */
function unsigned({ review }: Reopening, { verdicts }: Said): string[] {
  const said = (department: string, by: string, at: number, ...types: string[]) =>
    verdicts.some(
      (one) => one.department === department && one.account === by && one.at === at && types.includes(one.type),
    );
  const acts = Object.entries(review.verdicts).filter(([name, { by, at, verb }]) => !said(name, by, at, TYPES[verb]));
  const seals = Object.entries(review.signatures).filter(
    ([name, { by, at }]) => !said(name, by, at, TYPES.approve, TYPES['approve-with-conditions']),
  );
  return [...new Set([...acts, ...seals].map(([name]) => name))];
}
