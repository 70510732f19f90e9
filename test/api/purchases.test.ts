/** Group purchases from the offer to the receipt, and medicines for one employee: who may what, once, and what stays where. */
import ExcelJS from 'exceljs';
import { XLSX } from '../../api/documents/workbook-answer';
import { Rosters, someone } from './employees';
import { expectProblem, type Answer } from './harness';

let rosters: Rosters;
beforeAll(async () => {
  rosters = await Rosters.start();
});
afterAll(() => rosters.api.stop());

const send = (path: string, as: string, json?: unknown, key?: string): Promise<Answer> =>
  rosters.api.send(path, {
    as,
    ...(json !== undefined && { json }),
    ...(key !== undefined && { headers: { 'idempotency-key': key } }),
  });
const FACTORY = 'enterprise-factory';
const lines = (...quantities: number[]) => ({ lines: quantities.map((quantity, n) => ({ item: n + 1, quantity })) });
const entries = async (stream: string) =>
  (await send(`/ledger?stream=${stream}&limit=200`, 'official')).body.items as { type: string; details: object }[];

describe('a group purchase', () => {
  const ITEMS = [
    { name: '蔬菜包', unit: '份' },
    { name: '大米', unit: '袋' },
  ];
  const tomorrow = () => new Date(Date.now() + 86_400_000).toISOString();
  async function open(): Promise<string> {
    const { status, body } = await send('/group-purchases', 'official', {
      title: '演示集采',
      cutOff: tomorrow(),
      items: ITEMS,
    });
    expect(status).toBe(201);
    return `/group-purchases/${body.id as string}`;
  }
  async function passCutOff(at: string): Promise<void> {
    const query = `UPDATE group_purchases SET cut_off = now() - interval '1 second' WHERE id = $1`;
    await rosters.api.database.pool.query(query, [at.split('/')[2]]);
  }
  async function village(enterprise = 'e-demo-factory'): Promise<string> {
    const { body } = await send(`/enterprises/${enterprise}`, 'official');
    return body.village as string;
  }
  const handOut = (at: string, as: string, quantities: number[], enterprise = 'e-demo-factory') =>
    send(`${at}/distribute`, as, { enterprise, ...lines(...quantities) });

  test('is opened by an official, with a cut-off ahead, and found by everyone', async () => {
    const at = await open();
    expect((await send(at, FACTORY)).body).toMatchObject({
      title: '演示集采',
      closed: false,
      items: [{ item: 1 }, { item: 2 }],
    });
    const early = { title: '演示', cutOff: '2020-01-01T00:00:00Z', items: ITEMS };
    expectProblem(await send('/group-purchases', 'official', early), 422, 'wrong-date');
    expectProblem(await send('/group-purchases', FACTORY, { ...early, cutOff: tomorrow() }), 403, 'forbidden');
    expectProblem(await send(`/group-purchases/g-${'0'.repeat(16)}`, FACTORY), 404, 'unknown-purchase');
  });

  test('takes an order as a whole, the last one counts, until the cut-off', async () => {
    const at = await open();
    expect((await send(`${at}/order`, FACTORY, lines(10, 5))).status).toBe(200);
    expect((await send(`${at}/order`, FACTORY, lines(40))).status).toBe(200);
    expectProblem(await send(`${at}/order`, FACTORY, { lines: [{ item: 3, quantity: 1 }] }), 404, 'unknown-item');
    expectProblem(await send(`${at}/order`, 'volunteer', lines(1)), 403, 'forbidden');
    await passCutOff(at);
    expectProblem(await send(`${at}/order`, FACTORY, lines(50)), 409, 'purchase-closed');
    expect((await send(at, FACTORY)).body.closed).toBe(true);
    const { body } = await send(`${at}/picking-list`, 'official');
    expect(body.enterprises).toMatchObject([{ enterprise: 'e-demo-factory', lines: [{ item: 1, ordered: 40 }] }]);
  });

  test('is closed by an official before its time, once', async () => {
    const at = await open();
    expectProblem(await handOut(at, 'volunteer', [1]), 409, 'purchase-open');
    expect((await send(`${at}/close`, 'official', {})).body.closed).toBe(true);
    expectProblem(await send(`${at}/close`, 'official', {}), 409, 'already-done');
    expectProblem(await send(`${at}/order`, FACTORY, lines(1)), 409, 'purchase-closed');
  });

  test('is handed out and received line by line, each once, and the ledger has counts only', async () => {
    const at = await open();
    await send(`${at}/order`, FACTORY, lines(40, 10));
    await send(`${at}/order`, 'enterprise-supermarket', lines(7));
    await send(`${at}/close`, 'official', {});
    expectProblem(await send(`${at}/receive`, FACTORY, lines(40)), 409, 'wrong-state');
    const [near, far] = [await village(), await village('e-demo-supermarket')];
    expect(near).not.toBe(far);
    expectProblem(await handOut(at, `village-${far}`, [40, 10]), 404, 'unknown-purchase');
    expect((await handOut(at, `village-${near}`, [40])).status).toBe(200);
    expectProblem(await handOut(at, 'volunteer', [40, 10]), 409, 'already-done');
    const rice = { enterprise: 'e-demo-factory', lines: [{ item: 2, quantity: 10 }] };
    expect((await send(`${at}/distribute`, 'volunteer', rice)).status).toBe(200);
    // Nine sacks came; the difference stands in the list.
    expect((await send(`${at}/receive`, FACTORY, lines(40, 9))).status).toBe(200);
    expectProblem(await send(`${at}/receive`, FACTORY, lines(40)), 409, 'already-done');
    const { body } = await send(`${at}/picking-list`, FACTORY);
    expect(body.enterprises).toMatchObject([
      { enterprise: 'e-demo-factory', lines: [{ received: 40 }, { ordered: 10, distributed: 10, received: 9 }] },
    ]);
    expect(body.enterprises).toHaveLength(1);
    const ledger = await entries(`purchase/${at.split('/')[2]}`);
    expect(ledger.map((one) => one.type)).toEqual([
      ...['purchase-opened', 'purchase-ordered', 'purchase-ordered', 'purchase-closed'],
      ...['purchase-distributed', 'purchase-distributed', 'purchase-received'],
    ]);
    expect(JSON.stringify(ledger)).not.toMatch(/蔬菜|大米|集采/);
  });

  test('its picking list is a workbook too, with totals', async () => {
    const at = await open();
    await send(`${at}/order`, FACTORY, lines(40, 10));
    const { token } = rosters.api.account('volunteer');
    const response = await fetch(`${rosters.api.address}${at}/picking-list?format=xlsx`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, XLSX]);
    const book = new ExcelJS.Workbook();
    await book.xlsx.load(await response.arrayBuffer());
    const names: unknown[] = [];
    book.worksheets[0]?.eachRow((row) => names.push((row.values as unknown[])[3]));
    expect(names).toEqual(expect.arrayContaining(['品名', '蔬菜包', '大米']));
    expectProblem(await send(`${at}/picking-list`, 'reviewer-market'), 403, 'forbidden');
  });
});

describe('a medicine order', () => {
  const WORDS = { medicine: '演示降压片 5mg', quantity: '两盒' };
  const order = (person: string, as = FACTORY, key?: string) => send('/medicine-orders', as, { person, ...WORDS }, key);
  const step = (at: string, as: string, name: string) => send(`${at}/step`, as, { step: name });
  const volunteer = { volunteer: 'a-demo-volunteer' };
  let ill: string;
  let well: string;
  beforeAll(async () => {
    [ill = '', well = ''] = await rosters.imported([someone({ chronic: true }), someone()]);
  });
  async function ordered(): Promise<string> {
    const { status, headers } = await order(ill);
    expect(status).toBe(201);
    return headers.get('location') ?? '';
  }

  test('is for a chronic disease of an own employee', async () => {
    expectProblem(await order(well), 422, 'not-chronic');
    expectProblem(await order(ill, 'enterprise-supermarket'), 404, 'unknown-person');
    expectProblem(await order(`p-${'0'.repeat(32)}`), 404, 'unknown-person');
    expectProblem(await order(ill, 'official'), 403, 'forbidden');
  });

  test('goes from the order to the receipt, each step by whom it concerns', async () => {
    const at = await ordered();
    expectProblem(await step(at, FACTORY, 'received'), 409, 'wrong-state');
    expectProblem(await send(`${at}/assign`, 'official', { volunteer: 'a-demo-health' }), 422, 'wrong-role');
    expect((await send(`${at}/assign`, 'official', volunteer)).body.status).toBe('assigned');
    expectProblem(await send(`${at}/assign`, 'official', volunteer), 409, 'wrong-state');
    expectProblem(await step(at, FACTORY, 'bought'), 403, 'forbidden');
    expectProblem(await step(at, 'volunteer', 'delivered'), 409, 'wrong-state');
    expect((await send(at, 'volunteer')).body).toMatchObject({ ...WORDS, person: { id: ill } });
    for (const name of ['bought', 'delivered']) expect((await step(at, 'volunteer', name)).status).toBe(200);
    expectProblem(await step(at, FACTORY, 'cancelled'), 409, 'wrong-state');
    expect((await step(at, FACTORY, 'received')).body.status).toBe('received');
    // Over: nobody needs to know any more what it was.
    expect((await send(at, FACTORY)).body).toMatchObject({ medicine: '', quantity: '' });
  });

  test('is read by its enterprise, its volunteer and its official only', async () => {
    const at = await ordered();
    const statuses = async () => {
      const readers = [FACTORY, 'official', 'volunteer', 'enterprise-supermarket'];
      return Promise.all(readers.map(async (as) => (await send(at, as)).status));
    };
    expect(await statuses()).toEqual([200, 200, 404, 404]);
    for (const as of ['health', 'storekeeper', 'operator', 'liaison-1', 'village-jibang']) {
      expectProblem(await send(at, as), 403, 'forbidden');
      expectProblem(await send('/medicine-orders', as), 403, 'forbidden');
    }
    await send(`${at}/assign`, 'official', volunteer);
    expect(await statuses()).toEqual([200, 200, 200, 404]);
    const { pool } = rosters.api.database;
    await pool.query(`UPDATE medicine_orders SET official = 'a-demo-health' WHERE id = $1`, [at.split('/')[2]]);
    expect(await statuses()).toEqual([200, 404, 200, 404]);
    expectProblem(await step(at, 'enterprise-supermarket', 'cancelled'), 404, 'unknown-medicine-order');
    const listed = await Promise.all(
      [FACTORY, 'official', 'volunteer', 'enterprise-supermarket'].map(async (as) => {
        const { body } = await send('/medicine-orders', as);
        return (body.items as { id: string }[]).some((one) => at.endsWith(one.id));
      }),
    );
    expect(listed).toEqual([true, false, true, false]);
  });

  test('its words stand sealed in one column: neither ledger nor kept answers nor any other table has them', async () => {
    const first = await order(ill, FACTORY, 'medicine');
    const again = await order(ill, FACTORY, 'medicine');
    expect([again.body, again.headers.get('idempotent-replayed')]).toEqual([first.body, 'true']);
    expect(JSON.stringify(await entries('medicines'))).not.toMatch(/降压|两盒/);
    const { pool } = rosters.api.database;
    const { rows } = await pool.query<{ name: string }>(
      `SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
    );
    for (const { name } of rows) {
      const { rows: found } = await pool.query(
        `SELECT FROM "${name}" t WHERE t::text LIKE '%降压%' OR t::text LIKE '%两盒%'`,
      );
      expect([name, found.length]).toEqual([name, 0]);
    }
  });

  test('is cancelled by the enterprise before anything was bought', async () => {
    const at = await ordered();
    expect((await step(at, FACTORY, 'cancelled')).body.status).toBe('cancelled');
    expectProblem(await send(`${at}/assign`, 'official', volunteer), 409, 'wrong-state');
    const types = (await entries('medicines')).filter(({ details }) =>
      at.endsWith((details as { medicine: string }).medicine),
    );
    expect(types.map((one) => one.type)).toEqual(['medicine-ordered', 'medicine-cancelled']);
  });
});
