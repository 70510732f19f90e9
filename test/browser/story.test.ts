/** Each role's own work in a real browser, from sign-in to done, by visible labels and roles only; on an office screen and on a phone. */
import path from 'node:path';
import type { Page } from 'playwright';
import { People } from '../api/town';
import { Screen, WIDTHS, choose, picture, type Width } from './browser';

jest.setTimeout(300_000);

let screen: Screen;
let people: People;

beforeAll(async () => {
  screen = await Screen.start();
  people = await People.of(screen.system);
}, 120_000);
afterAll(() => screen.stop());
afterEach(() => expect(screen.complaints.splice(0)).toEqual([]));

/** The enterprise whose way each width goes. */
const ENTERPRISES = {
  office: { login: 'enterprise-factory', name: '华岛精密(演示)', liaison: 'liaison-1', village: 'village-jibang' },
  phone: {
    login: 'enterprise-supermarket',
    name: '华岛惠民超市(演示)',
    liaison: 'liaison-2',
    village: 'village-xiaozhong',
  },
} as const;

const FILE = { name: '复工方案.txt', mimeType: 'text/plain', buffer: Buffer.from('闭环管理，一日两检。\n') };

describe.each(Object.keys(WIDTHS) as Width[])('%s', (width) => {
  const { login, name, liaison, village } = ENTERPRISES[width];
  let caseNumber = '';

  /** The line of "my work" about this enterprise. */
  const duty = (page: Page, kind: string) =>
    page
      .getByRole('listitem')
      .filter({ hasText: name })
      .filter({ has: page.getByRole('heading', { name: kind, exact: true }) });

  /** Begins an act from "my work": the only one, or one of several. */
  async function begin(page: Page, kind: string, act?: string): Promise<void> {
    await choose(page, '我的工作');
    await duty(page, kind).getByRole('button', { name: '办理' }).click();
    if (act) await page.getByRole('menuitem', { name: act, exact: true }).click();
    await page.getByRole('dialog').getByRole('button', { name: '提交' }).waitFor();
  }

  async function submit(page: Page): Promise<void> {
    await page.getByRole('dialog').getByRole('button', { name: '提交' }).click();
    await page
      .getByText('已办理', { exact: true })
      .first()
      .waitFor()
      .catch(async (error: unknown) => {
        await picture(page, 'refused');
        throw error;
      });
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }

  async function pick(page: Page, field: string, option: string): Promise<void> {
    await page.getByRole('combobox', { name: field }).first().click();
    await page.getByTitle(option).last().click();
  }

  test('an official starts a case and records the survey', async () => {
    const page = await screen.signIn('official', width);
    await choose(page, '企业');
    await page.getByRole('listitem').filter({ hasText: name }).getByRole('button', { name: '立案' }).click();
    await page.getByRole('dialog').getByRole('button', { name: '立案' }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    caseNumber = path.basename(new URL(page.url()).pathname);

    await begin(page, '上门调研');
    for (const ready of await page.getByText('已具备', { exact: true }).all()) await ready.click();
    await picture(page, 'survey-form');
    await submit(page);
    await choose(page, '看板');
    await page.getByRole('link', { name }).first().click();
    await page.getByText('签署承诺书').waitFor();
  });

  test('an enterprise commits itself, hands in its plan and submits it', async () => {
    const page = await screen.signIn(login, width);
    await begin(page, '签署承诺书');
    await page.getByLabel('选择文件或拍照').setInputFiles(FILE);
    await page.getByText(FILE.name).waitFor();
    await submit(page);

    const [first, ...others] = people.rules.materials;
    await begin(page, '提交复工方案', '提交材料');
    await pick(page, '材料', first?.name ?? '');
    await page.getByLabel('选择文件或拍照').setInputFiles(FILE);
    await page.getByText(FILE.name).waitFor();
    await submit(page);
    for (const { id } of others) {
      await people.act(login, caseNumber, 'add-material', { material: id, document: await people.upload(login, id) });
    }
    await begin(page, '提交复工方案', '提交复工方案');
    await submit(page);
    await page.getByText('现在没有要您办的事').waitFor();
    await page.getByRole('tab', { name: '我已办' }).click();
    await page.getByRole('heading', { name: '提交复工方案' }).waitFor();
  });

  test('a department signs, and whoever watches the case sees it within two seconds', async () => {
    const watching = await screen.signIn('official', width);
    await watching.goto(`/console/cases/${caseNumber}?tab=signOffs`);
    await watching.getByText('尚未签批').first().waitFor();

    const page = await screen.signIn('reviewer-market', width);
    await begin(page, '会签', '同意');
    await page.getByText(/接下来由.*继续会签/).waitFor();
    for (const item of await page.getByRole('dialog').getByRole('checkbox').all()) await item.check();
    await page.getByLabel('意见').fill('材料齐全，同意。');
    await picture(page, 'sign-off-form');
    await submit(page);
    const signedAt = Date.now();
    await watching.getByText('市场所审核人').waitFor();
    expect(Date.now() - signedAt).toBeLessThan(2000);
  });

  test('a department returns the plan, and the enterprise mends all defects at once', async () => {
    const page = await screen.signIn('reviewer-enforcement', width);
    const { departments, materials } = people.rules;
    const reviewed = departments.find(({ id }) => id === 'enforcement')?.materials[0];
    const material = materials.find(({ id }) => id === reviewed)?.name ?? '';
    await begin(page, '会签', '退回补正');
    await pick(page, '材料', material);
    await page.getByLabel('缺陷', { exact: true }).fill('请补充应急物资清单。');
    await page.getByLabel('意见').fill('补正后再审。');
    await submit(page);
    for (const { id } of departments) {
      if (id === 'market' || id === 'enforcement') continue;
      await people.act(`reviewer-${id}`, caseNumber, 'approve', people.approval(id));
    }
    const enterprise = await screen.signIn(login, width);
    await enterprise.goto(`/console/cases/${caseNumber}?tab=signOffs`);
    await enterprise.getByText('请补充应急物资清单。').first().waitFor();
    await begin(enterprise, '补正材料', '提交材料');
    await pick(enterprise, '材料', material);
    await enterprise.getByLabel('选择文件或拍照').setInputFiles(FILE);
    await enterprise.getByText(FILE.name).waitFor();
    await submit(enterprise);
    await begin(enterprise, '补正材料', '提交复工方案');
    await submit(enterprise);

    const { review } = await people.view(caseNumber);
    for (const id of review.asked) {
      const versions = Object.fromEntries(
        (departments.find((one) => one.id === id)?.materials ?? []).map((one) => [one, review.frozen[one]]),
      );
      await people.act(`reviewer-${id}`, caseNumber, 'approve', people.approval(id, { round: review.round, versions }));
    }
  });

  test('an official forms the team and assigns the liaison, who arrives', async () => {
    const page = await screen.signIn('official', width);
    await begin(page, '组建管理服务团队');
    for (const [index, member] of ['村书记', '车间主任', '经济办干部'].entries())
      await page.getByLabel('Name and post').or(page.getByLabel('姓名职务')).nth(index).fill(member);
    await submit(page);
    await begin(page, '指派驻企联络员');
    await page.getByRole('combobox', { name: '驻企联络员' }).click();
    await page
      .getByTitle(width === 'office' ? /驻企联络员甲/ : /驻企联络员乙/)
      .last()
      .click();
    await submit(page);

    const stationed = await screen.signIn(liaison, width);
    await choose(stationed, '今日');
    await stationed.getByRole('button', { name: '联络员报到' }).click();
    await submit(stationed);
    await choose(stationed, '看板');
    await stationed.getByRole('cell', { name: '复工运行' }).first().waitFor();
  });

  test('a village and an operator see where it stands', async () => {
    const page = await screen.signIn(village, width);
    await choose(page, '看板');
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    const operator = await screen.signIn('operator', width);
    await choose(operator, '运维');
    await operator.getByText('没有需要人工处理的事项').waitFor();
    await operator.getByRole('combobox', { name: '类型' }).fill('联络员报到');
    await operator.getByTitle('联络员报到', { exact: true }).last().click();
    await operator
      .getByRole('cell', { name: new RegExp(caseNumber) })
      .first()
      .waitFor();
  });
});
