/** Uploads and downloads: streamed, limited, of known kinds, nothing left behind, and nobody's business but its readers'. */
import { createHmac, randomBytes } from 'node:crypto';
import net from 'node:net';
import { XLSX } from '../../api/documents/workbook-answer';
import { Api, expectProblem } from './harness';
import { parts, zip } from './workbook-parts';

// A busy machine: twenty megabytes go through PostgreSQL and back.

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

test('what is too large, empty, or nothing that is taken leaves nothing, whatever type is said', async () => {
  const before = await stored();
  expectProblem(await upload(pdf(20 * 1024 * 1024 + 1)), 413, 'too-large');
  expectProblem(await upload(''), 422, 'empty-document');
  const macros = [...parts('<worksheet/>'), { name: 'xl/vbaProject.bin', content: Buffer.from('x') }];
  const nothing: readonly (string | Uint8Array)[] = [
    ...[
      '<html><script>alert(1)</script>',
      '\ufeff \n<svg xmlns="http://www.w3.org/2000/svg"/>',
      '<?xml version="1.0"?>',
    ],
    ...[Buffer.from([0x61, 0, 0x62]), Buffer.from('GIF89a\u0001'), Buffer.from('PK\x03\x04 and nothing else')],
    ...[zip([{ name: 'a.txt', content: Buffer.from('x') }]), zip(macros)],
    ...[zip(parts('<worksheet/>')).subarray(0, -30)],
    Buffer.concat([Buffer.from('plain words\n'.repeat(30_000)), Buffer.from([0])]),
  ];
  for (const content of nothing) {
    for (const [type, name] of [
      [PDF, 'plan.pdf'],
      ['text/plain', 'plan.txt'],
      [XLSX, 'plan.xlsx'],
    ] as const) {
      const answer = await upload(content, type, name);
      expectProblem(answer, 422, 'document-mismatch');
      expect(answer.body.detail).toMatch(/可以上传：PDF 文件、JPEG 图片、.*Excel 表格（\.xlsx）/);
      expect(answer.body.detail).not.toMatch(/[a-z]+\/[a-z]/);
    }
  }
  const old = Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)]);
  expectProblem(await upload(old, XLSX, '花名册.xlsx'), 422, 'compound-document');
  expectProblem(await upload('x', 'text/plain', ''), 400, 'invalid-query');
  expectProblem(await upload('x', 'text/plain', 'a\u0000b'), 400, 'invalid-query');
  expect(await stored()).toEqual(before);
});

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex');
const png = Buffer.from('89504e470d0a1a0a0000000d', 'hex');
const webp = Buffer.concat([Buffer.from('RIFF'), Buffer.alloc(4), Buffer.from('WEBPVP8 ')]);
const xlsx = zip(parts('<worksheet/>'));
const docx = zip(['[Content_Types].xml', 'word/document.xml'].map((name) => ({ name, content: Buffer.from('<x/>') })));
const DOCX = 'application/vnd.openxmlformats-officedocument.wordprocessingml.document';
/** A part of a megabyte before the list of parts: more than a piece. */
const large = zip([...parts('<worksheet/>'), { name: 'xl/media/image1.png', content: randomBytes(1_000_000) }]);

test.each([
  ['a picture that is a JPEG', jpeg, 'photo.png', 'image/jpeg', 'photo.jpg'],
  ['a picture named in capitals', png, '照片.PNG', 'image/png', '照片.PNG'],
  ['a picture without an ending', webp, '照片 3.5', 'image/webp', '照片 3.5.webp'],
  ['a workbook', xlsx, '花名册.xlsx', XLSX, '花名册.xlsx'],
  ['a large workbook', large, '花名册.xlsx', XLSX, '花名册.xlsx'],
  ['a document', docx, '方案.xlsx', DOCX, '方案.docx'],
  [
    'a text that is named as a page',
    Buffer.from('see <script>'),
    'plan.html',
    'text/plain; charset=utf-8',
    'plan.html.txt',
  ],
  [
    'a table in GB18030',
    Buffer.from('d0d5c3fb2cbde1b9fb0d0a', 'hex'),
    '结果.csv',
    'text/plain; charset=utf-8',
    '结果.csv',
  ],
])(
  '%s is taken as what it is, whatever the browser says, and leaves as that',
  async (_what, raw, name, type, leaves) => {
    const said = [
      '',
      'application/vnd.ms-office',
      'application/wps-office.xlsx',
      'application/octet-stream',
      'text/html',
    ];
    for (const one of said) {
      const { status, body } = await upload(raw, one, name);
      expect([one, status, body.mediaType, body.name]).toEqual([one, 201, type.split(';')[0], name]);
      const response = await fetch(`${api.address}/documents/${body.id}`, {
        headers: { authorization: `Bearer ${api.account('enterprise-factory').token}` },
      });
      expect(Object.fromEntries(response.headers)).toMatchObject({
        'content-type': type,
        'content-disposition': `attachment; filename*=UTF-8''${encodeURIComponent(leaves)}`,
        'x-content-type-options': 'nosniff',
      });
      expect(Buffer.from(await response.arrayBuffer()).equals(raw)).toBe(true);
    }
  },
);

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
