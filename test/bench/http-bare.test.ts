/** (b2) on a real server: the same Updates as (b) with the same arguments, answered over HTTP with as many bytes as was said. */
import { freePort } from '../../local/ports';
import { messagesIn } from '../../scripts/bench/bare';
import { HttpSender } from '../../scripts/bench/http';
import { bareCaseId, HttpBare } from '../../scripts/bench/http-bare';
import { drive } from '../../scripts/bench/measure';
import { Child } from '../../scripts/own-system/child';
import { Temporal } from '../support/temporal';

/** The first is answered with more bytes over HTTP than by the workflow, the second with fewer. */
const MESSAGES = [
  { update: 'recordSurvey', argument: { command: 'a'.repeat(500) }, answerBytes: 300, httpBytes: 390 },
  { update: 'approve', argument: { command: 'b' }, answerBytes: 120, httpBytes: 90 },
];
const BODIES = [{ visitors: '现场查看' }, { round: 1 }];

let temporal: Temporal;
let children: Child[];
let http: HttpSender;
let contender: HttpBare;

beforeAll(async () => {
  temporal = await Temporal.start();
  const at = {
    TEMPORAL_ADDRESS: temporal.env.address,
    TEMPORAL_NAMESPACE: temporal.client.options.namespace,
  };
  const port = await freePort();
  children = [
    Child.start('the bare worker', 'scripts/bench/bare-worker.ts', at),
    Child.start('the server', 'scripts/bench/http-bare-server.ts', { ...at, PORT: String(port) }),
  ];
  await Promise.all(children.map((one) => one.ready()));
  http = new HttpSender(`http://127.0.0.1:${port}`);
  const parts = { http, temporal: temporal.client, messages: MESSAGES, bodies: BODIES };
  contender = await HttpBare.begin(parts);
});
afterAll(async () => {
  http.close();
  await Promise.all(children.map((one) => one.stop()));
  await temporal.stop();
});

test('each message is answered with as many bytes as the full system’s, and its workflow as a case would be', async () => {
  await http.post('/cases/one', { body: '{}' }, 200);
  const answers: number[] = [];
  for (const [number, body] of BODIES.entries()) {
    const sent = { body: JSON.stringify(body) };
    answers.push(Buffer.byteLength(await http.post(`/cases/one/messages/${number}`, sent, 200)));
  }
  expect(answers).toEqual(MESSAGES.map(({ httpBytes }) => httpBytes));
  const handle = temporal.client.workflow.getHandle(bareCaseId('one'));
  await handle.result();
  const had = messagesIn((await handle.fetchHistory()).events ?? []);
  expect(had).toEqual(MESSAGES.map(({ update, argument, answerBytes }) => ({ update, argument, answerBytes })));
});

test('its cases are driven like the others’ and end', async () => {
  const { latenciesMs } = await drive(await contender.prepare(3), 2);
  expect(latenciesMs).toHaveLength(3 * MESSAGES.length);
  await contender.settle();
});

test('a message that no case has is a failure', async () => {
  await http.post('/cases/two', { body: '{}' }, 200);
  await expect(http.post('/cases/two/messages/2', { body: '{}' }, 200)).rejects.toThrow('was answered 500');
  await temporal.client.workflow.getHandle(bareCaseId('two')).terminate();
});
