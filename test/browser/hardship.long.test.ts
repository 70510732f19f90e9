/** When things go wrong before one's eyes: a lost connection, a worker that is gone, the wrong file, the wrong role, a stale page. */
import type { Page } from 'playwright';
import { People } from '../api/town';
import { Screen, pick, picture, violations } from './browser';

let screen: Screen;
let people: People;
/** In sign-off. */
let caseNumber: string;

beforeAll(async () => {
  screen = await Screen.start();
  people = await People.of(screen.system);
  caseNumber = await people.start('e-demo-factory');
  await people.toSignOffs(caseNumber);
});
afterAll(() => screen.stop());
afterEach(() => expect(screen.complaints.splice(0)).toEqual([]));

/** The department's return, typed on a slow line. */
async function returning(page: Page): Promise<void> {
  await page.getByRole('button', { name: '办理' }).first().click();
  await page.getByRole('menuitem', { name: '退回补正' }).click();
}

test('a draft survives a lost connection and a closed page, and is sent once', async () => {
  const page = await screen.signIn('reviewer-enforcement', 'phone');
  await returning(page);
  await page.getByLabel('意见').fill('请补充消杀记录。');
  await page.context().setOffline(true);
  await page.getByText('网络已断开').last().waitFor();
  await picture(page, 'offline');
  await page.context().setOffline(false);
  await page.getByText('网络已断开').last().waitFor({ state: 'hidden' });
  await page.reload();
  await returning(page);
  await page.getByText('已恢复您上次没有提交的内容').waitFor();
  expect(await page.getByLabel('意见').inputValue()).toBe('请补充消杀记录。');

  const { departments, materials } = people.rules;
  const [reviewed] = departments.find(({ id }) => id === 'enforcement')?.materials ?? [];
  await pick(page, '材料', materials.find(({ id }) => id === reviewed)?.name ?? '');
  await page.getByLabel('缺陷', { exact: true }).fill('缺少消杀记录。');
  // The answer is lost on the way back; the same press again is the same act.
  const keys: string[] = [];
  await page.route('**/return-plan', async (asked) => {
    keys.push((await asked.request().headerValue('idempotency-key')) ?? '');
    if (keys.length > 1) return asked.continue();
    await asked.fetch();
    await asked.abort();
  });
  const submit = page.getByRole('dialog').getByRole('button', { name: '提交' });
  await submit.click();
  await page.getByText('暂时连接不上系统').waitFor();
  await submit.click();
  await page.getByText('已办理', { exact: true }).waitFor();
  expect(new Set(keys).size).toBe(1);
  const { body } = await people.get('official', `/reopenings/${caseNumber}/ledger?limit=200`);
  const returns = (body.items as { type: string }[]).filter(({ type }) => type === 'returned');
  expect(returns).toHaveLength(1);
});

test('while no worker runs an act is received, and done when one is back', async () => {
  const page = await screen.signIn('reviewer-planning-environment', 'phone');
  await screen.system.temporal.rest();
  await page.getByRole('button', { name: '办理' }).first().click();
  await page.getByRole('menuitem', { name: '同意', exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('checkbox').first().waitFor();
  for (const item of await dialog.getByRole('checkbox').all()) await item.check();
  await dialog.getByRole('button', { name: '提交' }).click();
  await page.getByText('已受理，系统正在办理').waitFor();
  await screen.system.work();
  await page.getByText('已办理', { exact: true }).waitFor();
  const { review } = await people.view(caseNumber);
  expect(review.verdicts['planning-environment']?.verb).toBe('approve');
});

test('a file that is none of those that are taken is refused in words, and the form stays', async () => {
  const page = await screen.signIn('enterprise-supermarket', 'phone');
  const other = await people.start('e-demo-supermarket');
  await people.toPlan(other, 'official', { kind: 'supermarket' });
  await page.goto(`/console/cases/${other}`);
  await page.getByRole('button', { name: '提交材料' }).click();
  const upload = page.getByLabel('选择文件或拍照');
  const program = Buffer.from([0x4d, 0x5a, 0x90, 0x00, 0x03, 0x00]);
  await upload.setInputFiles({ name: '方案.pdf', mimeType: 'application/pdf', buffer: program });
  await page.getByText('这个文件不能上传').first().waitFor();
  await picture(page, 'wrong-file');
  expect(await violations(page)).toEqual([]);
  await upload.setInputFiles({ name: '方案.txt', mimeType: 'text/plain', buffer: Buffer.from('方案') });
  await page.getByText('方案.txt').waitFor();
});

test('what is not one’s own is not there, wherever its address comes from', async () => {
  const page = await screen.signIn('enterprise-supermarket', 'phone');
  await page.goto(`/console/cases/${caseNumber}`);
  await page.getByText('没有这个复工事项').waitFor();
  await page.goto('/console/operations');
  await page.getByText('您的身份不能查看此页').first().waitFor();
  await page.goto('/console/enterprises/e-demo-factory/roster');
  await page.getByText('没有这家企业').waitFor();
  expect(await page.getByRole('button', { name: '确认导入' }).count()).toBe(0);
});

test('who acts on a page that has gone stale is told, and nothing is changed', async () => {
  const [first, second] = [await screen.signIn('reviewer-market'), await screen.signIn('reviewer-market', 'phone')];
  for (const page of [first, second]) {
    await page.getByRole('button', { name: '办理' }).first().click();
    await page.getByRole('menuitem', { name: '同意', exact: true }).click();
    await page.getByRole('dialog').getByRole('checkbox').first().waitFor();
    for (const item of await page.getByRole('dialog').getByRole('checkbox').all()) await item.check();
  }
  const submit = (page: Page) => page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
  await submit(first);
  await first.getByText('已办理', { exact: true }).waitFor();
  const { sequence } = await people.view(caseNumber);
  await submit(second);
  await second.getByText('没有办成').waitFor();
  await picture(second, 'stale');
  expect((await people.view(caseNumber)).sequence).toBe(sequence);
});
