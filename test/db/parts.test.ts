/** PostgreSQL lays what has changed of a state over the state before exactly as the rules' own function does. */
import fc from 'fast-check';
import { partsSince } from '../../domain/case/parts';
import type { Reopening } from '../../domain/case/state';
import { pairOfStates } from '../support/pairs-of-states';
import { TestDatabase } from '../support/postgres';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

test('of any two states PostgreSQL makes the later one', async () => {
  await fc.assert(
    fc.asyncProperty(pairOfStates, async ([before, after]) => {
      const parts = partsSince(before as unknown as Reopening, after as unknown as Reopening);
      const { rows } = await db.pool.query<{ made: unknown }>('SELECT laid_over($1::jsonb, $2::jsonb) AS made', [
        JSON.stringify(before),
        JSON.stringify(parts),
      ]);
      expect(rows[0]?.made).toEqual(after);
    }),
    { numRuns: 500 },
  );
});
