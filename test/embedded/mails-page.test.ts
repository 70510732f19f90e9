/** The catcher's mails in a browser: listed newest first, shown without doing anything, their attachments whole. */
import fs from 'node:fs';
import path from 'node:path';
import { createTransport } from 'nodemailer';
import { startFakes, type Fakes } from '../../config/embedded/fakes/server';
import { cleanUp, temporaryFolder } from './stub';

let fakes: Fakes;
const folder = temporaryFolder();
const XLSX = Buffer.from([0x50, 0x4b, 0x03, 0x04, 0, 255]);

async function mail(name: string, subject: string, html: string): Promise<void> {
  const transport = createTransport({ streamTransport: true, buffer: true });
  const { message } = await transport.sendMail({
    ...{ from: 'a@town.example', to: 'b@town.example', subject, html, text: '正文 <b>' },
    attachments: [{ filename: '每日简报.xlsx', content: XLSX }],
  });
  fs.writeFileSync(path.join(folder, name), message as Buffer);
}

beforeAll(async () => {
  await mail('2026-05-01T00-1-1.eml', '【待办】较早', '<p>早</p>');
  await mail('2026-05-02T00-1-2.eml', '<script>alert(1)</script>', '<script>alert(2)</script><p>晚</p>');
  const officialAccount = { appId: 'a', secret: 's', mayPublish: false };
  fakes = await startFakes({ port: 0, wecomKeys: [], officialAccount, mailsIn: folder });
});
afterAll(async () => {
  await fakes.close();
  cleanUp();
});

const get = (address: string) => fetch(fakes.url + address);

test('lists them newest first, with nothing of them taken for markup', async () => {
  const page = await (await get('/mails')).text();
  expect(page.indexOf('alert(1)')).toBeLessThan(page.indexOf('较早'));
  expect(page).not.toContain('<script');
  expect(page).toContain('Mails (2)');
  expect(await (await get('/')).text()).toContain('href="/mails"');
});

test('shows one with its words, and its HTML in a frame that can do nothing', async () => {
  const page = await get('/mails/2026-05-02T00-1-2.eml');
  const shown = await page.text();
  expect(shown).toContain('正文 &lt;b&gt;');
  expect(shown).toContain('<iframe sandbox');
  expect(shown).not.toContain('<script');
  const framed = await get('/mails/2026-05-02T00-1-2.eml/html');
  expect(framed.headers.get('content-security-policy')).toMatch(/^sandbox; default-src 'none'/);
  expect(await framed.text()).toContain('<p>晚</p>');
});

test('gives attachments back whole, as files', async () => {
  const file = await get('/mails/2026-05-01T00-1-1.eml/attachments/0');
  expect(file.headers.get('content-disposition')).toBe(
    `attachment; filename*=UTF-8''${encodeURIComponent('每日简报.xlsx')}`,
  );
  expect(Buffer.from(await file.arrayBuffer())).toEqual(XLSX);
  expect((await get('/mails/2026-05-01T00-1-1.eml/attachments/1')).status).toBe(404);
});

test('knows nothing outside its folder', async () => {
  for (const name of ['none.eml', '..%2F..%2Fetc%2Fpasswd', '%2e%2e.eml', 'x.txt']) {
    expect((await get(`/mails/${name}`)).status).toBe(404);
  }
});
