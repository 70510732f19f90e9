/** The catcher's mails in a browser: listed newest first, shown without doing anything, their attachments whole. */
import fs from 'node:fs';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { startFakes, type Fakes } from '../../local/fakes/server';
import { cleanUp, temporaryFolder } from './stub';

const XLSX = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 255]);
const EARLIER = '2026-05-01T00-00-00.000Z-1-1.eml';
const HOSTILE = '2026-05-02T00-00-00.000Z-1-2.eml';

let fakes: Fakes;
let folder: string;

beforeEach(async () => {
  folder = path.join(temporaryFolder(), 'mail');
  fs.mkdirSync(folder);
  const officialAccount = { appId: 'a', secret: 's', mayPublish: false };
  fakes = await startFakes({ port: 0, wecomKeys: [], officialAccount, mailsIn: folder });
});
afterEach(async () => {
  await fakes.close();
  cleanUp();
});

const get = (address: string) => fetch(fakes.url + address);
const words = async (address: string) => (await get(address)).text();
const catchAs = (name: string, source: string | Buffer) => fs.writeFileSync(path.join(folder, name), source);

async function catchMail(name: string, subject: string, html: string): Promise<void> {
  const transport = createTransport({ streamTransport: true, buffer: true });
  const { message } = await transport.sendMail({
    ...{ from: { name: '<b>镇', address: 'a@town.example' }, to: 'b@town.example', subject, html, text: '正文 <b>' },
    ...{ messageId: '<m-1@town.example>', date: new Date('2026-05-03T04:05:06Z') },
    attachments: [{ filename: '每日简报 (1).xlsx', content: XLSX }],
  });
  catchAs(name, message as Buffer);
}

async function catchBoth(): Promise<void> {
  await catchMail(HOSTILE, '<script>alert(1)</script>', '<script>alert(2)</script><p style="color:red">晚</p>');
  await catchMail(EARLIER, '【待办】较早', '<p>早</p>');
}

describe('the list', () => {
  test('newest first, with nothing of them taken for markup', async () => {
    await catchBoth();
    catchAs('2026-05-03T00-00-00.000Z-1-3.eml.unfinished', 'Subject: half');
    const page = await words('/mails');
    expect(page.indexOf('alert(1)')).toBeLessThan(page.indexOf('较早'));
    expect(page).not.toContain('<script');
    expect(page).toContain('Mails (2)');
    expect(page).toContain('b@town.example · <time>2026-05-03T04:05:06.000Z</time> · 附件 Attachments 1');
  });

  test('the start page leads to it and counts', async () => {
    expect(await words('/')).toContain('<a href="/mails">邮件 Mails (0)</a>');
    expect(await words('/mails')).toContain('No mail yet');
    await catchBoth();
    expect(await words('/')).toContain('<a href="/mails">邮件 Mails (2)</a>');
  });

  test('the newest 500, and it says so', async () => {
    for (let number = 1000; number < 1501; number += 1) catchAs(`${number}.eml`, `Subject: no ${number}\r\n\r\nx`);
    const page = await words('/mails');
    expect(page).toContain('The newest 500 of 501.');
    expect(page.match(/<li>/g)).toHaveLength(500);
    expect(page).toContain('no 1500');
    expect(page).not.toContain('no 1000');
  });

  test('a mail that the parser refuses keeps the others from nobody', async () => {
    catchAs('1.eml', 'Subject: whole\r\n\r\nx');
    // The parser takes headers of up to 2 MB.
    catchAs('2.eml', `X: ${'y'.repeat(3_000_000)}\r\n\r\nx`);
    const page = await words('/mails');
    expect(page).toContain('whole');
    expect(page).toContain('cannot be read）2.eml');
    expect((await get('/mails/2.eml')).status).toBe(404);
  });
});

describe('one mail', () => {
  beforeEach(catchBoth);

  test('its headers and its words are escaped, and the page loads nothing', async () => {
    const page = await get(`/mails/${HOSTILE}`);
    const policy = page.headers.get('content-security-policy');
    expect(policy).toMatch(/^default-src 'none'; style-src 'unsafe-inline'; frame-src 'self';/);
    const shown = await page.text();
    for (const part of [
      '<h1>&lt;script&gt;alert(1)&lt;/script&gt;</h1>',
      '&lt;a@town.example&gt;',
      '<dd>b@town.example</dd>',
      '<dd>2026-05-03T04:05:06.000Z</dd>',
      '<dd>&lt;m-1@town.example&gt;</dd>',
      '正文 &lt;b&gt;',
      `<iframe sandbox title="HTML" src="/mails/${HOSTILE}/html">`,
      `<a href="/mails/${HOSTILE}/attachments/0">每日简报 (1).xlsx</a> 6 B`,
    ])
      expect(shown).toContain(part);
    expect(shown).not.toContain('<script');
    expect(shown).not.toContain('<b>');
  });

  test('its HTML comes in a sandbox that allows inline styles only', async () => {
    const framed = await get(`/mails/${HOSTILE}/html`);
    expect(framed.headers.get('content-security-policy')).toBe(
      "sandbox; default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'",
    );
    expect(framed.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await framed.text()).toContain('<p style="color:red">晚</p>');
  });

  test('its attachments come back whole, as files', async () => {
    const file = await get(`/mails/${EARLIER}/attachments/0`);
    const name = `${encodeURIComponent('每日简报')}%20%281%29.xlsx`;
    expect(file.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${name}`);
    expect(file.headers.get('content-type')).toBe('application/octet-stream');
    expect(Buffer.from(await file.arrayBuffer())).toEqual(XLSX);
  });

  test.each(['/attachments/1', '/attachments/', '/attachments/0x0', '/attachments/length', '/html/x', '/x', '/x/y/z'])(
    'it has no %s',
    async (part) => {
      const missing = await get(`/mails/${EARLIER}${part}`);
      expect(missing.status).toBe(404);
      expect(await missing.text()).toContain('There is no such mail');
    },
  );
});

test.each([
  // Half a surrogate pair and an A, in UTF-16.
  ['=?utf-16le?B?PdhBAA==?=', '%EF%BF%BDA'],
  ['x\\"; filename=\\"y.exe', 'x%22%3B%20filename%3D%22y.exe'],
])('an attachment that calls itself %s', async (named, told) => {
  const disposition = `Content-Disposition: attachment; filename="${named}"`;
  catchAs('1.eml', `Content-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\n${disposition}\r\n\r\nx\r\n--B--\r\n`);
  const file = await get('/mails/1.eml/attachments/0');
  expect(file.status).toBe(200);
  expect(file.headers.get('content-disposition')).toBe(`attachment; filename*=UTF-8''${told}`);
});

test.each(['none.eml', '..%2Fsecret.eml', '..%5Csecret.eml', '%2e%2e%2fsecret.eml', 'secret.eml', '1.txt', '1.eml%00'])(
  'nothing outside its folder, nothing that is no mail: %s',
  async (name) => {
    fs.writeFileSync(path.join(folder, '..', 'secret.eml'), 'Subject: secret\r\n\r\nx');
    catchAs('1.txt', 'Subject: secret\r\n\r\nx');
    const missing = await get(`/mails/${name}`);
    expect(missing.status).toBe(404);
    expect(await missing.text()).toContain('There is no such mail');
  },
);
