/** Uploads and downloads: streamed, limited, of known kinds, nothing left behind, and nobody's business but its readers'. */
import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import { Api, expectProblem } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

const PDF = 'application/pdf';
const pdf = (size: number) => Buffer.concat([Buffer.from('%PDF-1.7\n'), randomBytes(size - 9)]);
const upload = (
  raw: string | Uint8Array | ReadableStream,
  type = PDF,
  name = '工作方案.pdf',
  as = 'enterprise-factory',
) => api.send(`/documents?name=${encodeURIComponent(name)}`, { as, raw, headers: { 'content-type': type } });
const stored = async () => {
  const { rows } = await api.database.pool.query(
    'SELECT (SELECT count(*) FROM documents) AS documents, (SELECT count(*) FROM document_chunks) AS pieces',
  );
  return rows[0] as { documents: number; pieces: number };
};

test.each([10, 256 * 1024, 256 * 1024 + 1, 3_000_000, 20 * 1024 * 1024])(
  'a file of %d bytes comes back as it was, under its name, unable to do anything in a browser',
  async (size) => {
    const content = pdf(size);
    const { status, body, headers } = await upload(content);
    expect([status, body.bytes, body.name]).toEqual([201, size, '工作方案.pdf']);
    const response = await fetch(`${api.address}${headers.get('location')}`, {
      headers: { authorization: `Bearer ${api.account('enterprise-factory').token}` },
    });
    expect(Buffer.from(await response.arrayBuffer()).equals(content)).toBe(true);
    expect(Object.fromEntries(response.headers)).toMatchObject({
      'content-type': PDF,
      'content-length': String(size),
      'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent('工作方案.pdf')}`,
      'x-content-type-options': 'nosniff',
      'content-security-policy': "sandbox; default-src 'none'",
    });
    const { rows } = await api.database.pool.query('SELECT key, hmac FROM documents WHERE id = $1', [body.id]);
    const [{ key, hmac }] = rows as [{ key: Buffer; hmac: string }];
    expect(hmac).toBe(createHmac('sha256', key).update(content).digest('hex'));
  },
);

test('what is too large, empty, or not what it says leaves nothing', async () => {
  const before = await stored();
  expectProblem(await upload(pdf(20 * 1024 * 1024 + 1)), 413, 'too-large');
  expectProblem(await upload(''), 422, 'empty-document');
  expectProblem(await upload('<html><script>alert(1)</script>'), 422, 'document-mismatch');
  expectProblem(await upload(Buffer.from([0x61, 0, 0x62]), 'text/plain'), 422, 'document-mismatch');
  for (const type of ['text/html', 'image/svg+xml', 'application/zip', '', 'constructor']) {
    expectProblem(await upload('x', type), 415, 'unsupported-media-type');
  }
  expectProblem(await upload('x', 'text/plain', ''), 400, 'invalid-query');
  expectProblem(await upload('x', 'text/plain', 'a\u0000b'), 400, 'invalid-query');
  expect(await stored()).toEqual(before);
});

test('of an endless upload nothing is left, and it ends at the limit', async () => {
  const before = await stored();
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      if ((sent += 1) > 400) return controller.close();
      controller.enqueue(sent === 1 ? pdf(65_536) : Buffer.alloc(65_536));
    },
  });
  expectProblem(await upload(endless), 413, 'too-large');
  expect(await stored()).toEqual(before);
});

test('of an upload that breaks off nothing is left', async () => {
  const before = await stored();
  await new Promise<void>((resolve) => {
    const socket = net.connect(api.port, '127.0.0.1', () => {
      socket.write(
        `POST /documents?name=x HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${api.account('official').token}\r\n` +
          `Content-Type: ${PDF}\r\nContent-Length: 1000000\r\n\r\n`,
      );
      socket.write(pdf(600_000), () => setTimeout(() => socket.destroy(), 100));
    });
    socket.once('close', () => resolve());
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(await stored()).toEqual(before);
});

test('ten uploads at once all arrive, and others are served meanwhile', async () => {
  const content = pdf(2_000_000);
  const uploads = Array.from({ length: 10 }, () => upload(content));
  expect((await api.send('/me', { as: 'official' })).status).toBe(200);
  expect((await Promise.all(uploads)).map((answer) => answer.status)).toEqual(Array.from({ length: 10 }, () => 201));
});

test('until an act names it, a file is its author’s alone', async () => {
  const { body } = await upload('员工 57 人', 'text/plain', "名册's (1).txt");
  expect((await api.send(`/documents/${body.id}`, { as: 'enterprise-factory' })).text).toBe('员工 57 人');
  for (const as of ['official', 'enterprise-supermarket', 'operator']) {
    expectProblem(await api.send(`/documents/${body.id}`, { as }), 404, 'unknown-document');
  }
  expectProblem(await api.send(`/documents/d-${'0'.repeat(32)}`, { as: 'official' }), 404, 'unknown-document');
});
