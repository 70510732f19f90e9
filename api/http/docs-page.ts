/** The readable page of the API at `/docs`: Swagger UI from this machine, its start in a file of its own, no inline script. */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Router } from 'express';
import { PAGE_HEADERS } from './security-headers';

const SWAGGER_UI = dirname(require.resolve('swagger-ui-dist/package.json'));

const PAGE = `<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>复工 Fugong API</title>
<link rel="stylesheet" href="/docs/swagger-ui.css">
<link rel="icon" href="/docs/favicon-32x32.png">
</head>
<body>
<div id="docs"></div>
<script src="/docs/swagger-ui-bundle.js"></script>
<script src="/docs/start.js"></script>
</body>
</html>
`;

const START = `window.addEventListener('load', () => {
  SwaggerUIBundle({ url: '/openapi.json', dom_id: '#docs', deepLinking: true, docExpansion: 'none', filter: true });
});
`;

/** Of the package's files those that the page loads. */
const FILES = {
  'swagger-ui.css': 'text/css; charset=utf-8',
  'swagger-ui-bundle.js': 'text/javascript; charset=utf-8',
  'favicon-32x32.png': 'image/png',
} as const;

export function docsPage(): Router {
  const router = Router({ strict: true, caseSensitive: true });
  const give = (path: string, type: string, content: () => Buffer | string) => {
    router.get(path, (_request, response) => {
      const body = Buffer.from(content());
      response.writeHead(200, { ...PAGE_HEADERS, 'Content-Type': type, 'Content-Length': body.length }).end(body);
    });
  };
  give('/', 'text/html; charset=utf-8', () => PAGE);
  give('/start.js', 'text/javascript; charset=utf-8', () => START);
  for (const [name, type] of Object.entries(FILES)) {
    let kept: Buffer | undefined;
    give(`/${name}`, type, () => (kept ??= readFileSync(join(SWAGGER_UI, name))));
  }
  return router;
}
