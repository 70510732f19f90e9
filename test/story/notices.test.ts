/** A day without a mail server: sign-offs go on as ever, mails catch up when it is back, and nobody is reminded of what was done meanwhile. */
import net from 'node:net';
import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { DAY } from '../../domain/calendar/calendar';
import { People } from '../api/town';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

/** A channel rests up to five minutes when the other side was away (activities/delivering.ts). */
const RESTED_MS = 420_000;

let system: System;
let people: People;
let port: number;
/** Who got a mail, in the order of arrival. */
const received: string[] = [];
const server = new SMTPServer({
  disabledCommands: ['STARTTLS', 'AUTH'],
  disableReverseLookup: true,
  onData(mail, session, done) {
    mail.resume().once('end', () => {
      received.push(...session.envelope.rcptTo.map(({ address }) => address.split('@')[0] ?? ''));
      done();
    });
  },
});

beforeAll(async () => {
  port = await freePort();
  system = await System.startWith({ smtpUrl: `smtp://127.0.0.1:${port}` });
  people = await People.of(system);
});
afterAll(async () => {
  await system.stop();
  await new Promise<void>((resolve) => server.close(() => resolve()));
});

/** Of a server that is not there yet. */
async function freePort(): Promise<number> {
  const probe = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port: free } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return free;
}

async function lines(query: string): Promise<string[]> {
  const { rows } = await system.database.pool.query<Record<string, unknown>>(query);
  return rows.map((row) => Object.values(row).join(' '));
}

/** Whether a reminder's mail would be due: it may go some minutes after its moment, less than an hour. */
async function isReminded(): Promise<boolean> {
  const due = await lines(
    `SELECT FROM outbox WHERE recipient = 'department/market' AND kind = 'duty-reminded'
       AND not_before + interval '1 hour' <= (SELECT max(clock) FROM reopenings)`,
  );
  return due.length > 0;
}

const OF_MAIL = `FROM deliveries e JOIN outbox n ON n.key = e.notice LEFT JOIN messages m ON m.id = e.message WHERE e.channel = 'email'`;
/** What is due by the case's clock; the rest waits for its own moment, some minutes later. */
const open = () =>
  lines(
    `SELECT e.key ${OF_MAIL} AND COALESCE(m.state, e.state) IN ('waiting', 'joined', 'sending')
       AND e.send_at <= (SELECT clock FROM reopenings r WHERE r.case_number = e.stream)
     UNION ALL SELECT key FROM outbox WHERE state = 'waiting' AND not_before <= (SELECT max(clock) FROM reopenings)`,
  );

test('sign-offs go on without a mail server, and afterwards everything still owed is told', async () => {
  const caseNumber = await people.start(await people.enterprise());
  await people.toSignOffs(caseNumber);
  const [signed, unsigned] = [
    ['market', 'economy'],
    ['enforcement', 'city-appearance'],
  ];

  // A day and more passes, with reminders of what nobody does; then two departments sign as if nothing were the matter.
  const begun = (await people.view(caseNumber)).clock;
  for (let clock = begun; clock < begun + DAY || !(await isReminded());) {
    const { body, headers } = await people.post('operator', `/reopenings/${caseNumber}/fast-forward`, {});
    clock = Date.parse(body.clock as string);
    // Until what has happened is recorded, and its notices with it.
    await people.get('official', '/duties', { 'fugong-after': headers.get('fugong-after') ?? '' });
  }
  // Only now: begun at night, the quiet hours have held everything back until the morning that has passed meanwhile.
  system.bell.ring(['email']);
  await eventually(
    () => lines(`SELECT reason FROM messages WHERE channel = 'email' AND state = 'waiting' AND reason IS NOT NULL`),
    ([reason]) => reason?.includes('mail server away') ?? false,
  );
  for (const department of signed)
    await people.act(`reviewer-${department}`, caseNumber, 'approve', people.approval(department));
  expect(received).toEqual([]);
  const reminded = await lines(`SELECT kind FROM outbox WHERE recipient = 'department/market' ORDER BY kind`);
  expect(reminded).toEqual(expect.arrayContaining(['duty-assigned', 'duty-reminded']));

  server.listen(port, '127.0.0.1');
  // The channel rests between its attempts, and finds the server by itself; then it is rung for what came meanwhile.
  await eventually(
    () => received.length,
    (got) => got > 0,
    RESTED_MS,
  );
  system.bell.ring(['email']);
  await eventually(open, (left) => left.length === 0, RESTED_MS);
  const reviewers = new Set(received);
  for (const department of unsigned) expect(reviewers).toContain(`reviewer-${department}`);
  for (const department of signed) expect(reviewers).not.toContain(`reviewer-${department}`);
  expect(received).toContain('official');
  const told = await lines(
    `SELECT COALESCE(m.state, e.state, n.state) AS state, COALESCE(m.reason, e.reason, n.reason) AS reason
     FROM outbox n LEFT JOIN deliveries e ON e.notice = n.key AND e.channel = 'email' LEFT JOIN messages m ON m.id = e.message
     WHERE n.recipient = 'department/market' AND COALESCE(e.send_at, n.not_before) <= (SELECT max(clock) FROM reopenings)`,
  );
  expect(told.length).toBeGreaterThan(1);
  expect(new Set(told)).toEqual(new Set(['dropped 已办结 done meanwhile']));
  expect((await people.view(caseNumber)).review.verdicts).toMatchObject({ market: {}, economy: {} });
});
