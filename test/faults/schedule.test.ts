/** The kills are decided by the seed alone, every kind as often as any other; what is asked for is checked before anything starts. */
import { commandOf, readAsked } from './rig/command-line';
import { BALANCED_FROM, KINDS, schedule, type Kill } from './rig/schedule';

const SEEDS = Array.from({ length: 50 }, (_, seed) => seed);

function timesOfEach(kills: readonly Kill[]): number[] {
  return KINDS.map((kind) => kills.filter((one) => one.kind === kind).length);
}

test('the same seed gives the same schedule, another one another', () => {
  expect(schedule(7, 20)).toEqual(schedule(7, 20));
  expect(schedule(7, 20)).not.toEqual(schedule(8, 20));
});

test('a longer run begins as a shorter one of the same seed', () => {
  const kinds = (kills: number) => schedule(7, kills).map(({ kind }) => kind);
  expect(kinds(20).slice(0, 5)).toEqual(kinds(5));
});

test.each([1, 4, 5, 10, 13, 20, 57])('of %i kills no kind comes more than once oftener than another', (kills) => {
  for (const seed of SEEDS) {
    const times = timesOfEach(schedule(seed, kills));
    expect(times.reduce((sum, one) => sum + one)).toBe(kills);
    expect(Math.max(...times) - Math.min(...times)).toBeLessThanOrEqual(1);
    if (kills >= BALANCED_FROM) expect(Math.min(...times)).toBeGreaterThanOrEqual(1);
  }
});

test('kills are numbered, at moments between 0.2 and 2.5 s, and only PostgreSQL loses a backend now and then', () => {
  const kills = SEEDS.flatMap((seed) => schedule(seed, 20));
  expect(schedule(1, 3).map(({ number }) => number)).toEqual([1, 2, 3]);
  for (const { pauseMs } of kills) {
    expect(pauseMs).toBeGreaterThanOrEqual(200);
    expect(pauseMs).toBeLessThan(2500);
  }
  expect(new Set(kills.map(({ pauseMs }) => pauseMs)).size).toBeGreaterThan(100);
  const postgres = kills.filter(({ kind }) => kind === 'postgres');
  const share = postgres.filter(({ backend }) => backend).length / postgres.length;
  expect(share).toBeGreaterThan(0.2);
  expect(share).toBeLessThan(0.5);
  expect(kills.some(({ kind, backend }) => backend && kind !== 'postgres')).toBe(false);
});

test('orders differ: a seed decides which kind comes first', () => {
  expect(new Set(SEEDS.map((seed) => schedule(seed, 1)[0]?.kind))).toEqual(new Set(KINDS));
});

test.each([
  [['--kills', '0'], '--kills takes a number from 1'],
  [['--kills', 'ten'], '--kills takes a number from 1'],
  [['--seed', '-1'], '--seed'],
  [['--seed', '4294967296'], '--seed takes a number from 0'],
  [['--cases', '51'], '--cases takes a number from 1'],
  [['--sabotage', 'fire'], '--sabotage takes lost, twice, chain'],
  [['--kill', '3'], '--kill'],
  [['3'], '3'],
])('%j is refused in one line that says how it is meant', (args, said) => {
  const read = () => readAsked(args);
  expect(read).toThrow(said);
  expect(read).toThrow('npm run faults -- --kills N');
  expect(read).not.toThrow('\n');
});

test('without a seed each run has its own, and says how it is repeated', () => {
  const asked = readAsked(['--kills', '12', '--sabotage', 'lost']);
  expect(asked).toMatchObject({ kills: 12, sabotage: 'lost', keep: false });
  expect(commandOf(asked)).toContain(`--kills 12 --seed ${asked.seed} --cases ${asked.cases} --sabotage lost`);
});
