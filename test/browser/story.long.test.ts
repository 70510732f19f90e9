/** Each role's own work in a real browser, from sign-in to done, by visible labels and roles only; on an office screen and on a phone. */
import path from 'node:path';
import type { Page } from 'playwright';
import { People } from '../api/town';
import { Screen, WIDTHS, choose, pick, picture, type Width } from './browser';
import { expectWithin } from '../support/pace';

let screen: Screen;
let people: People;

beforeAll(async () => {
  screen = await Screen.start();
  people = await People.of(screen.system);
});
afterAll(() => screen.stop());
afterEach(() => expect(screen.complaints.splice(0)).toEqual([]));

/** The enterprise whose way each width goes. */
const ENTERPRISES = {
  office: {
    login: 'enterprise-factory',
    name: '华岛精密(演示)',
    liaison: 'liaison-1',
    village: 'village-jibang',
    kind: 'factory',
    // Nobody is in two enterprises at once; all numbers have valid check characters.
    numbers: ['11010519900307101X', '44052419880101002X'],
  },
  phone: {
    login: 'enterprise-supermarket',
    name: '华岛惠民超市(演示)',
    liaison: 'liaison-2',
    numbers: ['11010519491231002X', '440524188001010014'],
    village: 'village-xiaozhong',
    kind: 'supermarket',
  },
} as const;

const FILE = { name: '复工方案.txt', mimeType: 'text/plain', buffer: Buffer.from('闭环管理，一日两检。\n') };

describe.each(Object.keys(WIDTHS) as Width[])('%s', (width) => {
  const { login, name, kind, liaison, village, numbers } = ENTERPRISES[width];
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
    await watching.getByText('市场所审核人').first().waitFor();
    expectWithin(2000, Date.now() - signedAt);
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
      await people.act(`reviewer-${id}`, caseNumber, 'approve', people.approval(id, {}, kind));
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
    for (const id of review.departmentsAsked) {
      const versions = Object.fromEntries(
        (departments.find((one) => one.id === id)?.materials ?? []).map((one) => [one, review.frozenVersions[one]]),
      );
      await people.act(
        `reviewer-${id}`,
        caseNumber,
        'approve',
        people.approval(id, { round: review.round, versions }, kind),
      );
    }
  });

  test('an official forms the team and assigns the liaison, who arrives', async () => {
    const page = await screen.signIn('official', width);
    await begin(page, '组建管理服务团队');
    for (const [index, member] of ['村书记', '车间主任', '经济办干部'].entries())
      await page.getByLabel('Name and post').or(page.getByLabel('姓名职务')).nth(index).fill(member);
    await submit(page);
    await begin(page, '指派驻企联络员');
    await pick(page, '驻企联络员', width === 'office' ? '驻企联络员甲' : '驻企联络员乙');
    await submit(page);

    const stationed = await screen.signIn(liaison, width);
    await choose(stationed, '今日');
    await stationed.getByRole('button', { name: '联络员报到' }).click();
    await submit(stationed);
    await choose(stationed, '看板');
    await stationed.getByRole('cell', { name: '复工运行' }).first().waitFor();
  });

  test('an enterprise imports its roster after a look at what would happen', async () => {
    const page = await screen.signIn(login, width);
    await choose(page, '花名册');
    const header = '姓名\t证件号码\t手机号\t车间\t班组\t闭环方式\t到岗日期';
    const today = people.today(await people.view(caseNumber));
    const line = (person: string, number: string, phone: string) =>
      [person, number, phone, '一车间', '一班', '闭环内', today].join('\t');
    const table = page.getByLabel('粘贴表格（首行为表头）');
    await table.fill([header, line('张三', '110105194912310021', '13800000001')].join('\n'));
    await page.getByRole('button', { name: '预览' }).click();
    await page.getByText('校验位不符').first().waitFor();
    await picture(page, 'roster-mistakes');
    await table.fill(
      [header, line('张三', numbers[0], '13800000001'), line('李四', numbers[1], '13800000002')].join('\n'),
    );
    await page.getByRole('button', { name: '预览' }).click();
    await page.getByText('将新增 2 人').waitFor();
    await page.getByRole('button', { name: '确认导入' }).click();
    await page.getByRole('cell', { name: '李四', exact: true }).waitFor();
    expect(await page.getByText('13800000001').count()).toBe(0);
  });

  /** Lets the case's time pass until somebody owes that. */
  async function until(owner: string, kind: string): Promise<void> {
    for (;;) {
      const { agenda, clock } = await people.view(caseNumber);
      if (agenda.some((one) => one.owner === owner && one.kind === kind && one.opens <= clock)) return;
      const { status, text } = await people.post('official', `/reopenings/${caseNumber}/fast-forward`, {});
      if (status !== 200) throw new Error(text);
    }
  }

  test('an enterprise reports a test round, and the liaison the day, each from the page of today', async () => {
    await until('enterprise', 'test');
    const page = await screen.signIn(login, width);
    await choose(page, '今日');
    await page.getByRole('button', { name: '上报检测结果' }).waitFor();
    await picture(page, 'today');
    await page.getByRole('button', { name: '上报检测结果' }).click();
    await page.getByRole('button', { name: '其余全部阴性' }).click();
    await page.getByText('已填 2 / 2 人').waitFor();
    await picture(page, 'test-sheet');
    await submit(page);

    await until('liaison', 'report');
    const stationed = await screen.signIn(liaison, width);
    await choose(stationed, '今日');
    await stationed.getByRole('button', { name: '每日一报' }).click();
    await stationed.getByText('正常', { exact: true }).click();
    await stationed.getByText('无异常', { exact: true }).click();
    await submit(stationed);
    await stationed.getByText('今天要办的都办完了').waitFor();
  });

  test('supplies go from stock over a volunteer to the enterprise', async () => {
    const keeper = await screen.signIn('storekeeper', width);
    await choose(keeper, '物资');
    await keeper.getByRole('button', { name: '入库' }).click();
    await pick(keeper, '物资', 'KN95口罩');
    await keeper.getByRole('spinbutton', { name: '数量' }).fill('500');
    await keeper.getByRole('dialog').getByRole('button', { name: '提交' }).click();
    await keeper.getByText('已入库').waitFor();

    const enterprise = await screen.signIn(login, width);
    await choose(enterprise, '今日');
    await enterprise.getByRole('button', { name: '申领物资' }).click();
    await pick(enterprise, '名称', 'KN95口罩');
    await enterprise.getByRole('spinbutton', { name: '数量' }).fill('200');
    await submit(enterprise);

    await keeper.getByRole('dialog').waitFor({ state: 'hidden' });
    await begin(keeper, '发放物资');
    await keeper.getByRole('combobox', { name: '配送志愿者' }).click();
    await keeper
      .getByTitle(/^志愿者/)
      .last()
      .click();
    await submit(keeper);

    const volunteer = await screen.signIn('volunteer', width);
    await begin(volunteer, '配送物资');
    await submit(volunteer);

    await begin(enterprise, '签收物资');
    await submit(enterprise);
    const { supply } = await people.view(caseNumber);
    expect(supply.holdings['kn95-mask']?.quantity).toBe(200);
  });

  test('the health centre certifies the sampler whom an enterprise has named', async () => {
    const enterprise = await screen.signIn(login, width);
    await enterprise.goto(`/console/cases/${caseNumber}`);
    await enterprise.getByRole('button', { name: '其他操作' }).click();
    await enterprise.getByRole('menuitem', { name: '推荐采样员' }).click();
    await pick(enterprise, '员工', '李四');
    await submit(enterprise);
    const health = await screen.signIn('health', width);
    await begin(health, '采样员培训发证');
    await submit(health);
  });

  test('a village and an operator see where it stands', async () => {
    const page = await screen.signIn(village, width);
    await choose(page, '看板');
    await page.getByRole('link', { name }).click();
    await page.getByRole('heading', { name, level: 1 }).waitFor();
    const operator = await screen.signIn('operator', width);
    await choose(operator, '运维');
    await operator.getByText('没有需要人工处理的事项').waitFor();
    await pick(operator, '类型', '联络员报到');
    await operator
      .getByRole('cell', { name: new RegExp(caseNumber) })
      .first()
      .waitFor();
  });
});
