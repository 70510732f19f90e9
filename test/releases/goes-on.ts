/** What an opened data folder of a release before must do under today's code, in this order: the tests that every such release shares. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PROJECT_ROOT } from '../../config/env';
import { ownTime } from '../../api/case/time-skipping';
import { bulletinId, reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import { HOUR } from '../../domain/calendar/calendar';
import type { Edition } from '../../domain/programme/edition';
import { createPool, type Pool } from '../../db/sql/pool';
import { namedRules } from '../../programme/rules';
import { LANDED_QUEUE } from '../../workers/takeover/landed-bundle';
import { expectProblem } from '../api/harness';
import { cleanUp } from '../local/stub';
import { moved } from '../support/progress';
import { eventually } from '../support/temporal';
import type { Opened } from './release-folder';

/** What `npm run <script>` writes until it has ended well; each line is a sign that it gets on. @throws Error with all of it when it fails */
async function says(script: string, args: readonly string[], settings: Record<string, string>): Promise<string> {
  const child = spawn('npm', ['run', '--silent', script, '--', ...args], {
    cwd: PROJECT_ROOT,
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
      moved();
    });
  }
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`npm run ${script} has ended with ${code}:\n${said}`);
  return said;
}

/** `open` starts today's code on the folder; tests of the release itself read it by what is given back. */
export function goesOn(open: () => Promise<Opened>) {
  let system: Opened;
  let pool: Pool;
  beforeAll(async () => {
    system = await open();
    pool = createPool(system.databaseUrl);
  });
  afterAll(async () => {
    await pool.end();
    await system.close();
    cleanUp();
  });

  const numberOf = (what: string) => system.cases[what] ?? '';
  const view = (what: string) => system.people.view(numberOf(what));
  const act = async (as: string, what: string, route: string, body: unknown) => {
    await system.people.act(as, numberOf(what), route, body);
    return view(what);
  };
  const typesOf = async (what: string): Promise<string[]> => {
    const { rows } = await pool.query<{ type: string }>('SELECT type FROM ledger WHERE stream = $1 ORDER BY sequence', [
      numberOf(what),
    ]);
    return rows.map(({ type }) => type);
  };

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

  test('each open case was taken over once, the closed ones are as they were, and nothing runs on the code of then', async () => {
    for (const what of Object.keys(system.cases)) {
      const times = what === 'refused' || what === 'withdrawn' ? 0 : 1;
      const adopted = (types: string[]) => types.filter((type) => type === 'adopted').length;
      expect(
        adopted(
          await eventually(
            () => typesOf(what),
            (types) => adopted(types) >= times,
          ),
        ),
      ).toBe(times);
    }
    const of = `TaskQueue = '${LANDED_QUEUE}' AND ExecutionStatus = 'Running'`;
    expect((await system.temporal.workflow.count(of)).count).toBe(0);
  });

  test('every case has its state and its rules, under the hash of what is served', async () => {
    const { rows } = await pool.query(
      'SELECT case_number FROM reopenings JOIN cases USING (case_number) WHERE state IS NULL OR rules IS NULL',
    );
    expect(rows).toEqual([]);
    for (const number of Object.values(system.cases)) {
      const { rules: hash } = (await system.people.get('official', `/reopenings/${number}`)).body as { rules: string };
      const answer = await system.people.get('official', `/rules/${hash}`);
      expect(namedRules(answer.body as Edition).hash).toBe(hash);
    }
  });

  test('a case whose time was moved ahead keeps its time', async () => {
    const { clock, enterprise } = await view('demonstration');
    expect(clock).toBeGreaterThan(Date.now());
    // The server moves it as soon as the case has nothing to do.
    const own = await eventually(
      () => ownTime(system.temporal, reopeningId(enterprise.id)),
      (time) => (time ?? 0) >= clock,
    );
    expect(own).toBeLessThan(clock + HOUR);
  });

  test('the departments go on with a round that was under way', async () => {
    const { people } = system;
    const { verdicts } = (await view('signOffs')).review;
    for (const { id } of people.rules.departments.filter(({ id }) => !verdicts[id])) {
      await act(`reviewer-${id}`, 'signOffs', 'approve', people.approval(id));
    }
    const passed = await eventually(
      () => view('signOffs'),
      ({ phase }) => phase !== 'sign-offs',
    );
    expect(passed.phase).toBe('stationing');
  });

  test('a case in operation goes on to its next report, and a bad one is told at once', async () => {
    const { people } = system;
    for (;;) {
      const { operation } = await view('demonstration');
      if (operation.owedReports.length > 0) break;
      const moved = await people.post('operator', `/reopenings/${numberOf('demonstration')}/fast-forward`, {});
      if (moved.status !== 200) throw new Error(moved.text);
    }
    const { operation, stationing } = await view('demonstration');
    const report = { date: operation.owedReports[0], production: 'stopped', present: 57, epidemic: 'abnormal' };
    const liaison = stationing.postings.at(-1)?.liaison.replace('a-demo-', '') ?? '';
    await act(liaison, 'demonstration', 'report-day', report);
    const recipients = async () => {
      const told = `SELECT recipient FROM outbox WHERE stream = $1 AND kind = 'alarm-raised' ORDER BY recipient`;
      const { rows } = await pool.query<{ recipient: string }>(told, [numberOf('demonstration')]);
      return rows.map(({ recipient }) => recipient);
    };
    const told = await eventually(recipients, ({ length }) => length > 0);
    expect(told).toEqual(['department/epidemic-control', 'health', 'official']);
  });

  test('an order that waited for stock is served and sent on', async () => {
    const { people } = system;
    const lines = [{ item: 'gloves', quantity: 1000 }];
    const receipt = { source: 'donation', from: '镇商会', lines };
    await people.post('storekeeper', '/stock/receipts', receipt, { key: 'stock' });
    const { supply } = await eventually(
      () => view('operating'),
      ({ supply: { orders } }) =>
        orders.every((order) => order.lines.every((line) => line.allocated === line.requested)),
    );
    const order = supply.orders.at(-1)?.id;
    await act('storekeeper', 'operating', 'dispatch-order', { order, consignment: 1, volunteer: 'a-demo-volunteer' });
    const sent = await eventually(
      () => view('operating'),
      (seen) => (seen.supply.orders.at(-1)?.consignments.length ?? 0) > 0,
    );
    expect(sent.supply.orders.at(-1)?.consignments).toHaveLength(1);
  });

  test('a suspended case is withdrawn only when its suspension is lifted', async () => {
    const withdrawal = { reason: '不再复工' };
    const path = `/reopenings/${numberOf('suspended')}/withdraw`;
    expectProblem(await system.people.post('official', path, withdrawal), 409, 'end-held');
    await act('reviewer-epidemic-control', 'suspended', 'lift', { opinion: '隐患已消除' });
    await act('official', 'suspended', 'withdraw', withdrawal);
    const recorded = await eventually(
      () => typesOf('suspended'),
      (types) => types.includes('withdrawn'),
    );
    expect(recorded.indexOf('lifted')).toBeLessThan(recorded.indexOf('withdrawn'));
  });

  test('a bulletin to come waits for its time', async () => {
    const { status, taskQueue } = await system.temporal.workflow.getHandle(bulletinId(system.bulletin)).describe();
    expect([status.name, taskQueue]).toEqual(['RUNNING', TASK_QUEUE]);
  });

  test('the demonstration goes on to its end: both cases are completed, and the figures are told', async () => {
    const { dataDir, people } = system;
    const { port } = new URL(people.address);
    const said = await says('demo', ['--all'], { DATA_DIR: dataDir, PORT: port });
    expect(said).toContain('超市已办结');
    expect(said).toMatch(/closedLoopEmployees: \d+/);
    expect((await view('demonstration')).phase).toBe('completed');
  });

  test('no workflow task fails, and the ledger holds over the seam', async () => {
    const failing = await system.temporal.workflow.count('TemporalReportedProblems IS NOT NULL');
    expect(failing.count).toBe(0);
    expect(await says('ledger:verify', [], { DATA_DIR: system.dataDir })).toContain('The chain holds');
  });

  return { typesOf, pool: () => pool, system: () => system, numberOf };
}
