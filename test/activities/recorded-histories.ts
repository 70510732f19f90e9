/** Random histories whose batches go into a real PostgreSQL: it has the state, the duties and the situation that the case has. */
import type { Outcome } from '../../domain/case/reopening';
import { Dice } from '../support/dice';
import { TestDatabase } from '../support/postgres';
import { RecordedHistory } from '../support/recorded-history';
import { caseAt } from '../support/story';
import { beginnings } from '../domain/random-histories';

/** Three months of operation, in hours, on which nobody acts: more entries than one batch takes. */
const LONG_AWAY = 90 * 24;
/** Three reports become owed in it, and their rounds open and close. */
const IDLE_HOURS = 3 * 24;
const SEED = Number(process.env.PROPERTY_SEED ?? Date.now() % 2 ** 31);

export function recordHistories(usual: number): void {
  const runs = Number(process.env.PROPERTY_RUNS ?? usual);
  let db: TestDatabase;
  beforeAll(async () => {
    db = await TestDatabase.start();
  });
  afterAll(() => db.stop());

  test(`after each of ${runs} random histories PostgreSQL has the state of the case`, async () => {
    process.stdout.write(`\nrecorded histories ${runs}, seed ${SEED} (again with PROPERTY_SEED=${SEED})\n`);
    const dice = new Dice(SEED);
    let [longest, entries] = [0, 0];
    for (let number = 1; number <= runs; number += 1) {
      const told = await RecordedHistory.tell(db, dice.of(beginnings), new Dice(dice.below(2 ** 31)), number);
      [longest, entries] = [Math.max(longest, told), entries + told];
    }
    process.stdout.write(`${entries} entries, the longest history has ${longest}\n`);
    const { rowCount } = await db.pool.query('SELECT FROM reopenings WHERE state IS NULL OR version = 0');
    expect(rowCount).toBe(0);
  });

  test('also hour by hour of days on which nobody acts: what opens without an entry is told and shown', async () => {
    const story = caseAt('operating');
    const outcomes: Outcome[] = [{ state: story.state, entries: story.entries.slice() }];
    for (let hour = 0; hour < IDLE_HOURS; hour += 1) {
      const known = story.entries.length;
      story.wait(1);
      outcomes.push({ state: story.state, entries: story.entries.slice(known) });
    }
    expect(await RecordedHistory.record(db, { outcomes, sent: story.sent }, new Dice(SEED), runs + 2, 0)).toBe(
      story.entries.length,
    );
  });

  test('also when more entries wait than one batch takes', async () => {
    const away = caseAt('operating').wait(LONG_AWAY);
    expect(away.entries.length).toBeGreaterThan(1000);
    expect(await RecordedHistory.tell(db, away, new Dice(SEED), runs + 1)).toBeGreaterThan(1000);
  });
}
