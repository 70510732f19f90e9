/** The OpenAPI document is whole: every command has its route, Update, schema, permission and refusals; every reference resolves. */
import { request } from 'node:http';
import { COMMAND_BODIES } from '../../contracts/case/commands';
import { routeOf } from '../../contracts/case/routes';
import { COMMAND_NAMES } from '../../contracts/words/glossary';
import { PROBLEMS } from '../../contracts/words/problems';
import { ACTS } from '../../domain/case/acts';
import { REJECTIONS } from '../../domain/ledger/rejection';
import { COMMAND_TYPES } from '../../domain/case/acts';
import { commandUpdates } from '../../workflows/reopening/messages';
import { Api } from './harness';

let api: Api;
interface Operation {
  operationId: string;
  summary: string;
  parameters: { $ref?: string; name?: string; in?: string }[];
  requestBody?: { content: Record<string, { schema?: { additionalProperties?: unknown }; example?: unknown }> };
  responses: Record<string, { description: string; content?: Record<string, unknown> }>;
  description?: string;
}
let document: { openapi: string; paths: Record<string, Record<string, Operation>>; components: object };
beforeAll(async () => {
  api = await Api.start();
  document = (await api.send('/openapi.json')).body as typeof document;
});
afterAll(() => api.stop());

test.each(COMMAND_TYPES)('%s has a route, an Update, a schema, roles, words and every refusal of the rules', (type) => {
  const operation = document.paths[`/reopenings/{case}/${routeOf(type)}`]?.['post'];
  expect(commandUpdates[type].name).toBe(type);
  expect(COMMAND_BODIES[type]).toBeDefined();
  expect(operation?.summary).toContain(COMMAND_NAMES[type]);
  expect(operation?.description).toContain(ACTS[type].by.join(', '));
  expect(operation?.requestBody?.content['application/json']?.schema?.additionalProperties).toBe(false);
  const described = Object.values(operation?.responses ?? {}).map((one) => one.description);
  for (const code of Object.keys(REJECTIONS)) expect(described.join()).toContain(`\`${code}\``);
  for (const status of ['200', '202', '401', '403', '404', '409', '413', '415', '422', '503']) {
    expect(operation?.responses).toHaveProperty(status);
  }
});

test('no two commands share an address', () => {
  expect(new Set(COMMAND_TYPES.map(routeOf)).size).toBe(COMMAND_TYPES.length);
});

test('every operation has its own id, a summary in both languages, and answers', () => {
  const operations = Object.values(document.paths).flatMap((methods) => Object.values(methods));
  const ids = operations.map((one) => one.operationId);
  expect(new Set(ids).size).toBe(ids.length);
  for (const { operationId, summary, responses } of operations) {
    expect(operationId).toMatch(/^[a-zA-Z]+$/);
    expect(summary).toMatch(/\p{Script=Han}.*[A-Za-z]/u);
    expect(Object.keys(responses).some((status) => status.startsWith('2'))).toBe(true);
  }
});

test('every reference resolves', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map((found) => found[1] ?? '');
  expect(references.length).toBeGreaterThan(50);
  for (const reference of new Set(references)) {
    const found = reference.split('/').reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], document);
    expect([reference, found]).not.toEqual([reference, undefined]);
  }
});

test('the words that mark what must not travel are plain text in the document', () => {
  const approve = document.paths['/reopenings/{case}/veto']?.['post']?.requestBody?.content['application/json']?.schema;
  expect(approve).toMatchObject({
    properties: { opinion: { type: 'string', maxLength: 4000, description: 'Opinion 意见' } },
    required: ['department', 'round'],
  });
});

test('every problem explains itself at the address that it names as its type', async () => {
  for (const code of Object.keys(PROBLEMS)) {
    const { status, body } = await api.send(`/problems/${code}`);
    expect([status, body.code]).toEqual([200, code]);
  }
  expect((await api.send('/problems')).body.items).toHaveLength(Object.keys(PROBLEMS).length);
  expect((await api.send('/problems/toString')).status).toBe(404);
  expect((await api.send('/problems/no-such-code')).status).toBe(404);
});

test('the readable page loads from this machine alone and runs no script of its own', async () => {
  for (const path of ['/docs', '/docs/']) {
    const page = await api.send(path);
    expect(page.status).toBe(200);
    const policy = page.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("script-src 'self'");
    expect(/script-src[^;]*unsafe/.test(policy)).toBe(false);
    expect(page.text).not.toMatch(/<script(?![^>]* src=)[^>]*>/);
    const loaded = [...page.text.matchAll(/(?:src|href)="([^"]+)"/g)].map((found) => found[1] ?? '');
    expect(loaded.length).toBeGreaterThan(3);
    for (const asset of loaded) {
      expect(asset).toMatch(/^\/docs\//);
      expect((await api.send(asset)).status).toBe(200);
    }
  }
});

test('HEAD is answered like GET, without a body', async () => {
  const status = await new Promise((resolve, reject) => {
    request({ port: api.port, method: 'HEAD', path: '/healthz' }, (response) => resolve(response.statusCode))
      .on('error', reject)
      .end();
  });
  expect(status).toBe(200);
});
