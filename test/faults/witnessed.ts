/** A small case as a kill run would have seen it: recorded in a real PostgreSQL, with the answers and the history that belong to it. */
import { viewOf } from '../../domain/case/views';
import { createRecorder } from '../../db/case/recorder';
import { GENESIS } from '../../proof/chain';
import { sealHash } from '../../proof/seal';
import { agenda } from '../../domain/case/agenda';
import type { Draft } from '../../domain/ledger/entry';
import type { Act, ActType, Answer } from './rig/act';
import type { LoggedAct } from './rig/act-log';
import type { CaseWorkflow, Effect } from './rig/evidence';
import type { TestDatabase } from '../support/postgres';
import { keepActs, Recording } from '../support/recording';

/** What each act of the case leaves, in this order. */
const LEFT: readonly (readonly [ActType, readonly Draft['type'][]])[] = [
  ['open', ['opened']],
  ['recordSurvey', ['surveyed', 'requirement-set']],
  ['commit', ['committed', 'phase-entered']],
  ['urge', ['urged']],
];
/** Enough for the entries' notices. */
const DETAILS = { owner: 'enterprise', from: 'survey', to: 'survey' };
/** A seal that holds nothing: the case has none. */
const SEALED = { kind: 'all', number: 1, day: '2026-01-01', heads: [], previous: GENESIS } as const;

export interface Witnessed {
  readonly caseNumber: string;
  readonly acts: readonly LoggedAct[];
  readonly workflow: CaseWorkflow;
}

export async function witness(db: TestDatabase): Promise<Witnessed> {
  await db.pool.query('INSERT INTO ledger_seals (number, day, heads, previous, hash) VALUES (1, $1, $2, $3, $4)', [
    ...[SEALED.day, '[]', SEALED.previous],
    sealHash({ ...SEALED, firstDay: null, at: 0, ring: null, key: null }),
  ]);
  const one = await Recording.begin(db);
  const { caseNumber, state } = one;
  // As its entries say.
  state.survey.visits = 1;
  for (const [type, types] of LEFT) {
    const details = { ...DETAILS, enterprise: one.enterprise };
    const files = type === 'commit' && { onBehalfOf: 'enterprise' as const };
    one.add(...types.map((left) => ({ type: left, command: idOf(type, caseNumber), ...files, details })));
  }
  await keepActs(db);
  await createRecorder(db.as('worker')).record(one.batch());
  const acts = LEFT.map(([type]) => acted(type, one));
  const effects = new Map(acts.map(({ act, answer }) => [act.id, effectOf(answer)]));
  const { sequence = 0, hash = '' } = one.entries.at(-1) ?? {};
  const status = { view: viewOf(state, sequence), head: { sequence, hash }, unrecorded: 0 };
  const held = { status: { ...status, needsAttention: null, nextWake: null }, agenda: agenda(state) };
  return { caseNumber, acts, workflow: { open: true, effects, held } };
}

/** As the row of `cases` has it for a start. */
function idOf(type: ActType, caseNumber: string): string {
  return type === 'open' ? `start-${caseNumber}` : `${type}-of-${caseNumber}`;
}

function acted(type: ActType, { caseNumber, entries }: Recording): LoggedAct {
  const id = idOf(type, caseNumber);
  const by = { account: 'official-1', token: '' };
  const isStart = type === 'open';
  const act: Act = { type, id, key: id, caseNumber: isStart ? null : caseNumber, by, path: '/', body: {} };
  const last = entries.filter(({ command }) => command === id).at(-1)?.sequence ?? 0;
  const given = isStart ? ({ status: 201, sequence: null } as const) : ({ status: 200, sequence: last } as const);
  return { act, answer: { outcome: 'done', caseNumber, replayed: false, ...given }, sent: 1 };
}

function effectOf(answer: Answer | undefined): Effect {
  const sequence = answer?.outcome === 'done' ? answer.sequence : null;
  return { accepted: 1, replayed: 0, signalled: 0, sequences: sequence === null ? [] : [sequence] };
}
