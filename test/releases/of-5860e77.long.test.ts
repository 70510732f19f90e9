/** A data folder that the first release in use has filled goes on under today's code: cases in every phase, what they owe, and the ledger. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { PROJECT_ROOT } from '../../config/env';
import { createPool, type Pool } from '../../db/sql/pool';
import { expectProblem } from '../api/harness';
import { cleanUp } from '../local/stub';
import { eventually } from '../support/temporal';
import { opened, type Opened } from './release-folder';

let system: Opened;
let pool: Pool;
beforeAll(async () => {
  system = await opened('5860e77');
  pool = createPool(system.databaseUrl);
});
afterAll(async () => {
  await pool.end();
  await system.close();
  cleanUp();
});

const view = (what: string) => system.people.view(system.cases[what] ?? '');
const act = (as: string, what: string, route: string, body: unknown) =>
  system.people.act(as, system.cases[what] ?? '', route, body);

async function typesOf(what: string): Promise<string[]> {
  const { rows } = await pool.query<{ type: string }>('SELECT type FROM ledger WHERE stream = $1 ORDER BY sequence', [
    system.cases[what],
  ]);
  return rows.map(({ type }) => type);
}

test('every case stands where it stood', async () => {
  const phases = await Promise.all(
    Object.keys(system.cases).map(async (what) => [what, (await view(what)).phase] as const),
  );
  expect(Object.fromEntries(phases)).toEqual({
    ...{ demonstration: 'operating', survey: 'survey', plan: 'plan', signOffs: 'sign-offs', rectifying: 'sign-offs' },
    ...{ stationing: 'stationing', operating: 'operating', suspended: 'suspended' },
    ...{ refused: 'refused', withdrawn: 'withdrawn' },
  });
});

test('the departments go on with a round that was under way', async () => {
  const { people } = system;
  for (const { id } of people.rules.departments.filter(({ id }) => id !== 'market')) {
    await act(`reviewer-${id}`, 'signOffs', 'approve', people.approval(id));
  }
  expect((await view('signOffs')).phase).toBe('stationing');
});

test('a case in operation goes on to its next report, and a bad one is told at once', async () => {
  const { people, cases } = system;
  for (;;) {
    const { operation } = await view('demonstration');
    if (operation.owedReports.length > 0) break;
    const moved = await people.post('operator', `/reopenings/${cases['demonstration']}/fast-forward`, {});
    if (moved.status !== 200) throw new Error(moved.text);
  }
  const { operation, stationing } = await view('demonstration');
  const report = { date: operation.owedReports[0], production: 'stopped', present: 57, epidemic: 'abnormal' };
  const liaison = stationing.postings.at(-1)?.liaison.replace('a-demo-', '') ?? '';
  await act(liaison, 'demonstration', 'report-day', report);
  const recipients = async () => {
    const told = `SELECT recipient FROM outbox WHERE stream = $1 AND kind = 'alarm-raised' ORDER BY recipient`;
    const { rows } = await pool.query<{ recipient: string }>(told, [cases['demonstration']]);
    return rows.map(({ recipient }) => recipient);
  };
  const told = await eventually(recipients, ({ length }) => length > 0);
  expect(told).toEqual(['department/epidemic-control', 'health', 'official']);
});

test('an order that waited for stock is served and sent on', async () => {
  const lines = [{ item: 'gloves', quantity: 1000 }];
  const { people } = system;
  await people.post('storekeeper', '/stock/receipts', { source: 'donation', from: '镇商会', lines }, { key: 'stock' });
  const { supply } = await eventually(
    () => view('operating'),
    ({ supply: { orders } }) => orders.some((order) => order.lines.some((line) => line.allocated === line.requested)),
  );
  const order = supply.orders.find((one) => one.lines.some(({ item }) => item === 'gloves'))?.id;
  await act('storekeeper', 'operating', 'dispatch-order', { order, consignment: 1, volunteer: 'a-demo-volunteer' });
  expect((await view('operating')).supply.orders.find(({ id }) => id === order)?.consignments).toHaveLength(1);
});

test('a suspended case is withdrawn only when its suspension is lifted', async () => {
  const withdrawal = { reason: '不再复工' };
  const path = `/reopenings/${system.cases['suspended']}/withdraw`;
  expectProblem(await system.people.post('official', path, withdrawal), 409, 'end-held');
  await act('reviewer-epidemic-control', 'suspended', 'lift', { opinion: '隐患已消除' });
  expect((await act('official', 'suspended', 'withdraw', withdrawal)).phase).toBe('withdrawn');
  const recorded = await eventually(
    () => typesOf('suspended'),
    (types) => types.includes('withdrawn'),
  );
  expect(recorded.indexOf('lifted')).toBeLessThan(recorded.indexOf('withdrawn'));
});

test('no workflow task fails, and the ledger holds', async () => {
  const failing = await system.temporal.workflow.count('TemporalReportedProblems IS NOT NULL');
  expect(failing.count).toBe(0);
  const verify = promisify(execFile)('npm', ['run', '--silent', 'ledger:verify'], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, DATA_DIR: system.dataDir },
  });
  expect((await verify).stdout).toContain('The chain holds');
});
