/** Bodies that stop, drip, are too large or are not wanted: nobody else waits for them, and each sender gets an answer and is let go. */
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import pino from 'pino';
import { eventually } from '../support/temporal';
import { Api, expectProblem } from './harness';

const MIB = 1024 * 1024;
/** Shorter than in earnest (api/http/body.ts), and still far above what a busy machine stands still. */
const PATIENCE = { pieceMs: 3_000, wholeMs: 8_000 };
let api: Api;
/** As in earnest: whoever stops is waited for long. */
let patient: Api;
const warnings: string[] = [];
beforeAll(async () => {
  api = await Api.start({ patience: PATIENCE });
  patient = await api.beside({ log: pino({ level: 'warn' }, { write: (line) => warnings.push(line) }) });
});
afterAll(async () => {
  await patient.stop();
  await api.stop();
});

const PDF = 'application/pdf';
const pdf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);

/** A client that sends what it is told to, byte by byte if need be, and writes down what it gets. */
class Sender {
  #received = '';
  readonly #socket: net.Socket;
  /** Everything that came, when the API has let go of the connection. */
  readonly closed: Promise<string>;

  constructor(at: Api, head: string) {
    // Half open on purpose: what a lazy client never ends, the API has to.
    const socket = net.connect({ port: at.port, host: '127.0.0.1', allowHalfOpen: true });
    this.#socket = socket;
    socket.write(`${head}\r\n\r\n`);
    socket.setEncoding('latin1').on('data', (text: string) => (this.#received += text));
    socket.on('error', () => undefined);
    // The other side has let go when it takes nothing more, not when it says that it has no more to say.
    socket.once('end', () => {
      const knocking = setInterval(() => socket.write(' '), 50);
      socket.once('close', () => clearInterval(knocking));
    });
    this.closed = new Promise((resolve) => socket.once('close', () => resolve(this.#received)));
  }

  get received(): string {
    return this.#received;
  }

  /** Resolves when the system has taken it all. */
  write(bytes: Buffer | string): Promise<boolean> {
    return new Promise((resolve) => this.#socket.write(bytes, (error) => resolve(!error)));
  }

  leave(): void {
    this.#socket.destroy();
  }

  /** Resolves with what has come when it has `words` in it, or the connection is closed. */
  until(words: string): Promise<string> {
    return new Promise((resolve) => {
      const look = () => {
        if (this.#received.includes(words)) resolve(this.#received);
      };
      this.#socket.on('data', look);
      void this.closed.then(resolve);
      look();
    });
  }
}

const head = (path: string, as: string, headers: Record<string, string | number>) =>
  [
    `POST ${path} HTTP/1.1`,
    'Host: x',
    `Authorization: Bearer ${api.account(as).token}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ].join('\r\n');
const uploading = (at: Api, length: number, as = 'enterprise-factory') =>
  new Sender(at, head('/documents?name=x.pdf', as, { 'Content-Type': PDF, 'Content-Length': length }));
const sendingJson = (at: Api, path: string, length: number, as = 'official') =>
  new Sender(at, head(path, as, { 'Content-Type': 'application/json', 'Content-Length': length }));
const upload = (at: Api, size = 600_000) =>
  at.send('/documents?name=y.pdf', { as: 'official', raw: pdf(size), headers: { 'content-type': PDF } });
const stored = async () => {
  const { rows } = await api.database.pool.query(
    'SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM document_chunks) AS pieces',
  );
  return rows[0] as { documents: number; pieces: number };
};

/** What has begun to arrive. */
const unfinished = async () => {
  const { rows } = await api.database.pool.query<{ id: string }>(`SELECT id FROM documents WHERE hmac = ''`);
  return rows.map(({ id }) => id);
};

/** @returns how many milliseconds it took */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

describe('bodies that stop in the middle', () => {
  test.each([4, 40])('%d uploads hold up no other one', async (count) => {
    const stopped = Array.from({ length: count }, () => uploading(patient, 2 * MIB));
    await Promise.all(stopped.map((one) => one.write(pdf(MIB))));
    try {
      // They are waited for much longer than this takes.
      const took = await timed(async () => expect((await upload(patient)).status).toBe(201));
      expect(took).toBeLessThan(8_000);
      expect(stopped.map(({ received }) => received)).toEqual(Array(count).fill(''));
    } finally {
      for (const one of stopped) one.leave();
      await eventually(unfinished, (found) => found.length === 0);
    }
  });

  test.each([
    ['an upload', () => uploading(api, 2 * MIB), pdf(MIB)],
    ['an upload before its first byte', () => uploading(api, 2 * MIB), Buffer.alloc(0)],
    ['an act', () => sendingJson(api, '/enterprises', 5_000), '{"name":"'],
    ['a list of people', () => sendingJson(api, '/enterprises/e-demo-factory/roster/import', 5_000), '{"table":"'],
    ['a sign-in', () => sendingJson(api, '/sign-in', 200), '{"login":"'],
  ])('%s gets 408 and is let go of, though its sender ends nothing', async (_what, start, bytes) => {
    const before = await stored();
    const sender = start();
    await sender.write(bytes);
    const text = await sender.closed;
    expect(text).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n/);
    expect(text).toMatch(/\r\nConnection: close\r\n/);
    expect(text).toContain('"code":"request-timeout"');
    expect(text.match(/HTTP\/1\.1/g)).toHaveLength(1);
    expect(await stored()).toEqual(before);
  });

  test('a body of which a byte comes now and then is ended all the same, and holds up nobody meanwhile', async () => {
    const drips = [uploading(api, 2 * MIB), sendingJson(api, '/enterprises', 5_000)];
    await drips[0]?.write(pdf(MIB));
    const dripping = setInterval(() => drips.forEach((one) => void one.write(' ')), 200);
    try {
      expect((await upload(api)).status).toBe(201);
      for (const one of drips) expect(await one.closed).toMatch(/^HTTP\/1\.1 408 /);
    } finally {
      clearInterval(dripping);
    }
  });

  test('a sender who goes away leaves nothing, and no trace of a database that was away', async () => {
    const before = await stored();
    const senders = Array.from({ length: 8 }, () => uploading(patient, 2 * MIB));
    await Promise.all(senders.map((one) => one.write(pdf(MIB))));
    for (const one of senders) one.leave();
    await eventually(stored, (now) => now.documents === before.documents && now.pieces === before.pieces);
    expect((await upload(patient)).status).toBe(201);
    expect(warnings).toEqual([]);
  });

  test('an upload that is slow and never stops arrives whole', async () => {
    const content = pdf(500_000);
    const sender = uploading(api, content.length);
    for (let at = 0; at < content.length; at += 50_000) {
      await sender.write(content.subarray(at, at + 50_000));
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
    expect(await sender.until('"bytes":500000')).toMatch(/^HTTP\/1\.1 201 /);
    sender.leave();
  });

  test('an upload is nobody’s before it is whole', async () => {
    const sender = uploading(patient, 2 * MIB, 'official');
    await sender.write(pdf(MIB));
    const [id = ''] = await eventually(unfinished, (found) => found.length > 0);
    expectProblem(await api.send(`/documents/${id}`, { as: 'official' }), 404, 'unknown-document');
    sender.leave();
  });
});

describe('a body over the limit', () => {
  test.each([
    ['acts', '/enterprises', 'application/json', MIB + 1],
    ['acts of several times the limit', '/enterprises', 'application/json', 3 * MIB],
    ['tables', '/enterprises/e-demo-factory/roster/import', 'application/json', MIB + 1],
    ['sign-ins', '/sign-in', 'application/json', MIB + 1],
  ])('gets 413, each of eighty %s at once', async (_what, path, type, size) => {
    const raw = Buffer.alloc(size, 0x20);
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => api.send(path, { as: 'official', raw, headers: { 'content-type': type } })),
    );
    for (const answer of answers) expectProblem(answer, 413, 'too-large');
  });

  test('gets 413, each of forty that say no length beforehand', async () => {
    const piece = Buffer.alloc(64 * 1024, 0x20);
    const answers = await Promise.all(
      Array.from({ length: 40 }, () => {
        let left = 32;
        const raw = new ReadableStream({
          pull: (controller) => ((left -= 1) < 0 ? controller.close() : controller.enqueue(piece)),
        });
        return api.send('/enterprises', { as: 'official', raw, headers: { 'content-type': 'application/json' } });
      }),
    );
    for (const answer of answers) expectProblem(answer, 413, 'too-large');
  });

  test('of a file gets 413 also from a client that reads no answer before it has sent all', async () => {
    const size = 21 * MIB;
    const senders = Array.from({ length: 5 }, () => uploading(api, size));
    const bytes = pdf(size);
    expect(await Promise.all(senders.map((one) => one.write(bytes)))).toEqual(Array(5).fill(true));
    for (const one of senders) expect(await one.closed).toMatch(/^HTTP\/1\.1 413 [^]*"code":"too-large"/);
  });

  test('that never ends gets 413 and is cut off', async () => {
    const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(0x10000, 0x20), Buffer.from('\r\n')]);
    const endless = { 'Content-Type': 'application/json', 'Transfer-Encoding': 'chunked' };
    const sender = new Sender(api, head('/enterprises', 'official', endless));
    let sent = 0;
    let open = true;
    void sender.closed.then(() => (open = false));
    const sending = (async () => {
      while (open && (await sender.write(chunk))) sent += chunk.length;
    })();
    expect(await sender.closed).toMatch(/^HTTP\/1\.1 413 /);
    await sending;
    // What was read beyond the limit, and what lies in the buffers of both sides.
    expect(sent).toBeLessThan(60 * MIB);
  });

  test('is not asked for when its sender asks first, and one within it is', async () => {
    const asked = (length: number) =>
      new Sender(
        api,
        head('/enterprises', 'official', {
          'Content-Type': 'application/json',
          'Content-Length': length,
          Expect: '100-continue',
        }),
      );
    expect(await asked(2 * MIB).closed).toMatch(/^HTTP\/1\.1 413 /);
    const within = asked(2);
    expect(await within.until('\r\n\r\n')).toBe('HTTP/1.1 100 Continue\r\n\r\n');
    await within.write('{}');
    expect(await within.until('invalid-body')).toMatch(/HTTP\/1\.1 422 /);
    within.leave();
  });
});

test('whoever is refused before the body is read gets the answer and is let go of, sending or not', async () => {
  const stranger = (length: number) =>
    new Sender(api, `POST /documents?name=x HTTP/1.1\r\nHost: x\r\nContent-Type: ${PDF}\r\nContent-Length: ${length}`);
  const [silent, sending] = [stranger(10 * MIB), stranger(10 * MIB)];
  expect(await sending.write(pdf(10 * MIB))).toBe(true);
  for (const one of [silent, sending]) expect(await one.closed).toMatch(/^HTTP\/1\.1 401 [^]*"unauthenticated"/);
});
