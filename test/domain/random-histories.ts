/** Random histories of commands and of passing time: the invariants of a case hold after every step (support/watch.ts). */
import fc from 'fast-check';
import { REJECTIONS } from '../../domain/ledger/rejection';
import { ACTS, COMMAND_TYPES } from '../../domain/case/acts';
import { PHASES, type Phase } from '../../domain/case/state';
import { Dice } from '../support/dice';
import { Coverage, History } from '../support/history';
import { caseAt, returnPlan, type Story } from '../support/story';
import { OWNER, reviewerOf, text } from '../support/town';
import { reviewed } from '../support/story';

/** Another number, for trying things out: then nothing is said about what is rare. */
const CHOSEN_RUNS = process.env.PROPERTY_RUNS;
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);
/** Fewer accepted commands of one type than this and the histories would say little about it. */
const LEAST_ACCEPTED = 100;

/** Where histories begin: mostly at the start, often enough in the middle that the later steps are walked through, too. */
const BEGINNINGS: readonly (readonly [times: number, story: Story])[] = [
  [5, caseAt('survey')],
  [1, caseAt('plan')],
  [4, caseAt('sign-offs')],
  [2, rectifying()],
  [2, caseAt('stationing')],
  [3, caseAt('operating')],
  [1, caseAt('operating').wait(75)], // two whole operating days later: it may be closed
  [1, lowOnMasks()],
];

/** Too few masks for the next days: a top-up is proposed. */
function lowOnMasks(): Story {
  const counts = [{ item: 'mask', quantity: 100 }];
  return caseAt('operating').untilTime('2022-04-21', '08:00').do(OWNER, 'countSupplies', { counts }).wait(3);
}

/** One department has returned, one has set a condition: their acts differ in the next round. */
function rectifying(): Story {
  const story = caseAt('sign-offs');
  const conditions = [{ text: text('condition') }];
  story.do(reviewerOf('market'), 'approveWithConditions', { ...reviewed(story, 'market'), conditions });
  for (const one of ['epidemic-control', 'enforcement']) story.do(reviewerOf(one), 'approve', reviewed(story, one));
  return returnPlan(story, 'economy', 'work-plan');
}

export const beginnings = BEGINNINGS.flatMap(([times, story]) => Array.from({ length: times }, () => story));
const seeds = fc.noBias(fc.nat(0xffffffff));
const coverage = new Coverage();

export function tellHistories(usual: number): void {
  const runs = Number(CHOSEN_RUNS ?? usual);
  test(`in ${runs} random histories every invariant holds after every step`, () => tell(runs));
}

function tell(runs: number): void {
  const began = Date.now();
  // A refusal is an exception inside the domain; half a million call stacks that nobody reads would double the time.
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  const property = fc.property(seeds, fc.array(seeds, { minLength: 25, maxLength: 41, size: 'max' }), (first, rest) => {
    const history = new History(new Dice(first).of(beginnings), coverage);
    for (const seed of rest) history.step(seed);
    history.end();
  });
  try {
    fc.assert(property, { numRuns: runs, seed: SEED });
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
    process.stdout.write(summary(runs, (Date.now() - began) / 1000));
  }
}

/** What all histories that the file has told have touched; for a number of them that makes rare things common. */
export function everythingHappens(): void {
  const title = 'the histories accept every command, refuse for every reason and reach every phase';
  test(title, () => touchedAll(CHOSEN_RUNS === undefined ? 1 : 0));
}

/** An incident is closed seven steps after a positive, further than histories come: test/domain/incident.test.ts tells it. */
const TOLD_ELSEWHERE: ReadonlySet<string> = new Set(['lift incident-closed']);

function touchedAll(least: 0 | 1): void {
  process.stdout.write(tables());
  const rare = COMMAND_TYPES.filter((type) => (coverage.accepted.get(type) ?? 0) < LEAST_ACCEPTED * least);
  const unheard = CODES.filter((code) => (coverage.rejected.get(code) ?? 0) < least);
  const unreached = PHASES.filter((phase) => (coverage.phases.get(phase) ?? 0) < least);
  const uncaused = COMMAND_TYPES.flatMap((type) => ACTS[type].causes.map((entry) => `${type} ${entry}`)).filter(
    (pair) => (coverage.caused.get(pair) ?? 0) < least && !TOLD_ELSEWHERE.has(pair),
  );
  const nothing = { rare: [], unheard: [], unreached: [], uncaused: [] };
  expect({ rare, unheard, unreached, uncaused }).toEqual(nothing);
}

const CODES = Object.keys(REJECTIONS) as (keyof typeof REJECTIONS)[];

function summary(runs: number, seconds: number): string {
  const { commands, events, largest } = coverage;
  return (
    `\nhistories ${runs}, seed ${SEED} (again with PROPERTY_SEED=${SEED}): ${commands} commands, ${events} entries, ` +
    `largest state ${largest} bytes, ${seconds.toFixed(1)} s\n`
  );
}

function tables(): string {
  const { accepted, rejected, phases } = coverage;
  return [
    ...table('accepted', COMMAND_TYPES, accepted),
    ...table('refused', CODES, rejected),
    ...table('phases', PHASES as readonly Phase[], phases),
    '',
  ].join('\n');
}

/** Three to a line. */
function table<K extends string>(title: string, keys: readonly K[], counts: ReadonlyMap<K, number>): string[] {
  const cells = keys.map((key) => `${key.padEnd(24)}${String(counts.get(key) ?? 0).padStart(8)}`);
  const lines = Array.from({ length: Math.ceil(cells.length / 3) }, (_, line) => cells.slice(line * 3, line * 3 + 3));
  return [title, ...lines.map((line) => `  ${line.join('    ')}`)];
}
