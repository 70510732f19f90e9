/** The console is served as it was built: pages, files that never change, compressed, closed to everything else; and said when it is not there. */
import { mkdirSync, writeFileSync } from 'node:fs';
import http from 'node:http';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Api } from './harness';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

interface Got {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly text: string;
}

/** The address as it is: fetch would mend it. */
function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Got> {
  return new Promise((resolve, reject) => {
    const asked = http.request({ port: api.port, host: '127.0.0.1', path, headers, method }, (answer) => {
      const pieces: Buffer[] = [];
      answer.on('data', (piece: Buffer) => pieces.push(piece));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 0, headers: answer.headers, text: Buffer.concat(pieces).toString() }),
      );
    });
    asked.once('error', reject).end();
  });
}

test('before it is built a page says so and looks again', async () => {
  const { status, headers, text } = await get('/console/');
  expect(status).toBe(503);
  expect(headers['retry-after']).toBe('3');
  expect(text).toContain('控制台正在构建');
  expect(text).toContain('http-equiv="refresh"');
});

describe('when it is built', () => {
  const script = 'console.log("复工")';
  beforeAll(() => {
    const folder = api.deps.consoleFolder;
    mkdirSync(join(folder, 'assets'), { recursive: true });
    writeFileSync(join(folder, 'index.html'), '<!doctype html><title>复工</title>');
    writeFileSync(join(folder, 'assets/index-abc.js'), script);
    writeFileSync(join(folder, 'assets/index-abc.js.gz'), gzipSync(script));
    writeFileSync(join(folder, '..', 'secret.js'), 'secret');
  });

  test.each(['/', '/console'])('%s leads to it', async (path) => {
    const { status, headers } = await get(path);
    expect([status, headers['location']]).toEqual([302, '/console/']);
  });

  test.each(['/console/', '/console/cases/2026-0001', '/console/cases/2026-0001?tab=ledger', '/console/index.html'])(
    '%s is one of its pages, looked up anew each time, with a strict policy',
    async (path) => {
      const { status, headers, text } = await get(path);
      expect([status, headers['cache-control']]).toEqual([200, 'no-cache']);
      expect(text).toContain('<title>复工</title>');
      expect(headers['content-security-policy']).toContain("script-src 'self';");
      expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
    },
  );

  test('files with a hash in their name are kept for ever, and sent compressed to whoever can read it', async () => {
    const plain = await get('/console/assets/index-abc.js');
    expect([plain.status, plain.headers['content-encoding'], plain.text]).toEqual([200, undefined, script]);
    expect(plain.headers['cache-control']).toContain('immutable');
    const small = await get('/console/assets/index-abc.js', { 'accept-encoding': 'gzip, br' });
    expect([small.status, small.headers['content-encoding'], small.headers['vary']]).toEqual([
      200,
      'gzip',
      'Accept-Encoding',
    ]);
    const head = await get('/console/assets/index-abc.js', {}, 'HEAD');
    expect([head.status, head.headers['content-length'], head.text]).toEqual([200, String(script.length + 4), '']);
  });

  test.each(['/console/../secret.js', '/console/%2e%2e/secret.js', '/console/assets/..%2f..%2fsecret.js'])(
    '%s leads nowhere outside',
    async (path) => {
      const { text } = await get(path);
      expect(text).not.toContain('secret');
    },
  );

  test('a file that is not there is 404, not a page', async () => {
    expect((await get('/console/assets/gone-abc.js')).status).toBe(404);
  });
});
