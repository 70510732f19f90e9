/** Who is told what and when while days of a case pass on a real server: quiet hours, digests, the most a day, reminders, escalation. */
import { localDate, localTime } from '../../domain/calendar/calendar';
import { People } from '../api/town';
import { Post, Recorded } from '../support/mailroom';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

const DIGEST = ['09:15', '15:15'];
const MOST = 3;

let system: System;
let people: People;
let post: Post;
let mail: Recorded;
let caseNumber: string;

interface Sent {
  readonly account: string;
  readonly kind: string;
  readonly duty: string | null;
  readonly message: string;
  readonly urgent: boolean;
  readonly sendAt: Date;
}

beforeAll(async () => {
  system = await System.start();
  people = await People.of(system);
  post = new Post(system.database, { digest: DIGEST, mostPerDay: MOST, jitterMinutes: 3 });
  mail = new Recorded();
  caseNumber = await people.start(await people.enterprise());
  await gathers('a-demo-reviewer-market');
  await people.toSignOffs(caseNumber);
  // Nobody signs, until nothing happens by itself any more.
  for (;;) {
    const forwarded = await people.post('operator', `/reopenings/${caseNumber}/fast-forward`, {});
    if (forwarded.status === 409) break;
    await recorded((forwarded.body as { view: { sequence: number } }).view.sequence);
    await post.round(mail);
  }
  // The case sleeps now; what is due later by its clock goes out when as much real time has passed.
  await passRealTime();
  await post.round(mail);
});
afterAll(() => system.stop());

async function gathers(account: string): Promise<void> {
  await system.database.pool.query(`INSERT INTO notice_preferences VALUES ($1, '{email}', true, 'zh')`, [account]);
}

/** As if everything that was told had been told a week ago. */
async function passRealTime(): Promise<void> {
  const week = `created_at = created_at - interval '7 days'`;
  await system.database.pool.query(`UPDATE outbox SET ${week} WHERE stream = $1`, [caseNumber]);
  await post.mailroom.spread();
  await system.database.pool.query(`UPDATE deliveries SET ${week} WHERE stream = $1`, [caseNumber]);
}

async function recorded(sequence: number): Promise<void> {
  await eventually(
    () => post.lines('SELECT version FROM reopenings WHERE case_number = $1', caseNumber),
    ([version]) => Number(version) >= sequence,
  );
}

/** What went out by mail, in the order of its time. */
async function sent(): Promise<Sent[]> {
  const { rows } = await system.database.pool.query<Sent>(
    `SELECT e.destination AS account, n.kind, n.duty, e.message, n.urgent, e.send_at AS "sendAt"
     FROM deliveries e JOIN outbox n ON n.key = e.notice JOIN messages m ON m.id = e.message
     WHERE e.channel = 'email' AND e.stream = $1 AND m.state = 'sent' ORDER BY e.send_at, e.key`,
    [caseNumber],
  );
  return rows;
}

const timeOf = ({ sendAt }: Sent) => localTime(sendAt.getTime(), people.rules);

test('nothing that is not urgent is sent in the quiet hours', async () => {
  const { from, to } = people.rules.reminders.quiet;
  const all = await sent();
  expect(all.length).toBeGreaterThan(30);
  expect(from > to).toBe(true);
  for (const one of all.filter(({ urgent }) => !urgent)) {
    expect([one.kind, timeOf(one) >= to && timeOf(one) < from]).toEqual([one.kind, true]);
  }
});

test('each duty is reminded up to the maximum, overdue once and escalated once, to its owner and to officials', async () => {
  const all = await sent();
  const economy = all.filter(
    ({ duty, account }) => duty?.endsWith('/economy') && account === 'a-demo-reviewer-economy',
  );
  const count = (kind: string) => economy.filter((one) => one.kind === kind).length;
  const { maximum } = people.rules.reminders;
  expect([count('duty-assigned'), count('duty-reminded'), count('duty-overdue'), count('duty-escalated')]).toEqual([
    ...[1, maximum, 1, 1],
  ]);
  const escalated = all.filter(({ kind, duty }) => kind === 'duty-escalated' && duty?.endsWith('/economy'));
  expect(escalated.map(({ account }) => account).sort()).toEqual(['a-demo-official', 'a-demo-reviewer-economy']);
});

test('who asked for digests gets mails at their times only, several notices in one', async () => {
  const own = (await sent()).filter(({ account }) => account === 'a-demo-reviewer-market');
  expect(own.length).toBeGreaterThan(new Set(own.map(({ message }) => message)).size);
  const late = 3 * 60_000;
  for (const one of own) {
    const slots = DIGEST.map((slot) => one.sendAt.getTime() - Date.parse(`${dayOf(one)}T${slot}:00+08:00`));
    expect(slots.some((after) => after >= 0 && after <= late)).toBe(true);
  }
});

const dayOf = ({ sendAt }: Sent) => localDate(sendAt.getTime(), people.rules);

test('beyond the most of a day the rest of an account is gathered', async () => {
  // Escalations only: when the others come depends on the hour at which the test is run.
  const official = (await sent()).filter(
    ({ account, kind }) => account === 'a-demo-official' && kind === 'duty-escalated',
  );
  const single = official.filter((one) => !DIGEST.some((slot) => isAt(one, slot)));
  const most = Math.max(...single.map((one) => single.filter((other) => dayOf(other) === dayOf(one)).length));
  expect(most).toBe(MOST);
  // It asked for no digest: these are the rest of the day on which five departments were escalated.
  expect(official.length - single.length).toBe(2);
});

function isAt(one: Sent, slot: string): boolean {
  const after = one.sendAt.getTime() - Date.parse(`${dayOf(one)}T${slot}:00+08:00`);
  return after >= 0 && after <= 3 * 60_000;
}

test('once a duty is done nobody hears of it any more', async () => {
  const before = mail.sent.length;
  await people.act('reviewer-economy', caseNumber, 'approve', people.approval('economy'));
  await recorded((await people.view(caseNumber)).sequence);
  await passRealTime();
  await post.round(mail);
  const later = mail.sent.slice(before).filter(({ to }) => to.startsWith('reviewer-economy@'));
  expect(later).toEqual([]);
});
