/** Serves the console as it was built, below `/console/`; until it is, a page says so and looks again by itself. */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Router, type Request, type Response } from 'express';
import type { Deps } from './deps';
import { CLOSED_HEADERS } from './security-headers';

/** The console's own scripts only. Ant Design puts its styles into the page; pictures are chosen files and drawn charts. */
const CONSOLE_HEADERS: { readonly [name: string]: string } = {
  ...CLOSED_HEADERS,
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; " +
    "connect-src 'self'; font-src 'self' data:; manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
};

const TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.webmanifest': 'application/manifest+json',
};

/** The names of built files: nothing that could lead out of the folder. */
const NAME = /^(?:assets\/)?[A-Za-z0-9_-][A-Za-z0-9._-]*$/;
/** Made beside each file by `npm run build`, the smaller one first. */
const ENCODINGS = [
  ['br', '.br'],
  ['gzip', '.gz'],
] as const;
/** Files below assets/ have their content's hash in their name: they never change. */
const FOR_EVER = 'public, max-age=31536000, immutable';

const BEING_BUILT = `<!doctype html>
<html lang="zh-CN">
<head><meta charset="utf-8"><meta http-equiv="refresh" content="3"><title>复工</title></head>
<body><p>控制台正在构建，稍候自动打开。</p><p lang="en">The console is being built; this page opens it by itself.</p></body>
</html>
`;

export function consolePages({ consoleFolder }: Pick<Deps, 'consoleFolder'>): Router {
  const router = Router({ strict: true, caseSensitive: true });
  router.get('/', (_request, response) => response.writeHead(302, { ...CLOSED_HEADERS, Location: '/console/' }).end());
  router.get('/console', (_request, response) =>
    response.writeHead(302, { ...CLOSED_HEADERS, Location: '/console/' }).end(),
  );
  router.get(/^\/console\/(.*)$/, async (request, response) => {
    const name = (request.params as { readonly 0?: string })[0] ?? '';
    const isFile = NAME.test(name) && path.extname(name) in TYPES && name !== 'index.html';
    // Every other address below is one of the console's own pages.
    if (await give(request, response, consoleFolder, isFile ? name : 'index.html')) return;
    if (isFile) response.writeHead(404, CLOSED_HEADERS).end();
    else
      response
        .writeHead(503, { ...CONSOLE_HEADERS, 'Content-Type': TYPES['.html'], 'Retry-After': '3' })
        .end(BEING_BUILT);
  });
  return router;
}

/** False when there is no such file. */
async function give(request: Request, response: Response, folder: string, name: string): Promise<boolean> {
  const accepted = String(request.headers['accept-encoding'] ?? '');
  const choices = [...ENCODINGS.filter(([encoding]) => accepted.includes(encoding)), ['', ''] as const];
  for (const [encoding, suffix] of choices) {
    const file = path.join(folder, name + suffix);
    const size = await stat(file).then(
      (found) => (found.isFile() ? found.size : undefined),
      () => undefined,
    );
    if (size === undefined) continue;
    response.writeHead(200, {
      ...CONSOLE_HEADERS,
      'Content-Type': TYPES[path.extname(name)],
      'Content-Length': size,
      'Cache-Control': name.startsWith('assets/') ? FOR_EVER : 'no-cache',
      Vary: 'Accept-Encoding',
      ...(encoding !== '' && { 'Content-Encoding': encoding }),
    });
    if (request.method === 'HEAD') response.end();
    // Whoever goes away in between has what they wanted.
    else await pipeline(createReadStream(file), response).catch(() => undefined);
    return true;
  }
  return false;
}
