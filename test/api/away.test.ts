/** A Temporal or a PostgreSQL that is away: everything but health is told so, and nothing is changed. */
import { Api, expectProblem } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});

test('without Temporal a start is refused, and its repeat keeps the number', async () => {
  const start = () =>
    api.send('/reopenings', {
      as: 'official',
      json: { enterprise: 'e-demo-factory' },
      headers: { 'idempotency-key': 'k' },
    });
  const answer = await start();
  expectProblem(answer, 503, 'temporal-unavailable');
  expect(answer.headers.get('retry-after')).toBe('2');
  await start();
  const { rows } = await api.database.pool.query('SELECT count(*) FROM cases');
  expect((rows[0] as { count: number }).count).toBeLessThanOrEqual(1);
  expect((await api.send('/reopenings', { as: 'official' })).body.items).toEqual([]);
});

test('readiness names what is away', async () => {
  const answer = await api.send('/readyz');
  expect([answer.status, answer.body]).toEqual([
    503,
    { status: 'not-ready', postgres: 'ready', temporal: 'away', worker: 'away' },
  ]);
});

test('a connection that PostgreSQL drops costs at most the request that was using it', async () => {
  await api.database.dropConnections();
  await api.send('/me', { as: 'official' });
  expect((await api.send('/me', { as: 'official' })).status).toBe(200);
});

test('without PostgreSQL all is 503 but health', async () => {
  const { password } = api.account('official');
  await api.stopDatabase();
  const answers = [
    await api.send('/me', { as: 'official' }),
    await api.send('/reopenings', { as: 'official' }),
    await api.send('/reopenings/2026-0001/arrive', { as: 'liaison-1', json: {} }),
    await api.send('/enterprises', { as: 'official', json: {} }),
    await api.send('/documents?name=x', { as: 'official', raw: 'x', headers: { 'content-type': 'text/plain' } }),
    await api.send('/sign-in', { json: { login: 'official', password } }),
  ];
  for (const answer of answers) expectProblem(answer, 503, 'database-unavailable');
  expect((await api.send('/healthz')).status).toBe(200);
  const ready = await api.send('/readyz');
  expect([ready.status, ready.body.postgres]).toEqual([503, 'away']);
});

afterAll(() => api.stop());
