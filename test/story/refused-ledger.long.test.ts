/** What people are told while the ledger refuses a case: nothing is confirmed, the others go on, and when it is mended all of it is there. */
import { reopeningId } from '../../contracts/case/ids';
import type { Status } from '../../contracts/case/views';
import { skip } from '../../api/case/time-skipping';
import { verifyLedger } from '../../scripts/ledger/verify';
import { status } from '../../workflows/reopening/messages';
import { expectProblem } from '../api/harness';
import { People } from '../api/town';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { heldFor } from '../../domain/programme/for-whom';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
});
afterAll(() => system.stop());

/** The case looks again ten minutes after a refusal. */
const LOOKS_AGAIN_MS = 11 * 60_000;

interface Case {
  readonly enterprise: string;
  readonly number: string;
  readonly state: () => Promise<Status>;
}

async function caseInSurvey(): Promise<Case> {
  const enterprise = await people.enterprise();
  const { body } = await people.post('official', '/reopenings', { enterprise }, { key: `start-${enterprise}` });
  const handle = system.temporal.client.workflow.getHandle(reopeningId(enterprise));
  const one = { enterprise, number: body.caseNumber as string, state: () => handle.query(status) };
  await recorded(one);
  return one;
}

function recorded({ state }: Case): Promise<Status> {
  return eventually(state, ({ unrecorded }) => unrecorded === 0);
}

const copy = ({ number }: Case, key: string, to = 'a-demo-reviewer-market') =>
  people.post('official', `/reopenings/${number}/copy`, { to }, { key });

/** As a hand in the table, or a backup of another hour, leaves it. */
const moveHead = ({ number }: Case, by: number) =>
  system.database.pool.query('UPDATE ledger_streams SET sequence = sequence + $2 WHERE stream = $1', [number, by]);

async function refusals(): Promise<Record<string, unknown>[]> {
  return (await people.get('operator', '/operations')).body.ledgerRefuses as Record<string, unknown>[];
}

async function mended(one: Case): Promise<void> {
  await moveHead(one, -1);
  await skip(system.temporal.client, reopeningId(one.enterprise), LOOKS_AGAIN_MS);
  await recorded(one);
}

async function entriesOf({ number }: Case): Promise<string[]> {
  const { rows } = await system.database.pool.query<{ type: string }>(
    'SELECT type FROM ledger WHERE stream = $1 ORDER BY sequence',
    [number],
  );
  return rows.map(({ type }) => type);
}

test('from the first refusal on every act on the case is answered 503 and does nothing; others go on; mended, it is whole', async () => {
  const [one, other] = [await caseInSurvey(), await caseInSurvey()];
  await moveHead(one, 1);
  const first = await copy(one, 'first');
  // It may have been answered before PostgreSQL was asked, and makes the refusal known.
  expect([200, 503]).toContain(first.status);
  const [refused] = await eventually(refusals, (found) => found.length > 0);
  expect(refused).toMatchObject({ caseNumber: one.number, code: 'LedgerConflict' });
  expect(refused?.['enterprise']).toMatch(/^某厂/);

  const { head } = await one.state();
  const texts = async () => (await system.database.pool.query('SELECT FROM texts')).rowCount;
  const before = await texts();
  const later = [
    await copy(one, 'first'),
    await copy(one, 'second', 'a-demo-liaison-1'),
    await people.post('official', `/reopenings/${one.number}/withdraw`, { reason: '不办了' }),
    await people.post('official', '/reopenings', { enterprise: one.enterprise }, { key: `start-${one.enterprise}` }),
    await people.post('official', `/reopenings/${one.number}/fast-forward`, {}),
  ];
  for (const answer of later) {
    expectProblem(answer, 503, 'ledger-refuses');
    expect(answer.headers.get('retry-after')).toBe('60');
    expect(answer.body.about).toEqual({ since: refused?.['since'] });
  }
  expect([(await one.state()).head, await texts()]).toEqual([head, before]);
  expect((await copy(other, 'elsewhere')).status).toBe(200);

  await mended(one);
  expect(await refusals()).toEqual([]);
  const again = await copy(one, 'first');
  expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true']);
  expect((await copy(one, 'second', 'a-demo-liaison-1')).status).toBe(200);
  await recorded(one);
  expect(await entriesOf(one)).toEqual(['opened', 'copied', 'copied']);
  const found: unknown[] = [];
  await verifyLedger(system.database.pool, (finding) => found.push(finding));
  expect(found).toEqual([]);
});

test('without a worker an act is not handed over with a 202 either', async () => {
  const one = await caseInSurvey();
  await moveHead(one, 1);
  await copy(one, 'makes-it-known');
  await eventually(refusals, (found) => found.length > 0);
  await system.temporal.rest();
  expectProblem(await copy(one, 'late', 'a-demo-liaison-1'), 503, 'ledger-refuses');
  const { rows } = await system.database.pool.query('SELECT FROM commands WHERE case_number = $1', [one.number]);
  expect(rows).toEqual([]);
  await system.work();
  await mended(one);
  expect((await copy(one, 'late', 'a-demo-liaison-1')).status).toBe(200);
});

test.each([
  ['answers', () => system.work()],
  ['does not answer', () => Promise.resolve()],
])(
  'an act that was on its way when the refusal came is not confirmed, whether the case %s; a repeat finds it',
  async (_how, worker) => {
    const one = await caseInSurvey();
    const path = `/reopenings/${one.number}/record-survey`;
    const visitedOn = people.today((await one.state()).view);
    const readiness = Object.fromEntries(
      heldFor(people.rules.preparations, { kind: 'factory' }).map(({ id }) => [id, 'ready']),
    );
    const body = { visitors: '调研组', visitedOn, readiness, weakLinks: [] };
    const act = () => people.post('official', path, body, { key: 'on-its-way' });
    await system.temporal.rest();
    const acting = act();
    // The words are stored after the first look and before the case is asked.
    const words = 'SELECT FROM texts WHERE stream IS NULL';
    await eventually(
      async () => (await system.database.pool.query(words)).rowCount,
      (found) => found !== 0,
    );
    await moveHead(one, 1);
    await system.database.pool.query(`INSERT INTO ledger_refusals (stream, code) VALUES ($1, 'LedgerConflict')`, [
      one.number,
    ]);
    await worker();
    expectProblem(await acting, 503, 'ledger-refuses');
    await system.temporal.rest();
    await system.work();
    await mended(one);
    // What was put there by hand goes by hand: the case may have heard nothing that it could record.
    await system.database.pool.query('DELETE FROM ledger_refusals');
    const repeated = await eventually(act, ({ status: told }) => told !== 503);
    expect(repeated.status).toBe(200);
    await eventually(
      () => entriesOf(one),
      (types) => types.filter((type) => type === 'surveyed').length === 1,
    );
  },
);
