/** The end of the demonstration: a bulletin to every enterprise with its receipts, the town's daily summary, and where all of it is seen. */
import { setTimeout as pause } from 'node:timers/promises';
import { CHANNEL_NAMES, type ChannelId } from '../../contracts/telling/channel-ids';
import { coverPicture } from './cover';
import type { DemoAccount, Town } from './town';

const TITLE = '复工企业闭环管理工作提示（演示）';
const BODY = `各复工企业：

**一、一日两检。** 早间抗原 9:00 前、晚间核酸 20:00 前上报；未检人员逐一核实。

**二、闭环管理。** 实行“两点一线”，货车司机不下车，货物无接触交接。

**三、物资储备。** 口罩、手套、抗原试剂低于三天用量时及时申领。

以上要求请传达到每个班组。`;
/** Channels look at once when a bulletin is published. */
const RECEIPTS_MS = 30_000;
const LOOK_MS = 200;

interface Bulletin {
  readonly id: string;
  readonly title: string;
  readonly state: string;
}
interface Receipts {
  readonly totals: { readonly enterprises: number; readonly reached: number; readonly read: number };
  readonly recipients: readonly {
    readonly name: string;
    readonly account: string | null;
    readonly state: string;
    readonly channels: readonly { readonly channel: ChannelId; readonly state: string }[];
  }[];
  readonly elsewhere: readonly { readonly to: string; readonly state: string; readonly reason: string | null }[];
}

const STATES: { readonly [state: string]: string } = {
  waiting: '待发送',
  sending: '发送中',
  pending: '对方处理中',
  sent: '已发送',
  delivered: '已送达',
  read: '已读',
  unreachable: '未能送达',
  'by-hand': '待人工',
  dead: '未能送达',
};

/** Looks first whether the bulletin is published already. `mails`: where the catcher's mails are seen. */
export async function tellEverybody(town: Town, mails: string): Promise<void> {
  const official = town.account('official');
  console.log('\n简报与通知 Bulletin and notices:');
  const bulletin = await published(town, official);
  const owner = town.account('enterprise', 'e-demo-factory');
  await until(town, official, bulletin.id, ({ recipients }) => recipients.length > 0 && recipients.every(isInConsole));
  await town.post(`/bulletins/${bulletin.id}/read`, { as: owner });
  const receipts = await until(
    town,
    official,
    bulletin.id,
    ({ totals, recipients }) => totals.read > 0 && recipients.every(isSettled),
  );
  console.log(`  ✓ 简报《${TITLE}》已发布,回执 receipts:`);
  for (const { name, account, state, channels } of receipts.recipients) {
    const ways = channels.map((one) => `${CHANNEL_NAMES[one.channel]}${STATES[one.state] ?? one.state}`);
    console.log(`      ${name} ${account ?? '（无账号）'}: ${STATES[state] ?? state}(${ways.join('、')})`);
  }
  for (const { to, state, reason } of receipts.elsewhere)
    console.log(`      ${to}: ${STATES[state] ?? state}${reason === null ? '' : ` — ${reason}`}`);
  await town.post('/daily-summary', { as: official, key: `demo/summary/${bulletin.id}` });
  console.log('  ✓ 每日简报已发送给镇工作人员和专班群(群内只有数字)。');
  console.log(`  通知 ${town.address}/outbox(镇工作人员、运维)`);
  console.log(`  邮件 ${mails}`);
}

async function published(town: Town, official: DemoAccount): Promise<Bulletin> {
  const { items } = await town.get<{ items: Bulletin[] }>('/bulletins', official);
  const known = items.find(({ title, state }) => title === TITLE && state !== 'withdrawn');
  const bulletin = known ?? (await written(town, official));
  if (bulletin.state === 'draft')
    await town.attempt(`/bulletins/${bulletin.id}/publish`, { as: official, key: `demo/publish/${bulletin.id}` });
  return bulletin;
}

async function written(town: Town, official: DemoAccount): Promise<Bulletin> {
  const cover = await town.upload('封面.png', coverPicture(), official, 'image/png');
  const body = {
    ...{ kind: 'work-tip', title: TITLE, body: BODY, cover },
    channels: ['console', 'email', 'wecom', 'copy-text', 'official-account'],
  };
  return town.post<Bulletin>('/bulletins', { as: official, body });
}

/** By mail it may have come before; what is read is read there. */
function isInConsole({ account, state }: Receipts['recipients'][number]): boolean {
  return account === null || state === 'delivered' || state === 'read';
}

/** Nothing is on its way any more, or its channel rests and may do so for long. */
function isSettled({ channels }: Receipts['recipients'][number]): boolean {
  return channels.every(({ state }) => state !== 'sending');
}

/** @throws Error when the channels have not come so far in time */
async function until(
  town: Town,
  official: DemoAccount,
  bulletin: string,
  holds: (receipts: Receipts) => boolean,
): Promise<Receipts> {
  const end = Date.now() + RECEIPTS_MS;
  for (;;) {
    const receipts = await town.get<Receipts>(`/bulletins/${bulletin}/receipts`, official);
    if (holds(receipts)) return receipts;
    if (Date.now() > end) throw new Error(`the bulletin has no receipts within ${RECEIPTS_MS / 1000} s`);
    await pause(LOOK_MS);
  }
}
