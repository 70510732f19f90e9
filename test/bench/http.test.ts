/** How the bench takes an act that was handed over (202) or is to be sent again (503): it waits for its outcome, and fails for what was refused. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { HttpSender } from '../../scripts/bench/http';
import { drive } from '../../scripts/bench/measure';

const COMMAND = 'ab'.repeat(32);
/** The sender looks every 50 ms; a timer may ring a millisecond early. */
const THREE_LOOKS_MS = 145;
const SENT = { body: '{}', token: 't', key: 'k' };

let outcomes: string[] = [];
/** Of the POSTs; 202 once there is none left. */
let statuses: number[] = [];
let asked: string[] = [];
const server = http.createServer((request, response) => {
  const { authorization, 'idempotency-key': key = '' } = request.headers;
  asked.push(`${request.method} ${request.url} ${authorization} ${String(key)}`.trim());
  request.resume();
  const status = request.method === 'GET' ? (outcomes.shift() ?? 'pending') : 'pending';
  response
    .writeHead(request.method === 'GET' ? 200 : (statuses.shift() ?? 202))
    .end(JSON.stringify({ command: COMMAND, status }));
});
let sender: HttpSender;

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  sender = new HttpSender(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
beforeEach(() => (asked = []));
afterAll(async () => {
  sender.close();
  await new Promise((resolve) => server.close(resolve));
});

test('an act that was handed over is waited for', async () => {
  outcomes = ['pending', 'done'];
  await sender.act('/reopenings/2026-0001/approve', SENT);
  const look = `GET /commands/${COMMAND} Bearer t`;
  expect(asked).toEqual(['POST /reopenings/2026-0001/approve Bearer t k', look, look]);
});

test('its whole time counts, to the answer that says that it is done', async () => {
  outcomes = ['pending', 'pending', 'done'];
  const { latenciesMs } = await drive(
    [[async () => void (await sender.act('/reopenings/2026-0001/approve', SENT))]],
    1,
  );
  expect(asked).toHaveLength(4);
  expect(latenciesMs).toHaveLength(1);
  expect(latenciesMs[0]).toBeGreaterThan(THREE_LOOKS_MS);
});

test('an act that Temporal took too long for is sent again under its key', async () => {
  [statuses, asked] = [[503, 503, 200], []];
  const { again } = sender.notAtOnce;
  await sender.act('/reopenings/2026-0001/approve', SENT);
  expect(asked).toEqual(Array.from({ length: 3 }, () => 'POST /reopenings/2026-0001/approve Bearer t k'));
  expect(sender.notAtOnce.again).toBe(again + 2);
});

test.each([409, 422, 500])('one that is answered %i is a failure at once', async (status) => {
  statuses = [status];
  await expect(sender.act('/reopenings/2026-0001/approve', SENT)).rejects.toThrow(`was answered ${status}`);
  expect(asked).toHaveLength(1);
});

test('one that is refused later is a failure, and says why', async () => {
  outcomes = ['refused'];
  await expect(sender.act('/reopenings/2026-0001/approve', SENT)).rejects.toThrow(/handed over, was answered refused/);
});

test('an answer that is none of both is a failure', async () => {
  await expect(sender.post('/reopenings', SENT, 201)).rejects.toThrow('POST /reopenings was answered 202');
});
