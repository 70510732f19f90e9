/** One factory's whole story over HTTP, on a real Temporal and PostgreSQL: the demonstration, told twice, then brought to its end. */
import { reopeningId } from '../../contracts/case/ids';
import type { CaseView } from '../../contracts/case/views';
import { demonstrate } from '../../scripts/demo/demonstrate';
import { Town } from '../../scripts/demo/town';
import { compareOpenCases } from '../../scripts/ledger/compare';
import { verifyLedger } from '../../scripts/ledger/verify';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

const CASE = /事项编号 (\d{4}-\d{4,})/;

let system: System;
let town: Town;
beforeAll(async () => {
  system = await System.start();
  town = await Town.at(system.address, system.dataDir);
});
afterAll(() => system.stop());

/** Tells the story and gives what it printed. */
async function told(): Promise<string> {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await demonstrate(town, { all: false, ui: 'http://temporal-ui', mails: 'http://mails' });
  } finally {
    log.mockRestore();
  }
  return lines.join('\n');
}

async function findings(): Promise<string[]> {
  const found: string[] = [];
  await verifyLedger(system.database.pool, (finding) => found.push(finding));
  await compareOpenCases(system.database.pool, system.temporal.client, (finding) => found.push(finding));
  return found;
}

test('surveyed, planned, returned, signed off, stationed, two operating days and a third morning, closed', async () => {
  const first = await told();
  expect(first).toContain('演示完成');
  const number = CASE.exec(first)?.[1] ?? '';
  expect(await told()).toContain('All is done already');

  const official = town.account('official');
  const shown = async () => (await town.get<{ view: CaseView }>(`/reopenings/${number}`, official)).view;
  const view = await shown();
  expect(view.phase).toBe('operating');
  expect(view.operation.rounds.filter((round) => round.counts?.untested === 0).length).toBeGreaterThanOrEqual(5);
  // Six departments; three of them signed the version that was returned and mended.
  expect(Object.keys(view.review.signatures)).toHaveLength(6);

  await town.post(`/reopenings/${number}/complete`, { as: official, body: { waivers: [] } });
  expect((await shown()).phase).toBe('completed');
  const handle = system.temporal.client.workflow.getHandle(reopeningId(view.enterprise.id));
  expect(await handle.result()).toBe('completed');

  const { rows } = await system.database.pool.query<{ type: string }>(
    'SELECT type FROM ledger WHERE stream = $1 ORDER BY sequence',
    [number],
  );
  const types = rows.map((row) => row.type);
  expect([types[0], types.at(-1)]).toEqual(['opened', 'phase-entered']);
  expect(types).toEqual(
    expect.arrayContaining(['returned', 'notice-issued', 'liaison-arrived', 'day-reported', 'completed']),
  );
  const { items } = await town.get<{ items: unknown[] }>('/duties?scope=all', official);
  expect(items).toEqual([]);
  await eventually(findings, (found) => found.length === 0);
});
