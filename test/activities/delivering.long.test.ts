/** From a recorded entry to a sent message: who is told, when, in which words, once, and what is not told any more. */
import type { Outcome } from '../../channels/channel';
import type { Draft } from '../../domain/ledger/entry';
import { Post, Recorded } from '../support/mailroom';
import { TestDatabase } from '../support/postgres';
import type { Recording } from '../support/recording';

let db: TestDatabase;
beforeEach(async () => {
  db = await TestDatabase.start();
});
afterEach(() => db.stop());

/** 10:00 in Shanghai on a working day. */
const MORNING = Date.parse('2026-05-06T02:00:00Z');
const HOUR = 3_600_000;

const urged = (at: number, owner = 'enterprise'): Partial<Draft> => ({
  at,
  type: 'urged',
  details: { duty: 'survey', owner, account: null },
});
const suspended = (at: number): Partial<Draft> => ({ at, type: 'suspended', details: { suspension: 'plan' } });

/** Rewinds when the case's notices were put down, as if so much real time had passed since. */
async function wait(one: Recording, milliseconds: number): Promise<void> {
  const values = [one.caseNumber, milliseconds / 1000];
  await db.pool.query(
    `UPDATE outbox SET created_at = created_at - make_interval(secs => $2) WHERE stream = $1`,
    values,
  );
  await db.pool.query(
    `UPDATE deliveries SET created_at = created_at - make_interval(secs => $2) WHERE stream = $1`,
    values,
  );
}

test('tells the enterprise of one case, its village and the official who has it, each once, by console and mail', async () => {
  const post = new Post(db);
  const recording = await post.record([suspended(MORNING)]);
  const enterprise = await post.account('enterprise', { enterprise: recording.enterprise });
  const village = await post.account('village', { village: 'beixing' });
  await post.account('village', { village: 'jibang' });
  await post.account('enterprise', { enterprise: (await post.record([urged(MORNING, 'official')])).enterprise });
  const mail = new Recorded();
  expect(await post.round(mail)).toMatchObject({ sent: 2, dead: 0, down: null });
  expect(mail.sent.map(({ to }) => to).sort()).toEqual(
    [`${enterprise}@town.example`, `${village}@town.example`].sort(),
  );
  expect(mail.sent[0]).toMatchObject({
    subject: '【停工】华岛精密(演示)',
    link: `http://town.example/console/cases/${recording.caseNumber}`,
  });
  expect(mail.sent[0]?.text).not.toMatch(/[{}]|undefined|NaN/);
  const console = new Recorded('console', 'person', 1);
  await post.round(console);
  expect(console.sent.map(({ to }) => to)).toEqual(expect.arrayContaining([enterprise, village, 'official-1']));
  expect(await post.round(mail)).toMatchObject({ sent: 0 });
  expect(mail.sent).toHaveLength(2);
});

test('sends several notices of one account as one message, and what is urgent by itself', async () => {
  const post = new Post(db);
  const one = await post.record([urged(MORNING), urged(MORNING + 1), suspended(MORNING + 2)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const mail = new Recorded();
  await post.round(mail);
  expect(mail.sent.map(({ subject }) => subject)).toEqual([
    '【停工】华岛精密(演示)',
    '【中兴镇复工】2 项通知：【催办】华岛精密(演示)：上门调研等',
  ]);
});

test('keeps the quiet hours by the clock of the case, and goes on with the morning, spread over minutes', async () => {
  const post = new Post(db);
  const night = MORNING + 13 * HOUR;
  const one = await post.record([urged(night)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const [mail, console] = [new Recorded(), new Recorded('console', 'person', 1)];
  const morning = night + 9 * HOUR;
  expect(await post.round(mail)).toMatchObject({ sent: 0 });
  expect(await post.round(console)).toMatchObject({ sent: 0 });
  await post.record([{ at: morning }], one);
  await post.round(console);
  expect(console.sent.filter(({ subject }) => subject.includes('催办'))).toHaveLength(1);
  await post.record([{ at: morning + 5 * 60_000 }], one);
  await post.round(mail);
  expect(mail.sent.map(({ subject }) => subject)).toEqual(['【催办】华岛精密(演示)：上门调研']);
});

test('does not wait for the clock of a case that sleeps', async () => {
  const post = new Post(db);
  const one = await post.record([urged(MORNING + 13 * HOUR)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const mail = new Recorded();
  await wait(one, 7 * HOUR);
  expect(await post.round(mail)).toMatchObject({ sent: 0 });
  await wait(one, 2.2 * HOUR);
  expect(await post.round(mail)).toMatchObject({ sent: 1 });
});

test('sends urgent notices at night', async () => {
  const post = new Post(db);
  const one = await post.record([suspended(MORNING + 13 * HOUR)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const mail = new Recorded();
  expect(await post.round(mail)).toMatchObject({ sent: 1 });
});

test('gathers what exceeds the most of a day, and everything of who asked for digests', async () => {
  const post = new Post(db, { mostPerDay: 2, digest: ['13:30', '17:30'], jitterMinutes: 0 });
  const one = await post.record([urged(MORNING)]);
  const often = await post.account('enterprise', { enterprise: one.enterprise });
  const gathered = await post.account('enterprise', { enterprise: one.enterprise });
  await db.pool.query(`INSERT INTO notice_preferences VALUES ($1, '{email}', true, 'en')`, [gathered]);
  const mail = new Recorded();
  for (let hour = 0; hour < 4; hour += 1) {
    if (hour > 0) await post.record([urged(MORNING + hour * HOUR)], one);
    await post.round(mail);
  }
  const of = (account: string) => mail.sent.filter(({ to }) => to.startsWith(account)).map(({ subject }) => subject);
  expect(of(often)).toHaveLength(2);
  expect(of(gathered)).toEqual([]);
  await post.record([{ at: MORNING + 3.5 * HOUR }], one);
  await post.round(mail);
  expect(of(often)).toHaveLength(3);
  expect(of(often)[2]).toMatch(/2 项通知/);
  expect(of(gathered)).toEqual(['4 notices: Urged: the survey on site, 华岛精密(演示) and 3 more']);
});

test('drops what is done meanwhile: before it is spread, before it is composed, before it is sent', async () => {
  const post = new Post(db);
  const one = await post.record([urged(MORNING)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const mail = new Recorded();
  mail.answer = () => ({ kind: 'retry', channelDown: true, reason: 'away' });
  expect(await post.round(mail)).toMatchObject({ sent: 0, down: 'away' });
  await db.pool.query('DELETE FROM duties WHERE case_number = $1', [one.caseNumber]);
  mail.answer = () => ({ kind: 'sent' });
  expect(await post.round(mail)).toMatchObject({ sent: 0, dropped: 1 });
  expect(mail.sent).toHaveLength(1);
  const two = await post.record([urged(MORNING)]);
  await post.account('enterprise', { enterprise: two.enterprise });
  await db.pool.query('DELETE FROM duties WHERE case_number = $1', [two.caseNumber]);
  expect(await post.round(mail)).toMatchObject({ sent: 0, dropped: 0 });
  expect(await post.lines(`SELECT kind, state FROM outbox WHERE stream = $1 ORDER BY kind`, two.caseNumber)).toEqual([
    'duty-assigned dropped',
    'urged dropped',
  ]);
});

test('says so when nobody has the part that is to be told', async () => {
  const post = new Post(db);
  const one = await post.record([urged(MORNING, 'storekeeper')]);
  await post.round(new Recorded());
  expect(
    await post.lines(`SELECT state, reason FROM outbox WHERE stream = $1 AND kind = 'urged'`, one.caseNumber),
  ).toEqual(['dead 无人可通知 nobody has this part']);
});

test('tells a group what it is to be told, once for all recipients of an entry', async () => {
  const post = new Post(db);
  const one = await post.record([suspended(MORNING), urged(MORNING)]);
  await post.account('enterprise', { enterprise: one.enterprise });
  const group = new Recorded('wecom', 'group', 10);
  await post.round(group);
  expect(group.sent.map(({ to, subject }) => `${to} ${subject}`)).toEqual(['task-force 【停工】华岛精密(演示)']);
});

describe('a group', () => {
  test('is not told a name: the message is dead, with the reason, and its words are not kept', async () => {
    const post = new Post(db);
    const one = await post.record([suspended(MORNING)]);
    await db.pool.query(`UPDATE accounts SET display_name = '岛精密' WHERE id = 'official-1'`);
    const group = new Recorded('wecom', 'group', 10);
    expect(await post.round(group)).toMatchObject({ sent: 0, dead: 1 });
    expect(group.sent).toEqual([]);
    expect(
      await post.lines(
        `SELECT state, reason, body FROM messages WHERE case_number = $1 AND channel = 'wecom'`,
        one.caseNumber,
      ),
    ).toEqual(['dead 含个人信息，未发送 personal data (name): 岛*** ']);
  });
});

describe('what fails', () => {
  test('for its own reason is tried again later and then given up; the others are sent meanwhile', async () => {
    const post = new Post(db);
    const one = await post.record([suspended(MORNING)]);
    const [poison, well] = [
      await post.account('enterprise', { enterprise: one.enterprise }),
      await post.account('enterprise', { enterprise: one.enterprise }),
    ];
    const mail = new Recorded();
    mail.answer = ({ to }) =>
      to.startsWith(poison) ? { kind: 'retry', channelDown: false, reason: 'full' } : { kind: 'sent' };
    expect(await post.round(mail)).toMatchObject({ sent: 1, dead: 0 });
    for (let times = 0; times < 2; times += 1) {
      await db.pool.query(`UPDATE messages SET next_at = now() WHERE state = 'waiting'`);
      await post.round(mail);
    }
    expect(await post.lines(`SELECT state, attempts, reason FROM messages ORDER BY state`)).toEqual([
      'dead 3 full; 3 次 attempts',
      'sent 1 ',
    ]);
    expect(mail.sent.filter(({ to }) => to.startsWith(well))).toHaveLength(1);
    expect(new Set(mail.sent.filter(({ to }) => to.startsWith(poison)).map(({ id }) => id)).size).toBe(1);
  });

  test('because its channel throws, or because it has no words, holds up nobody', async () => {
    const post = new Post(db);
    const one = await post.record([
      suspended(MORNING),
      { ...urged(MORNING), details: { duty: 'survey', owner: 'enterprise' } },
    ]);
    await post.account('enterprise', { enterprise: one.enterprise });
    await db.pool.query(`UPDATE outbox SET kind = 'unheard-of' WHERE kind = 'suspended'`);
    const mail = new Recorded();
    expect(await post.round(mail)).toMatchObject({ sent: 1, dead: 1 });
    mail.answer = () => {
      throw new Error('defect');
    };
    await post.record([urged(MORNING + 1)], one);
    expect(await post.round(mail)).toMatchObject({ sent: 0, dead: 0 });
    expect(await post.lines(`SELECT reason FROM messages WHERE state = 'waiting'`)).toEqual([
      '渠道内部错误 the channel failed (Error)',
    ]);
  });

  test('because what the other side has cannot be asked about is asked again, for as long as it takes', async () => {
    const post = new Post(db);
    const one = await post.record([suspended(MORNING)]);
    await post.account('enterprise', { enterprise: one.enterprise });
    const answers: (() => Outcome)[] = [
      () => {
        throw new Error('defect');
      },
      ...[1, 2, 3, 4].map(() => (): Outcome => ({ kind: 'retry', channelDown: false, reason: 'busy' })),
      () => ({ kind: 'sent' }),
    ];
    const ask = () =>
      new Promise<Outcome>((resolve) =>
        resolve((answers.shift() ?? (() => ({ kind: 'dead', reason: 'asked too often' })))()),
      );
    const mail = Object.assign(new Recorded(), { ask });
    mail.answer = () => ({ kind: 'pending', receipt: 'r-1', reason: 'being looked at' });
    for (let rounds = 0; rounds < 7; rounds += 1) {
      await post.round(mail);
      await db.pool.query(`UPDATE messages SET next_at = now() WHERE state = 'pending'`);
    }
    expect(await post.lines(`SELECT state, receipt FROM messages WHERE channel = 'email'`)).toEqual(['sent r-1']);
    // Said once, then only asked about.
    expect(mail.sent).toHaveLength(1);
  });

  test('because its sender died is sent again when the lease is over, under the same id, and the dead sender settles nothing', async () => {
    const post = new Post(db, {}, 1);
    const one = await post.record([suspended(MORNING)]);
    await post.account('enterprise', { enterprise: one.enterprise });
    await post.mailroom.spread();
    await post.mailroom.compose('email', 20);
    const lost = await post.mailroom.claim('email', undefined);
    if (!lost || !('id' in lost)) throw new Error('nothing to send');
    const mail = new Recorded();
    const sent = async () => {
      await post.round(mail);
      return mail.sent.length;
    };
    while ((await sent()) === 0);
    expect(mail.sent.map(({ id }) => id)).toEqual([lost.id]);
    expect(await post.mailroom.settle(lost, { state: 'dead', reason: 'late' })).toBe(false);
    expect(await post.lines('SELECT state, attempts FROM messages')).toEqual(['sent 2']);
  });
});

test('keeps within the rate of each destination and says when there is room again', async () => {
  const post = new Post(db, {
    groups: [
      { id: 'one', name: '甲群', channel: 'wecom', told: ['suspended'], summary: false },
      { id: 'two', name: '乙群', channel: 'wecom', told: ['lifted'], summary: false },
    ],
  });
  const drafts = Array.from({ length: 5 }, (_, index) => suspended(MORNING + index));
  await post.record([...drafts, { at: MORNING + 9, type: 'lifted', details: {} }]);
  const group = new Recorded('wecom', 'group', 1, { count: 3, windowMs: 60_000 });
  const done = await post.round(group);
  expect(done).toMatchObject({ sent: 4, more: false });
  expect(done.waitMs).toBeGreaterThan(50_000);
  expect(done.waitMs).toBeLessThanOrEqual(60_000);
  await db.pool.query(`UPDATE send_attempts SET at = at - interval '61 seconds'`);
  expect(await post.round(group)).toMatchObject({ sent: 2, waitMs: null });
});

test('two workers at once send each message once', async () => {
  const post = new Post(db);
  const one = await post.record([suspended(MORNING)]);
  for (let index = 0; index < 40; index += 1) await post.account('enterprise', { enterprise: one.enterprise });
  const mail = new Recorded();
  const rounds = await Promise.all([1, 2, 3, 4].map(() => new Post(db).round(mail)));
  expect(rounds.reduce((sum, { sent }) => sum + sent, 0)).toBe(40);
  expect(new Set(mail.sent.map(({ id }) => id)).size).toBe(40);
  expect(new Set(mail.sent.map(({ to }) => to)).size).toBe(40);
  expect(mail.sent).toHaveLength(40);
});
