/** Registering enterprises: credit codes as people type them, once per code, once per Idempotency-Key. */
import { usccCheckCharacter } from '../../domain/calendar/codes';
import { Api, expectProblem } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

let serial = 0;
const freshCode = () => {
  const start = `91350200MA${String((serial += 1)).padStart(7, '0')}`;
  return start + usccCheckCharacter(start);
};
const enterprise = (over: object = {}) => ({
  name: '上海某电子有限公司',
  uscc: freshCode(),
  kind: 'factory',
  village: 'beixing',
  ...over,
});
const register = (json: unknown, key?: string, as = 'official') =>
  api.send('/enterprises', { as, json, ...(key !== undefined && { headers: { 'idempotency-key': key } }) });

test('a registered enterprise is found under its address, and its act is in the ledger', async () => {
  const { status, body, headers } = await register(enterprise({ uscc: '９１３５０２００ma2yj1xr9g' }));
  expect(status).toBe(201);
  expect(body).toMatchObject({ uscc: '91350200MA2YJ1XR9G', usccConfirmedBy: null });
  const location = headers.get('location') ?? '';
  const mark = headers.get('fugong-after') ?? '';
  expect((await api.send(location, { as: 'official', headers: { 'fugong-after': mark } })).body).toEqual(body);
  const [stream, sequence] = mark.split('@');
  const ledger = await api.send(`/ledger?stream=${stream}&after=${Number(sequence) - 1}`, { as: 'operator' });
  expect(ledger.body.items).toMatchObject([
    { type: 'enterprise-registered', sequence: Number(sequence), by: { account: 'a-demo-official' } },
  ]);
  // Names stand in their table, not in the ledger.
  expect(JSON.stringify(ledger.body.items)).not.toContain('电子');
});

test('a code that is wrong is refused, one that fails only its last character needs an official', async () => {
  for (const uscc of ['91350100M000101Y43', '91350100M000100Y4', '91350100I000100Y43']) {
    const answer = await register(enterprise({ uscc }));
    expectProblem(answer, 422, 'uscc-invalid');
    expect(answer.body.errors[0].pointer).toBe('/uscc');
  }
  const early = enterprise({ uscc: '91350100M0001TGQXM' });
  expectProblem(await register(early), 422, 'uscc-needs-confirmation');
  const confirmed = await register({ ...early, confirmUscc: true });
  expect(confirmed.body).toMatchObject({ uscc: '91350100M0001TGQXM', usccConfirmedBy: 'a-demo-official' });
  expectProblem(await register({ ...early, uscc: '91350100M000101Y43', confirmUscc: true }), 422, 'uscc-invalid');
});

test('the same code is taken once, an unknown village is named', async () => {
  const one = enterprise();
  expect((await register(one)).status).toBe(201);
  expectProblem(await register(one), 409, 'uscc-taken');
  const answer = await register(enterprise({ village: 'atlantis' }));
  expectProblem(answer, 422, 'unknown-reference');
  expect(answer.body.errors).toEqual([{ pointer: '/village', reason: expect.stringContaining('beixing') as string }]);
});

test('the same key gives the first answer, with another body none', async () => {
  const one = enterprise();
  const first = await register(one, 'key-1');
  const again = await register(one, 'key-1');
  expect([again.status, again.body, again.headers.get('idempotent-replayed')]).toEqual([201, first.body, 'true']);
  expect(again.headers.get('location')).toBe(first.headers.get('location'));
  expectProblem(await register({ ...one, name: '另一家' }, 'key-1'), 422, 'key-reused');
});

test('sent ten times at once under one key, it is registered once', async () => {
  const one = enterprise();
  const answers = await Promise.all(Array.from({ length: 10 }, () => register(one, 'key-2')));
  expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 201));
  expect(new Set(answers.map((answer) => answer.body.id as string)).size).toBe(1);
});

test('pages follow one another without gap or repeat', async () => {
  const seen: string[] = [];
  let cursor = '';
  do {
    const { body } = await api.send(`/enterprises?limit=3${cursor}`, { as: 'official' });
    seen.push(...(body.items as { uscc: string }[]).map((one) => one.uscc));
    cursor = body.next === null ? '' : `&cursor=${body.next as string}`;
  } while (cursor !== '');
  expect(new Set(seen).size).toBe(seen.length);
  const { rows } = await api.database.pool.query('SELECT count(*) FROM enterprises');
  expect(seen).toHaveLength((rows[0] as { count: number }).count);
});

test('words that are searched for are words, not patterns', async () => {
  expect((await api.send('/enterprises?q=%25', { as: 'official' })).body.items).toEqual([]);
  expect((await api.send('/enterprises?q=_', { as: 'official' })).body.items).toEqual([]);
  expect((await api.send(`/enterprises?q=${encodeURIComponent('超市')}`, { as: 'official' })).body.items).toHaveLength(
    1,
  );
});

test('an enterprise sees itself, a village its own', async () => {
  const own = await api.send('/enterprises', { as: 'enterprise-factory' });
  expect(own.body.items.map((one: { id: string }) => one.id)).toEqual(['e-demo-factory']);
  expectProblem(
    await api.send('/enterprises/e-demo-supermarket', { as: 'enterprise-factory' }),
    404,
    'unknown-enterprise',
  );
  const near = await api.send('/enterprises', { as: 'village-jibang' });
  expect(near.body.items.every((one: { village: string }) => one.village === 'jibang')).toBe(true);
});
