/**
 * A thousand notices on a whole system while its mail server and its worker are killed and WeCom refuses: each is sent once or given
 * up with a reason, what a crash repeats is the same mail, and no group gets more in a minute than WeCom allows.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { startFakes, type Fakes } from '../../local/fakes/server';
import { noticesId, TASK_QUEUE } from '../../contracts/case/ids';
import { trialKey, TRIAL_ACCOUNT } from '../../config/channel-secrets';
import type { Draft } from '../../domain/ledger/entry';
import { OwnSystem } from '../../scripts/own-system/system';
import { Post } from '../support/mailroom';
import { TestDatabase } from '../support/postgres';
import { Recording } from '../support/recording';
import { ring } from '../../workflows/notice-channel/messages';
import { eventually } from '../support/temporal';

const ENTRIES = 25;
/** With the demonstration's official, who is told as all officials are of what is urgent. */
const ACCOUNTS = 40;
const GROUP = 'task-force';
/** A rate limit, a lease and a rest or two: for so long nothing may move. */
const SETTLED_MS = 300_000;
const MINUTE = 60_000;
/** 10:00 in Shanghai on a working day. */
const MORNING = Date.parse('2026-05-06T02:00:00Z');

let fakes: Fakes;
let system: OwnSystem;
let db: TestDatabase;
let post: Post;
let connection: Connection;

beforeAll(async () => {
  const officialAccount = { ...TRIAL_ACCOUNT, mayPublish: false };
  fakes = await startFakes({ port: 0, wecomKeys: [trialKey(GROUP)], officialAccount });
  system = new OwnSystem({ of: 'notices-test', settings: { FAKES_URL: fakes.url } });
  await system.start();
  await system.ready();
  const { databaseUrl, temporalAddress } = system.addresses;
  db = TestDatabase.of(databaseUrl);
  post = new Post(db);
  connection = await Connection.connect({ address: temporalAddress });
});
afterAll(async () => {
  await connection.close();
  await db.stop();
  await system.stop();
  await fakes.close();
});

/** Each mail that the catcher has acknowledged, as its Message-ID and recipient. */
function mails(): string[] {
  const folder = join(system.dataDir, 'mail');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.eml'))
    .map((name) => {
      const mail = readFileSync(join(folder, name), 'utf8');
      return `${/^Message-ID: (.*)$/m.exec(mail)?.[1]?.trim()} ${/^Delivered-To: (.*)$/m.exec(mail)?.[1]?.trim()}`;
    });
}

/** Kills a part once the catcher has so many mails; its supervisor brings it back. */
async function killAt(count: number, part: 'mail-catcher' | 'worker'): Promise<void> {
  await eventually(
    () => mails().length,
    (got) => got >= count,
    SETTLED_MS,
  );
  process.kill(system.pidOf(part), 'SIGKILL');
  await eventually(
    () => system.processOf(part),
    (living) => living !== undefined,
  );
}

test('every notice is sent once or dead with a reason, however often what sends it dies', async () => {
  const drafts = Array.from({ length: ENTRIES }, (_, index): Partial<Draft> => ({
    at: MORNING + index,
    type: 'suspended',
    details: { suspension: 'plan' },
  }));
  const recording = await Recording.begin(db);
  for (let index = 1; index < ACCOUNTS; index += 1)
    await post.account('enterprise', { enterprise: recording.enterprise });
  fakes.wecom.answerNext([45009, -1, 93000]);
  await post.record(drafts, recording);
  const client = new Client({ connection });
  // The system is ready before its worker has started the channels' workflows: as the worker itself does it.
  for (const channel of ['email', 'wecom']) {
    await client.workflow.signalWithStart('noticeChannel', {
      taskQueue: TASK_QUEUE,
      workflowId: noticesId(channel),
      args: [{ channel }],
      signal: ring,
    });
  }

  await killAt(150, 'worker');
  await killAt(300, 'mail-catcher');
  await killAt(500, 'worker');
  await killAt(700, 'mail-catcher');

  const open = () =>
    post.lines(
      `SELECT e.channel, COALESCE(m.state, e.state), count(*) FROM deliveries e LEFT JOIN messages m ON m.id = e.message
       WHERE e.stream = $1 AND e.channel IN ('email', 'wecom') AND COALESCE(m.state, e.state) IN ('waiting', 'sending', 'joined')
       GROUP BY 1, 2`,
      recording.caseNumber,
    );
  await eventually(open, (left) => left.length === 0, SETTLED_MS);

  const of = (channel: string) =>
    post.lines(
      `SELECT m.state, count(*) FROM deliveries e JOIN messages m ON m.id = e.message
       WHERE e.stream = $1 AND e.channel = $2 GROUP BY 1 ORDER BY 1`,
      recording.caseNumber,
      channel,
    );
  expect(await of('email')).toEqual([`sent ${ENTRIES * ACCOUNTS}`]);
  expect(await of('wecom')).toEqual(['dead 1', `sent ${ENTRIES - 1}`]);
  expect(await post.lines(`SELECT DISTINCT reason FROM messages WHERE channel = 'wecom' AND state = 'dead'`)).toEqual([
    '群机器人密钥有误 wrong key (93000)',
  ]);

  // The evening's summary may have come as well; here are the notices of this case only.
  const own = await post.lines(
    `SELECT id FROM messages WHERE channel = 'email' AND case_number = $1`,
    recording.caseNumber,
  );
  const ids = new Set(own.map((id) => createHash('sha256').update(id).digest('hex').slice(0, 32)));
  const caught = mails().filter((mail) => ids.has(/^<(\w+)@/.exec(mail)?.[1] ?? ''));
  const each = new Map<string, number>();
  for (const mail of caught) each.set(mail, (each.get(mail) ?? 0) + 1);
  expect(each.size).toBe(ENTRIES * ACCOUNTS);
  const repeated = [...each.values()].filter((count) => count > 1);
  // Two are under way at once, and four kills fell between the catcher's acceptance and the record at most.
  expect(repeated.length).toBeLessThanOrEqual(2 * 4);
  expect(repeated.every((count) => count === 2)).toBe(true);

  const arrived = fakes.wecom.received().map(({ at }) => at);
  expect(arrived).toHaveLength(ENTRIES - 1);
  for (const from of arrived) {
    expect(arrived.filter((at) => at >= from && at < from + MINUTE).length).toBeLessThanOrEqual(20);
  }
});
