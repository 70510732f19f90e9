/** Bad input of every sort to every route of the OpenAPI document: a 4xx problem with its place and reason, never a 5xx. */
import http from 'node:http';
import net from 'node:net';
import { routesOf } from '../../api/app';
import { Api, expectProblem, type Answer } from './harness';
import { sample, spoiled, type Schema } from './samples';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

interface Operation {
  readonly security?: readonly unknown[];
  readonly parameters: readonly { readonly name?: string; readonly in?: string; readonly $ref?: string }[];
  readonly requestBody?: { readonly content: { readonly [type: string]: { readonly schema?: Schema } } };
  readonly description?: string;
}
interface Routed extends Operation {
  readonly path: string;
  readonly method: string;
  /** Someone whom the route lets through. */
  readonly as: string;
  readonly body?: Schema;
}

const JSON_TYPE = { 'content-type': 'application/json' };

const PARTS: Record<string, string> = {
  case: '2026-0001',
  seal: '1',
  enterprise: 'e-demo-factory',
  person: `p-${'0'.repeat(32)}`,
  hash: '0'.repeat(64),
  date: '2026-05-01',
  test: 'morning',
  incident: `i-${'0'.repeat(16)}`,
  purchase: `g-${'0'.repeat(16)}`,
  medicine: `m-${'0'.repeat(16)}`,
  hotel: `h-${'0'.repeat(16)}`,
  stay: `stay-${'0'.repeat(16)}`,
  message: `m-${'0'.repeat(16)}`,
  bulletin: `b-${'0'.repeat(16)}`,
  document: `d-${'0'.repeat(32)}`,
  command: '0'.repeat(64),
  code: '0'.repeat(16),
  problem: 'internal',
};

const PEOPLE: Record<string, string> = {
  official: 'official',
  reviewer: 'reviewer-market',
  enterprise: 'enterprise-factory',
  liaison: 'liaison-1',
  operator: 'operator',
  storekeeper: 'storekeeper',
  volunteer: 'volunteer',
  health: 'health',
};

async function operations(): Promise<Routed[]> {
  const { body } = await api.send('/openapi.json');
  const paths = body.paths as Record<string, Record<string, Operation>>;
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const role = /Roles 身份: (\w+)/.exec(operation.description ?? '')?.[1] ?? 'official';
      const schema = operation.requestBody?.content['application/json']?.schema;
      return {
        ...operation,
        path: path.replace(/\{(\w+)\}/g, (_whole, name: string) => PARTS[name] ?? name),
        method,
        as: PEOPLE[role] ?? 'official',
        ...(schema && { body: schema }),
      };
    }),
  );
}

function expectRefused(answer: Answer, what: string): void {
  const refused = answer.status >= 400 && answer.status < 500 && answer.type.startsWith('application/problem+json');
  if (!refused) throw new Error(`${what}: ${answer.status} ${answer.text.slice(0, 300)}`);
}

const withBodies = async () => (await operations()).filter((one) => one.body);

test('every place of every body, spoiled in every way, is named with a reason', async () => {
  let tried = 0;
  for (const { path, as, body = {} } of await withBodies()) {
    for (const { what, pointer, body: json } of spoiled(body)) {
      const text = JSON.stringify(json);
      const answer = await api.send(path, { as, raw: text, headers: { 'content-type': 'application/json' } });
      expectRefused(answer, `${path} with ${what} at ${pointer}`);
      tried += 1;
      if (answer.status === 413) continue;
      const mistakes = answer.body.errors as { pointer: string; reason: string }[] | undefined;
      const place = mistakes?.find((one) => one.pointer.startsWith(pointer) || pointer.startsWith(one.pointer));
      if (!place?.reason) throw new Error(`${path} with ${what} at ${pointer}: ${answer.text}`);
    }
  }
  expect(tried).toBeGreaterThan(1000);
});

test('what is no JSON object in UTF-8 is refused before anything is looked at', async () => {
  const type = { 'content-type': 'application/json' };
  const wrongs: [string | Uint8Array, Record<string, string>, number][] = [
    ['{', type, 400],
    ['{"a":1}}', type, 400],
    ["{'a':1}", type, 400],
    ['NaN', type, 400],
    [Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]), type, 400],
    ['{}', { 'content-type': 'text/plain' }, 415],
    ['a=1', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ['{}', { 'content-type': 'application/json; charset=gbk' }, 415],
    ['{}', { ...type, 'content-encoding': 'gzip' }, 415],
    [`{"a":"${'x'.repeat(1024 * 1024)}"}`, type, 413],
    ['[[[['.repeat(20_000) + ']]]]'.repeat(20_000), type, 422],
    [`${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`, type, 422],
  ];
  for (const { path, as } of await withBodies()) {
    for (const [raw, headers, status] of wrongs) {
      const answer = await api.send(path, { as, raw, headers });
      expectRefused(answer, path);
      expect([path, raw.slice(0, 20), answer.status]).toEqual([path, raw.slice(0, 20), status]);
    }
  }
});

test('a body over the limit that announces no length is refused while it comes', async () => {
  let sent = 0;
  const endless = new ReadableStream({
    pull(controller) {
      sent += 1;
      if (sent > 40) return controller.close();
      controller.enqueue(Buffer.alloc(64 * 1024, 0x20));
    },
  });
  const headers = { 'content-type': 'application/json' };
  expectProblem(await api.send('/enterprises', { as: 'official', raw: endless, headers }), 413, 'too-large');
});

test('the wrong role is told so, with the roles that may', async () => {
  const answer = await api.send('/reopenings', { as: 'volunteer', json: { enterprise: 'e-1' } });
  expectProblem(answer, 403, 'forbidden');
  expect(answer.body.about).toEqual({ role: 'volunteer', permitted: ['official'] });
  for (const { path, body = {}, description } of await withBodies()) {
    const permitted = /Roles 身份: (.*)/.exec(description ?? '')?.[1];
    if (permitted === undefined || permitted.includes('volunteer')) continue;
    expectProblem(await api.send(path, { as: 'volunteer', json: sample(body) }), 403, 'forbidden');
  }
});

test('no route but health, documentation, sign-in, the verification of a paper and seals is open', async () => {
  const open: string[] = [];
  for (const { path, method, body } of await operations()) {
    const answer = await api.send(path, { method: method.toUpperCase(), ...(body && { json: sample(body) }) });
    if (answer.status !== 401) open.push(`${method} ${path}`);
    else if (path !== '/sign-in') expectProblem(answer, 401, 'unauthenticated');
  }
  expect(open.sort()).toEqual([
    'get /healthz',
    'get /openapi.json',
    'get /problems',
    'get /problems/internal',
    'get /readyz',
    'get /seals',
    'get /seals/1',
    // Whoever holds a printed form; without its code nothing is told.
    `get /verify/2026-0001/${'0'.repeat(16)}`,
  ]);
});

test('no route takes a parameter that it does not know, one given twice, or one without a value', async () => {
  const routes = await operations();
  expect(routes.length).toBe(routesOf(api.deps).length);
  for (const { path, method, as, parameters } of routes) {
    const known = parameters.filter((one) => one.in === 'query').map((one) => one.name ?? '');
    const ask = (query: string) =>
      api.send(`${path}?${query}`, { as, ...(method === 'post' && { raw: '{}', headers: JSON_TYPE }) });
    // `day` is what the page of figures was asked with, and it showed all days.
    for (const name of ['unknown', 'day', '__proto__', 'toString'].filter((one) => !known.includes(one))) {
      const answer = await ask(`${name}=1`);
      expectProblem(answer, 400, 'invalid-query');
      expect([path, answer.body.about]).toEqual([path, { unknown: [name], known }]);
      expect(answer.body.errors).toEqual([{ pointer: name, reason: expect.stringMatching(/unknown|not a known/i) }]);
    }
    for (const name of known) {
      for (const query of [`${name}=`, name, `${name}=%20`, `${name}=1&${name}=1`]) {
        const answer = await ask(query);
        expectProblem(answer, 400, 'invalid-query');
        expect([path, query, answer.body.errors[0].pointer]).toEqual([path, query, name]);
      }
    }
    expectProblem(await ask('%E0%A4%A'), 400, 'malformed-address');
  }
});

test('the console and the readable pages do not mind what others add to their addresses', async () => {
  for (const path of ['/docs/', '/docs/start.js', '/console/', '/console/cases/2026-0001']) {
    expect([path, (await api.send(`${path}?from=timeline`)).type]).toEqual([path, (await api.send(path)).type]);
  }
});

test('bad queries are refused by name', async () => {
  for (const { path, method, as, security, parameters } of await operations()) {
    const named = parameters.filter((one) => one.in === 'query').map((one) => one.name ?? '');
    if (method !== 'get' || named.length === 0) continue;
    // Of what is open only the list of seals has pages.
    expect([path, security]).toEqual([path, path === '/seals' ? [] : undefined]);
    const wrong = [
      'unknown=1',
      `${named[0]}=%00`,
      `${named[0]}=1&${named[0]}=2`,
      'limit=0',
      'limit=201',
      'limit=x',
      '__proto__=1',
    ];
    for (const query of named.includes('limit') ? wrong : wrong.slice(0, 3)) {
      const answer = await api.send(`${path}?${query}`, { as });
      expectRefused(answer, `${path}?${query}`);
      expect(answer.body.errors?.[0]?.reason).toBeTruthy();
    }
    expectProblem(await api.send(`${path}?q=%E0%A4%A`, { as }), 400, 'malformed-address');
    if (named.includes('cursor')) {
      for (const cursor of [
        'x',
        'W10',
        Buffer.from('["\u0000"]').toString('base64url'),
        Buffer.from('{}').toString('base64url'),
      ]) {
        const answer = await api.send(`${path}?cursor=${cursor}`, { as });
        // Of a case that is not there, that is said first.
        if (![200, 404].includes(answer.status)) expectProblem(answer, 400, 'invalid-query');
      }
    }
  }
});

test.each([
  ['', 'invalid-header'],
  ['x'.repeat(201), 'invalid-header'],
  ['a b', 'invalid-header'],
])('an Idempotency-Key of %j is refused', async (key, code) => {
  const json = { enterprise: 'e-demo-factory' };
  expectProblem(
    await api.send('/reopenings', { as: 'official', json, headers: { 'idempotency-key': key } }),
    400,
    code,
  );
});

test.each(['', 'x', '2026-0001', '2026-0001@', '@1', '2026-0001@-1', 'a@1,b', 'a@1;b@2', `${'a@1,'.repeat(10)}a@1`])(
  'a Fugong-After of %j is refused',
  async (mark) => {
    const answer = await api.send('/reopenings', { as: 'official', headers: { 'fugong-after': mark } });
    expectProblem(answer, 400, 'invalid-header');
  },
);

test('what is not there, and what is there for another method', async () => {
  for (const path of ['/nothing', '/reopenings/', '/Reopenings', '/reopenings/2026-0001/nothing', '/commands']) {
    expectProblem(await api.send(path, { as: 'official' }), 404, 'unknown-address');
  }
  for (const path of ['/reopenings/x', '/reopenings/2026-0001%00', '/reopenings/..%2f..', '/reopenings/2026-9999']) {
    expectProblem(await api.send(path, { as: 'official' }), 404, 'unknown-case');
  }
  expectProblem(await api.send('/reopenings/%E0%A4%A', { as: 'official' }), 400, 'malformed-address');
  for (const { path } of await operations()) {
    for (const method of ['PUT', 'DELETE', 'PATCH', 'OPTIONS']) {
      const answer = await api.send(path, { as: 'official', method });
      expectProblem(answer, 405, 'method-not-allowed');
      expect(answer.headers.get('allow')).toMatch(/GET|POST/);
    }
  }
});

test('headers that are too large, and what is no HTTP, get a problem as well', async () => {
  const large = await new Promise<http.IncomingMessage>((resolve, reject) => {
    http.get({ port: api.port, path: '/me', headers: { 'x-large': 'x'.repeat(20_000) } }, resolve).on('error', reject);
  });
  expect([large.statusCode, large.headers['content-type']]).toEqual([431, 'application/problem+json; charset=utf-8']);
  large.destroy();
  const answered = await new Promise<string>((resolve) => {
    let text = '';
    const socket = net.connect(api.port, '127.0.0.1', () => socket.write('HELLO\r\n\r\n'));
    socket.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    socket.on('close', () => resolve(text));
  });
  expect(answered).toMatch(/^HTTP\/1\.1 400 /);
  expect(answered).toContain('"malformed-request"');
});

test('answers carry no word of what serves them, and nothing that a browser could misuse', async () => {
  for (const path of ['/me', '/nothing', '/healthz']) {
    const { headers } = await api.send(path, { as: 'official' });
    expect(headers.get('x-powered-by')).toBeNull();
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('cache-control')).toBe('no-store');
  }
});
