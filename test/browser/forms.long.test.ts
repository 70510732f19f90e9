/** What a form says when it is not taken, what stands above it, what can be read of it afterwards; and acts on people, rooms and contacts. */
import type { Locator, Page } from 'playwright';
import { some } from '../api/employees';
import { People } from '../api/town';
import { Screen, WIDTHS, choose, pick, picture, violations, type Width } from './browser';

const FACTORY = 'e-demo-factory';
const OWNER = 'enterprise-factory';
const NAME = '华岛精密(演示)';

let screen: Screen;
let people: People;
let caseNumber: string;
/** Of the survey's requirement. */
let weak = '';

beforeAll(async () => {
  screen = await Screen.start();
  people = await People.of(screen.system);
  caseNumber = await people.start(FACTORY);
});
afterAll(() => screen.stop());
afterEach(() => expect(screen.complaints.splice(0)).toEqual([]));

const duty = (page: Page, kind: string) =>
  page
    .getByRole('listitem')
    .filter({ hasText: NAME })
    .filter({ has: page.getByRole('heading', { name: kind, exact: true }) });

async function begin(page: Page, kind: string, act?: string): Promise<Locator> {
  await choose(page, '我的工作');
  await duty(page, kind).getByRole('button', { name: '办理' }).click();
  if (act) await page.getByRole('menuitem', { name: act, exact: true }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '提交' }).waitFor();
  return dialog;
}

/** Whole within the screen, without scrolling. */
async function expectInSight(page: Page, what: Locator): Promise<void> {
  await what.waitFor();
  const box = await what.boundingBox();
  const { width = 0, height = 0 } = page.viewportSize() ?? {};
  expect(box).not.toBeNull();
  const { x, y, width: w, height: h } = box as NonNullable<typeof box>;
  expect([x >= 0, y >= 0, x + w <= width, y + h <= height]).toEqual([true, true, true, true]);
}

const alertIn = (dialog: Locator, words: string | RegExp) =>
  dialog.getByRole('alert').filter({ hasText: words }).first();
const wrong = (dialog: Locator, words: string) => dialog.locator('.ant-form-item-has-error').filter({ hasText: words });

async function both(page: Page, name: string): Promise<void> {
  for (const width of ['office', 'phone'] as const) {
    await page.setViewportSize(WIDTHS[width]);
    await picture(page, name);
  }
}

async function done(dialog: Locator): Promise<void> {
  await dialog.getByRole('button', { name: '提交' }).click();
  await dialog.waitFor({ state: 'hidden' });
}

describe.each(Object.keys(WIDTHS) as Width[])('a long form on %s', (width) => {
  test('says beside its button what is missing or refused, and goes to the field', async () => {
    const page = await screen.signIn('official', width);
    const dialog = await begin(page, '上门调研');
    const sent: string[] = [];
    page.on('request', (asked) => {
      if (asked.url().endsWith('/record-survey')) sent.push(asked.method());
    });
    const submit = dialog.getByRole('button', { name: '提交' });
    await expectInSight(page, submit);
    await submit.click();
    await expectInSight(page, alertIn(dialog, /还有 \d+ 处没有填好/));
    await expectInSight(page, submit);
    const { preparations } = people.rules;
    const asked = preparations.filter(({ kinds }) => kinds?.includes('factory'));
    const [first] = asked;
    const last = asked.at(-1);
    await expectInSight(page, wrong(dialog, `请选择${first?.name ?? ''}`));
    // Whoever cannot see is at the field as well.
    expect(await page.evaluate(`document.activeElement?.closest('.ant-form-item-has-error') !== null`)).toBe(true);
    await picture(page, 'survey-missing');
    expect(await violations(page)).toEqual([]);
    expect(sent).toEqual([]);

    for (const ready of await dialog.getByText('已具备', { exact: true }).all()) await ready.click();
    await dialog.getByText('不具备', { exact: true }).last().click();
    await submit.click();
    await expectInSight(page, alertIn(dialog, '没有办成'));
    await expectInSight(page, wrong(dialog, last?.name ?? ''));
    await picture(page, 'survey-refused');

    await page.context().setOffline(true);
    await dialog.getByText('已具备', { exact: true }).last().click();
    await submit.click();
    await expectInSight(page, alertIn(dialog, '暂时连接不上系统'));
    await page.context().setOffline(false);
    expect(sent).toHaveLength(2);
    await dialog.getByRole('button', { name: '取消' }).click();
    await page.context().close();
  });

  test('of the stock says it too', async () => {
    const page = await screen.signIn('storekeeper', width);
    await choose(page, '物资');
    await page.getByRole('button', { name: '入库' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '提交' }).click();
    await expectInSight(page, alertIn(dialog, /还有 \d+ 处没有填好/));
    await expectInSight(page, wrong(dialog, '请填写物资'));
    await page.context().close();
  });
});

test('signing in says what is wrong at the button', async () => {
  const page = await screen.open('phone');
  await page.goto('/');
  await page.getByLabel('用户名').fill('official');
  await page.getByLabel('密码', { exact: true }).fill('wrong');
  await page.getByRole('button', { name: '登录' }).click();
  await expectInSight(page, page.getByRole('alert').filter({ hasText: '用户名或密码不正确' }).first());
  await picture(page, 'sign-in-refused');
});

test('a recheck stands below requirement and evidence, and no verdict is given before it is chosen', async () => {
  const page = await screen.signIn('official', 'phone');
  const asked = people.rules.preparations.filter(({ kinds }) => kinds?.includes('factory'));
  weak = asked[0]?.id ?? '';
  const today = people.today(await people.view(caseNumber));
  await people.act('official', caseNumber, 'record-survey', {
    ...{ visitors: '调研组', visitedOn: today, opinions: '企业建议分批返岗', keyMatters: '隔离观察室' },
    readiness: Object.fromEntries(asked.map(({ id }) => [id, id === weak ? 'lacking' : 'ready'])),
    weakLinks: [
      {
        ...{ preparation: weak, finding: '隔离观察室无单独通道', requirement: '东门改为隔离专用通道' },
        ...{ dueOn: today, evidence: 'photo', recheck: 'video' },
      },
    ],
  });
  const image = await page.screenshot();
  const token = screen.system.accounts.find(({ login }) => login === OWNER)?.token ?? '';
  const stored = await fetch(`${screen.system.address}/documents?name=${encodeURIComponent('东门.png')}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'image/png' },
    body: new Uint8Array(image),
  });
  const { id } = (await stored.json()) as { id: string };
  await people.act(OWNER, caseNumber, 'submit-evidence', { requirement: 'r1', documents: [id], note: '东门已封闭' });

  const dialog = await begin(page, '复核整改');
  for (const words of ['隔离观察室无单独通道', '东门改为隔离专用通道', '东门已封闭', today, '镇工作人员'])
    await dialog.getByText(words).first().waitFor();
  const shown = dialog.getByRole('img', { name: '东门.png' });
  await shown.waitFor();
  // The picture itself has come, not only its frame.
  const drawn = async (one: unknown) => {
    const image = one as { decode(): Promise<void>; readonly naturalWidth: number };
    await image.decode();
    return image.naturalWidth;
  };
  expect(await shown.evaluate(drawn)).toBeGreaterThan(0);
  for (const answer of ['通过', '不通过'])
    expect(await dialog.getByRole('radio', { name: answer, exact: true }).isChecked()).toBe(false);
  await both(page, 'recheck');
  expect(await violations(page)).toEqual([]);

  const submit = dialog.getByRole('button', { name: '提交' });
  await submit.click();
  await expectInSight(page, alertIn(dialog, '请选择复核结果'));
  await dialog.getByText('不通过', { exact: true }).click();
  await submit.click();
  // The rules ask for words with a refusal: told at the field, which has the focus.
  await expectInSight(page, wrong(dialog, '必须写明意见或理由'));
  const opinion = await dialog.getByLabel(/^意见/).getAttribute('id');
  expect(await page.evaluate('document.activeElement.id')).toBe(opinion);
  await dialog.getByLabel(/^意见/).fill('标识还没有装');
  await done(dialog);
  await page.context().close();

  const enterprise = await screen.signIn(OWNER, 'phone');
  const again = await begin(enterprise, '提交整改佐证');
  for (const words of ['东门改为隔离专用通道', '标识还没有装', '东门已封闭'])
    await again.getByText(words).first().waitFor();
  await both(enterprise, 'evidence-form');
  await enterprise.context().close();
  await people.act(OWNER, caseNumber, 'submit-evidence', { requirement: 'r1', documents: [id], note: '已装' });
  await people.act('official', caseNumber, 'recheck-requirement', { requirement: 'r1', passed: true, mode: 'video' });
});

test('mending shows each defect with its material, and opinions are read where they were given', async () => {
  const { rulebook, materials, departments } = people.rules;
  await people.act(OWNER, caseNumber, 'commit', { rulebook, document: await people.upload(OWNER, '承诺书') });
  for (const { id } of materials)
    await people.act(OWNER, caseNumber, 'add-material', { material: id, document: await people.upload(OWNER, id) });
  const versions = Object.fromEntries(materials.map(({ id }) => [id, 1]));
  await people.act(OWNER, caseNumber, 'submit-plan', { versions });
  const [returned] = departments.find(({ id }) => id === 'enforcement')?.materials ?? [];
  for (const { id } of departments) {
    const { checklist, ...seen } = people.approval(id);
    if (id === 'enforcement')
      await people.act(`reviewer-${id}`, caseNumber, 'return-plan', {
        ...{ ...seen, opinion: '补齐后再报' },
        defects: [{ material: returned, text: '缺应急物资清单' }],
      });
    else await people.act(`reviewer-${id}`, caseNumber, 'approve', { ...seen, checklist, opinion: `${id} 材料齐全` });
  }
  const page = await screen.signIn(OWNER, 'phone');
  const dialog = await begin(page, '补正材料', '提交材料');
  const about = dialog.getByRole('region', { name: '一次性告知' });
  await about.getByText('缺应急物资清单').waitFor();
  await about.getByRole('link').first().waitFor();
  await both(page, 'rectification-form');
  await dialog.getByRole('button', { name: '取消' }).click();
  await page.goto(`/console/cases/${caseNumber}?tab=signOffs`);
  for (const words of ['economy 材料齐全', '补齐后再报']) await page.getByText(words).first().waitFor();
  await both(page, 'opinions');
  await page.goto(`/console/cases/${caseNumber}?tab=survey`);
  for (const words of ['企业建议分批返岗', '隔离观察室无单独通道']) await page.getByText(words).first().waitFor();
  await both(page, 'survey-words');
  await page.context().close();
  await people.act(OWNER, caseNumber, 'add-material', {
    material: returned,
    document: await people.upload(OWNER, '2'),
  });
  await people.act(OWNER, caseNumber, 'submit-plan', { versions: { ...versions, [returned ?? '']: 2 } });
  const { review } = await people.view(caseNumber);
  for (const id of review.departmentsAsked) {
    const own = departments.find((one) => one.id === id)?.materials ?? [];
    const frozen = Object.fromEntries(own.map((one) => [one, review.frozenVersions[one]]));
    await people.act(
      `reviewer-${id}`,
      caseNumber,
      'approve',
      people.approval(id, { round: review.round, versions: frozen }),
    );
  }
});

test('a day is reported by choice alone, and the report is read by those concerned', async () => {
  const members = people.rules.teamParts.map((part) => ({ part, person: '某人' }));
  await people.act('official', caseNumber, 'form-team', { members });
  const from = people.today(await people.view(caseNumber));
  await people.act('official', caseNumber, 'assign-liaison', { liaison: 'a-demo-liaison-1', from });
  await people.act('liaison-1', caseNumber, 'arrive', {});
  for (;;) {
    const { body } = await people.post('operator', `/reopenings/${caseNumber}/fast-forward`, {});
    if ((body.view.operation.owedReports as string[]).length > 0) break;
  }
  const page = await screen.signIn('liaison-1', 'phone');
  await choose(page, '今日');
  await page.getByRole('button', { name: '每日一报' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '提交' }).waitFor();
  for (const radio of await dialog.getByRole('radio').all()) expect(await radio.isChecked()).toBe(false);
  await dialog.getByRole('button', { name: '提交' }).click();
  await expectInSight(page, alertIn(dialog, '请选择生产情况'));
  await both(page, 'report-missing');
  await dialog.getByText('停产', { exact: true }).click();
  await dialog.getByText('有异常', { exact: true }).click();
  await dialog.getByLabel(/^备注/).fill('三人发热，已停线');
  await done(dialog);
  await page.context().close();

  for (const login of ['official', OWNER, 'reviewer-epidemic-control']) {
    const reader = await screen.signIn(login, 'phone');
    await reader.goto(`/console/cases/${caseNumber}?tab=reports`);
    for (const words of ['三人发热，已停线', '疫情情况：有异常', '生产情况：停产', '驻企联络员甲'])
      await reader.getByText(words).first().waitFor();
    if (login === 'official') {
      await both(reader, 'reports');
      expect(await violations(reader)).toEqual([]);
    }
    await reader.context().close();
  }
  const other = await screen.signIn('reviewer-market', 'office');
  await other.goto(`/console/cases/${caseNumber}?tab=reports`);
  await other.getByRole('tab', { name: '检测' }).waitFor();
  expect(await other.getByRole('tab', { name: '日报' }).count()).toBe(0);
  await other.context().close();
});

/** Enter takes the day, and sends a form that is whole by then. */
const day = async (dialog: Locator, label: string | RegExp, date: string) => {
  const field = dialog.getByLabel(label);
  await field.fill(date);
  await field.press('Enter');
};

test('leave, change of loop, departure and emergency contacts have their place on the roster', async () => {
  const rows = some(3, { joinedOn: '2026-01-01', loop: 'lodging', team: '早班' });
  const [away, moved, gone] = rows.map(({ name }) => name);
  const imported = await people.post(OWNER, `/enterprises/${FACTORY}/roster/import`, { rows });
  expect(imported.status).toBe(200);
  const page = await screen.signIn(OWNER, 'phone');
  await choose(page, '花名册');
  const act = async (name: string | undefined, what: string) => {
    await page.getByRole('button', { name: `办理 ${name ?? ''}`, exact: true }).click();
    await page.getByRole('menuitem', { name: what }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: '提交' }).waitFor();
    return dialog;
  };
  const absence = await act(away, '请假外出');
  await absence.getByRole('button', { name: '提交' }).click();
  await expectInSight(page, alertIn(absence, '还有 3 处没有填好'));
  await both(page, 'absence-form');
  await day(absence, '起', '2026-12-01');
  await day(absence, '止', '2026-12-02');
  await absence.getByText('病假', { exact: true }).click();
  await done(absence);
  const change = await act(moved, '调整闭环');
  await both(page, 'change-form');
  await change.getByText('闭环内', { exact: true }).click();
  await done(change);
  const leave = await act(gone, '离岗');
  await day(leave, '离岗日期', people.today(await people.view(caseNumber)));
  await leave.waitFor({ state: 'hidden' });
  await page
    .getByRole('row')
    .filter({ hasText: moved ?? '' })
    .getByText('闭环内')
    .waitFor();
  await page.getByRole('button', { name: `办理 ${gone ?? ''}`, exact: true }).waitFor({ state: 'hidden' });
  expect(await page.getByText('免检').count()).toBe(0);

  await page.getByRole('button', { name: '登记应急联系人' }).click();
  const contacts = page.getByRole('dialog');
  await contacts.getByLabel('职责').fill('防疫专员');
  await contacts.getByLabel('姓名').fill('王防疫');
  await contacts.getByLabel('电话').fill('13900001234');
  await both(page, 'contacts-form');
  await done(contacts);
  await page.getByText('王防疫').waitFor();
  expect(await page.getByText('13900001234').count()).toBe(0);
  await both(page, 'roster-page');
  await page.getByRole('button', { name: '查看电话' }).click();
  await page.getByRole('radio', { name: '演练' }).check();
  await page.getByRole('dialog').getByRole('button', { name: '查看', exact: true }).click();
  await page.getByText('13900001234').waitFor();
  const { body } = await people.get('official', `/ledger?stream=roster/${FACTORY}&limit=200`);
  const types = (body.items as { type: string }[]).map(({ type }) => type);
  expect(types).toEqual([
    ...['roster-imported', 'person-absent', 'person-changed', 'people-left', 'emergency-contacts-set'],
    'personal-data-revealed',
  ]);
});

test('an official ends a stay from the page of lodging', async () => {
  const [guest] = some(1, { joinedOn: '2026-01-01', loop: 'lodging' });
  await people.post(OWNER, `/enterprises/${FACTORY}/roster/import`, { rows: [guest] });
  const hotel = { name: '河畔酒店', address: '一路 1 号', village: 'jibang' };
  const { body } = await people.post('official', '/hotels', hotel);
  const id = body.id as string;
  await people.post('official', `/hotels/${id}/rooms`, { rooms: [{ number: '201', capacity: 2 }] });
  const today = people.today(await people.view(caseNumber));
  const lodged = await people.post('official', `/hotels/${id}/assign`, { enterprise: FACTORY, from: today });
  expect(lodged.status).toBe(200);
  const page = await screen.signIn('official', 'phone');
  await choose(page, '集中住宿');
  await pick(page, '企业', NAME);
  const checkOut = page.getByRole('button', { name: `办理退房 ${guest?.name ?? ''}`, exact: true });
  await checkOut.click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button', { name: '提交' }).click();
  await expectInSight(page, alertIn(dialog, '请填写退房日期'));
  await both(page, 'check-out');
  await day(dialog, '退房日期', '2027-01-05');
  await dialog.waitFor({ state: 'hidden' });
  await checkOut.waitFor({ state: 'hidden' });
  await page
    .getByRole('row')
    .filter({ hasText: guest?.name ?? '' })
    .getByText('2027-01-05')
    .waitFor();
});
