/** Without a worker at most 500 acts wait for one case; what is beyond is refused at once and leaves nothing, and other cases take theirs. */
import { expectProblem, type Answer } from '../api/harness';
import { People } from '../api/town';
import { expectWithin } from '../support/pace';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
});
afterAll(() => system.stop());

const MOST = 500;

async function begun(): Promise<string> {
  const number = await people.start(await people.enterprise());
  await people.view(number);
  return number;
}
const copy = (number: string, key: string, to = 'a-demo-operator') =>
  people.post('official', `/reopenings/${number}/copy`, { to }, { key });
const withdraw = (number: string, key: string) =>
  people.post('official', `/reopenings/${number}/withdraw`, { reason: '不再复工' }, { key });
async function waitingFor(number: string): Promise<number> {
  const { rows } = await system.database.pool.query<{ waiting: number }>(
    `SELECT count(*) AS waiting FROM commands WHERE case_number = $1 AND status = 'pending'`,
    [number],
  );
  return rows[0]?.waiting ?? 0;
}
/** As acts of an earlier hour have left it: their signals are with Temporal, and nobody has taken them up. */
const fill = (number: string, count: number) =>
  system.database.pool.query(
    `INSERT INTO commands (id, account, route, case_number, body_hash, status)
     SELECT 'filled-' || $1 || n, 'a-demo-official', 'copy', $1, 'b', 'pending' FROM generate_series(1, $2::integer) n`,
    [number, count],
  );
const settle = () => system.database.pool.query(`DELETE FROM commands WHERE id LIKE 'filled-%'`);
const textsStored = async () => (await system.database.pool.query('SELECT FROM texts')).rowCount;

function expectFull(answer: Answer): void {
  expectProblem(answer, 503, 'too-many-waiting');
  expect([answer.headers.get('retry-after'), answer.body.about]).toEqual(['30', { most: MOST }]);
}

test('the 500th waits, the next is refused at once and leaves nothing, a repeat is told that it waits, another case goes on', async () => {
  const [one, other] = [await begun(), await begun()];
  await system.temporal.rest();
  await fill(one, MOST - 1);
  const last = await copy(one, 'last');
  expect(last.status).toBe(202);

  const texts = await textsStored();
  const begin = performance.now();
  expectFull(await withdraw(one, 'beyond'));
  // Nobody was asked for an answer.
  expectWithin(1_000, performance.now() - begin);
  expect([await waitingFor(one), await textsStored()]).toEqual([MOST, texts]);

  const repeated = await copy(one, 'last');
  expect([repeated.status, repeated.headers.get('location')]).toEqual([202, last.headers.get('location')]);
  expectProblem(await copy(one, 'last', 'a-demo-reviewer-market'), 422, 'key-reused');
  expect((await copy(other, 'elsewhere')).status).toBe(202);

  await settle();
  await system.work();
  await eventually(
    () => waitingFor(one),
    (waiting) => waiting === 0,
  );
  expect((await people.view(one)).copies).toEqual(['a-demo-operator']);
  expect((await withdraw(one, 'beyond')).status).toBe(200);
});

test('of many that come at once no more wait than there is room for', async () => {
  const one = await begun();
  await system.temporal.rest();
  await fill(one, MOST - 2);
  const answers = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((key) => copy(one, key)));
  expect(answers.map(({ status }) => status).sort()).toEqual([202, 202, 503, 503, 503, 503]);
  for (const answer of answers.filter(({ status }) => status === 503)) expectFull(answer);
  expect(await waitingFor(one)).toBe(MOST);
  await settle();
  await system.work();
});
