/** The town's day on request: told once to every official with a workbook, to the group as counts only. */
import ExcelJS from 'exceljs';
import { Recorded } from '../support/mailroom';
import { deliverRound } from '../../activities/delivering';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { expectProblem } from './harness';
import { People } from './town';

let system: System;
let people: People;
beforeAll(async () => {
  system = await System.startWith({ silent: true });
  people = await People.of(system);
});
afterAll(() => system.stop());

test('is summed up once for a key, mailed with a workbook that names the enterprise, and counted for the group', async () => {
  const enterprise = await people.enterprise();
  const caseNumber = await people.start(enterprise);
  await people.view(caseNumber);
  await eventually(
    () => system.database.pool.query('SELECT FROM reopenings WHERE case_number = $1', [caseNumber]),
    ({ rowCount }) => rowCount === 1,
  );
  const ask = () => people.post('official', '/daily-summary', {}, { key: 'evening' });
  const [first, again] = [await ask(), await ask()];
  expect([first.status, again.status, again.headers.get('idempotent-replayed')]).toEqual([202, 202, 'true']);
  expect(again.body).toEqual(first.body);
  expectProblem(await people.post('enterprise-factory', '/daily-summary', {}), 403, 'forbidden');
  const keys = await eventually(
    async () =>
      (
        await system.database.pool.query<{ key: string }>(
          'SELECT key FROM deliveries WHERE summary IS NOT NULL ORDER BY key',
        )
      ).rows,
    (rows) => rows.length > 0,
  );
  const id = String(first.body.id);
  expect(keys.map(({ key }) => key)).toEqual([
    ...[`${id}/console/a-demo-official`, `${id}/email/a-demo-official`, `${id}/wecom/task-force`],
  ]);

  const { mailroom, writer } = system.notices();
  const [mail, group] = [new Recorded(), new Recorded('wecom', 'group', 5)];
  for (const channel of [mail, group]) await deliverRound(channel, { mailroom, writer }, new AbortController().signal);
  const sent = mail.sent.find(({ subject }) => subject.startsWith('每日简报'));
  const workbook = new ExcelJS.Workbook();
  const bytes = sent?.attachments?.[0]?.bytes ?? Buffer.alloc(0);
  await workbook.xlsx.load(new Uint8Array(bytes).buffer);
  expect(workbook.worksheets.map(({ name }) => name)).toEqual(['概况', '企业', '逾期', '库存预警']);
  const name = (await people.get('official', `/enterprises/${enterprise}`)).body.name as string;
  const names = workbook.getWorksheet('企业')?.getColumn('B').values;
  expect(names).toContain(name);
  const counts = group.sent.find(({ subject }) => subject.startsWith('每日简报'));
  expect(counts?.text).toContain('新启动1家');
  expect(counts?.text).not.toContain(name);
  expect(counts?.attachments).toBeUndefined();
});
