/** Every write outside a case, sent ten times at once: under keys of their own and under one key, it never ends in a 5xx, and one key has one answer. */
import { routesOf } from '../../api/app';
import { Rosters, some, someone } from './employees';
import type { Answer } from './harness';

const TIMES = 10;
const ENTERPRISE = 'e-demo-factory';
const OWNER = 'enterprise-factory';
/** In this harness Temporal is away: what is started there after its transaction may say so, and nothing else. */
const STARTS = ['/reopenings', '/daily-summary', '/bulletins/{bulletin}/publish'];
/** Not acts that people send twice: signing in and out, and bytes of files. */
const OTHERS = ['/sign-in', '/sign-out', '/documents'];

interface Write {
  readonly path: string;
  readonly as: string;
  /** The n-th of those that are sent at once. */
  readonly body: (n: number) => object;
}

let rosters: Rosters;
beforeAll(async () => {
  rosters = await Rosters.start();
});
afterAll(() => rosters.api.stop());

async function made(path: string, as: string, json: object, key?: string): Promise<string> {
  const answer = await rosters.post(path, json, { as, ...(key !== undefined && { key }) });
  if (answer.status !== 201 && answer.status !== 200) throw new Error(`${path}: ${answer.status} ${answer.text}`);
  return answer.body.id as string;
}
const person = async (over: object = {}) => (await rosters.imported([someone(over)]))[0] ?? '';
/** The second half the other way round: locks that are taken in the order of the lines would close a circle. */
const turned = <T>(list: readonly T[], n: number): readonly T[] => (n % 2 === 0 ? list : [...list].reverse());

async function hotel(rooms: number): Promise<string> {
  const id = await made('/hotels', 'official', { name: '演示宾馆', address: '演示路 1 号', village: 'beixing' });
  const list = Array.from({ length: rooms }, (_, n) => ({ number: String(101 + n), capacity: 2 }));
  if (rooms > 0) await rosters.post(`/hotels/${id}/rooms`, { rooms: list }, { as: 'official' });
  return `/hotels/${id}`;
}
async function stay(): Promise<string> {
  const id = await person({ loop: 'lodging' });
  const at = await hotel(1);
  const body = { enterprise: ENTERPRISE, from: '2026-05-10', people: [id] };
  expect((await rosters.post(`${at}/assign`, body, { as: 'official' })).status).toBe(200);
  const { body: found } = await rosters.api.send(`/enterprises/${ENTERPRISE}/lodging`, { as: 'official' });
  return (found.items as { id: string; person: string }[]).find((one) => one.person === id)?.id ?? '';
}
const LINES = [
  { item: 1, quantity: 3 },
  { item: 2, quantity: 4 },
];
type Stage = 'open' | 'ordered' | 'closed' | 'handed-out';
async function purchase(until: Stage): Promise<string> {
  const items = [
    { name: '蔬菜包', unit: '份' },
    { name: '大米', unit: '袋' },
  ];
  const cutOff = new Date(Date.now() + 86_400_000).toISOString();
  const at = `/group-purchases/${await made('/group-purchases', 'official', { title: '演示集采', cutOff, items })}`;
  if (until === 'open') return at;
  await made(`${at}/order`, OWNER, { lines: LINES });
  if (until === 'ordered') return at;
  await made(`${at}/close`, 'official', {});
  if (until === 'handed-out') await made(`${at}/distribute`, 'official', { enterprise: ENTERPRISE, lines: LINES });
  return at;
}
async function medicine(assigned: boolean): Promise<string> {
  const chronic = await person({ chronic: true });
  const at = `/medicine-orders/${await made('/medicine-orders', OWNER, { person: chronic, medicine: '药', quantity: '一盒' })}`;
  if (assigned) await made(`${at}/assign`, 'official', { volunteer: 'a-demo-volunteer' });
  return at;
}
const DRAFT = { kind: 'work-tip', title: '闭环管理', body: '两点一线', channels: ['console'] };
async function bulletin(state: 'draft' | 'published'): Promise<string> {
  const id = await made('/bulletins', 'official', DRAFT);
  if (state === 'published') {
    const sql = `UPDATE bulletins SET state = 'published', publish_at = now(), published_at = now() WHERE id = $1`;
    await rosters.api.database.pool.query(sql, [id]);
  }
  return `/bulletins/${id}`;
}
let messages = 0;
async function message(state: string): Promise<string> {
  const id = `m-${String((messages += 1)).padStart(16, '0')}`;
  const sql = 'INSERT INTO messages (id, channel, destination, state) VALUES ($1, $2, $3, $4)';
  await rosters.api.database.pool.query(sql, [id, 'wecom', 'task-force', state]);
  return `/outbox/${id}`;
}
const contact = (n: number) => ({ duty: `值班${n}`, name: `演示人员${n}`, phone: '19900000000' });
const goods = ['medical-mask', 'gloves', 'disinfectant'];
const DAYS = { from: '2026-05-02', to: '2026-05-03' };
const ROSTER = `/enterprises/${ENTERPRISE}`;

/** By the route as it is described; each call makes something new that the write is about. */
const WRITES: { readonly [path: string]: () => Promise<Write> | Write } = {
  '/enterprises': () => ({
    path: '/enterprises',
    as: 'official',
    body: () => ({ name: '某厂', uscc: '91350200MA2YJ1XR9G', kind: 'factory', village: 'beixing', confirmUscc: true }),
  }),
  '/enterprises/{enterprise}/roster/import': () => {
    const rows = some(8);
    const body = (n: number) => ({ rows: turned(rows, n) });
    return { path: `${ROSTER}/roster/import`, as: OWNER, body };
  },
  '/enterprises/{enterprise}/roster/leave': async () => {
    const people = await rosters.imported(some(3));
    const body = (n: number) => ({ people: turned(people, n), on: '2026-05-20' });
    return { path: `${ROSTER}/roster/leave`, as: OWNER, body };
  },
  '/enterprises/{enterprise}/roster/absence': async () => {
    const body = { person: await person(), ...DAYS, reason: 'leave' };
    return { path: `${ROSTER}/roster/absence`, as: OWNER, body: () => body };
  },
  '/enterprises/{enterprise}/roster/exempt': async () => {
    // Two days ahead by any clock: an exemption is for days to come.
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    const body = { person: await person(), from: day, to: day, reason: 'medical' };
    return { path: `${ROSTER}/roster/exempt`, as: 'reviewer-epidemic-control', body: () => body };
  },
  '/enterprises/{enterprise}/roster/change': async () => {
    const id = await person();
    return { path: `${ROSTER}/roster/change`, as: OWNER, body: (n) => ({ person: id, team: `${n}班` }) };
  },
  '/people/{person}/reveal': async () => {
    const path = `/people/${await person()}/reveal`;
    return { path, as: OWNER, body: () => ({ field: 'phone', purpose: 'contact' }) };
  },
  '/people/{person}/erase': async () => ({
    path: `/people/${await person()}/erase`,
    as: 'official',
    body: () => ({}),
  }),
  '/enterprises/{enterprise}/emergency-contacts': () => ({
    path: `${ROSTER}/emergency-contacts`,
    as: OWNER,
    body: (n) => ({ contacts: [contact(n), contact(n + 1)] }),
  }),
  '/enterprises/{enterprise}/emergency-contacts/reveal': () => ({
    path: `${ROSTER}/emergency-contacts/reveal`,
    as: OWNER,
    body: () => ({ purpose: 'drill' }),
  }),
  '/reopenings': () => ({ path: '/reopenings', as: 'official', body: () => ({ enterprise: ENTERPRISE }) }),
  '/stock/receipts': () => ({
    path: '/stock/receipts',
    as: 'storekeeper',
    body: (n) => ({ source: 'purchase', lines: turned(goods, n).map((item) => ({ item, quantity: 5 })) }),
  }),
  '/stock/stock-takes': () => ({
    path: '/stock/stock-takes',
    as: 'storekeeper',
    body: (n) => ({ reason: 'routine', lines: turned(goods, n).map((item) => ({ item, counted: n })) }),
  }),
  '/group-purchases': () => ({
    path: '/group-purchases',
    as: 'official',
    body: () => ({ title: '演示', cutOff: '2099-01-01T00:00:00Z', items: [{ name: '米', unit: '袋' }] }),
  }),
  '/group-purchases/{purchase}/order': async () => {
    const path = `${await purchase('open')}/order`;
    return { path, as: OWNER, body: (n) => ({ lines: turned(LINES, n) }) };
  },
  '/group-purchases/{purchase}/close': async () => ({
    path: `${await purchase('ordered')}/close`,
    as: 'official',
    body: () => ({}),
  }),
  '/group-purchases/{purchase}/distribute': async () => {
    const path = `${await purchase('closed')}/distribute`;
    return { path, as: 'official', body: (n) => ({ enterprise: ENTERPRISE, lines: turned(LINES, n) }) };
  },
  '/group-purchases/{purchase}/receive': async () => {
    const path = `${await purchase('handed-out')}/receive`;
    return { path, as: OWNER, body: (n) => ({ lines: turned(LINES, n) }) };
  },
  '/medicine-orders': async () => {
    const body = { person: await person({ chronic: true }), medicine: '药', quantity: '一盒' };
    return { path: '/medicine-orders', as: OWNER, body: () => body };
  },
  '/medicine-orders/{medicine}/assign': async () => {
    const path = `${await medicine(false)}/assign`;
    return { path, as: 'official', body: () => ({ volunteer: 'a-demo-volunteer' }) };
  },
  '/medicine-orders/{medicine}/step': async () => {
    const path = `${await medicine(true)}/step`;
    return { path, as: 'volunteer', body: () => ({ step: 'bought' }) };
  },
  '/hotels': () => ({
    path: '/hotels',
    as: 'official',
    body: () => ({ name: '演示宾馆', address: '演示路 1 号', village: 'beixing' }),
  }),
  '/hotels/{hotel}/rooms': async () => {
    const rooms = Array.from({ length: 30 }, (_, n) => ({ number: String(201 + n), capacity: 2 }));
    const path = `${await hotel(0)}/rooms`;
    return { path, as: 'official', body: (n) => ({ rooms: turned(rooms, n) }) };
  },
  '/hotels/{hotel}/assign': async () => {
    const people = await rosters.imported(some(3, { loop: 'lodging' }));
    const path = `${await hotel(3)}/assign`;
    const body = (n: number) => ({ enterprise: ENTERPRISE, from: '2026-05-10', people: turned(people, n) });
    return { path, as: 'official', body };
  },
  '/stays/{stay}/end': async () => {
    const path = `/stays/${await stay()}/end`;
    return { path, as: 'official', body: () => ({ on: '2026-05-12' }) };
  },
  '/my/notices/read': () => ({
    path: '/my/notices/read',
    as: OWNER,
    body: () => ({ notices: ['m-0000000000000001'] }),
  }),
  '/my/preferences': () => ({
    path: '/my/preferences',
    as: OWNER,
    body: (n) => ({ channels: ['email'], digest: n % 2 === 0, language: 'zh' }),
  }),
  '/outbox/{message}/resend': async () => ({
    path: `${await message('dead')}/resend`,
    as: 'operator',
    body: () => ({}),
  }),
  '/outbox/{message}/posted': async () => ({
    path: `${await message('by-hand')}/posted`,
    as: 'operator',
    body: () => ({}),
  }),
  '/outbox/{message}/close': async () => ({
    path: `${await message('dead')}/close`,
    as: 'operator',
    body: () => ({}),
  }),
  '/bulletins': async () => {
    const upload = async () => {
      const headers = { 'content-type': 'text/plain' };
      const sent = await rosters.api.send('/documents?name=x.txt', { as: 'official', raw: 'x', headers });
      return sent.body.id as string;
    };
    const attachments = await Promise.all([upload(), upload(), upload()]);
    return { path: '/bulletins', as: 'official', body: (n) => ({ ...DRAFT, attachments: turned(attachments, n) }) };
  },
  '/bulletins/{bulletin}/publish': async () => ({
    path: `${await bulletin('draft')}/publish`,
    as: 'official',
    body: () => ({}),
  }),
  '/bulletins/{bulletin}/urge': async () => ({
    path: `${await bulletin('published')}/urge`,
    as: 'official',
    body: () => ({}),
  }),
  '/bulletins/{bulletin}/withdraw': async () => ({
    path: `${await bulletin('published')}/withdraw`,
    as: 'official',
    body: () => ({ reason: '有误' }),
  }),
  '/bulletins/{bulletin}/read': async () => ({
    path: `${await bulletin('published')}/read`,
    as: 'official',
    body: () => ({}),
  }),
  '/daily-summary': () => ({ path: '/daily-summary', as: 'official', body: () => ({}) }),
};

/** Of ten at once: what each was told. A 5xx is a failure, but for a Temporal that is away. */
async function atOnce(route: string, { path, as, body }: Write, keyOf: (n: number) => string): Promise<Answer[]> {
  const answers = await Promise.all(
    Array.from({ length: TIMES }, (_, n) => rosters.post(path, body(n), { as, key: keyOf(n) })),
  );
  for (const { status, body: told, text } of answers) {
    const started = STARTS.includes(route) && told.code === 'temporal-unavailable';
    if (status >= 500 && !started) throw new Error(`${route}: ${status} ${text}`);
  }
  return answers;
}

test('every write outside a case is tried', () => {
  const writes = routesOf(rosters.api.deps).filter(
    ({ method, path }) => method === 'post' && !path.startsWith('/reopenings/{case}/') && !OTHERS.includes(path),
  );
  expect(writes.map(({ path }) => path).sort()).toEqual(Object.keys(WRITES).sort());
});

test.each(Object.keys(WRITES))('%s, ten times at once', async (route) => {
  const make = async () => (await WRITES[route]?.()) as Write;
  const own = await atOnce(route, await make(), (n) => `own-${n}-${route}`);
  const taken = own.filter(({ status }) => status < 400);
  if (!STARTS.includes(route) && taken.length === 0) throw new Error(`nobody got through: ${own[0]?.text}`);

  const write = await make();
  const same = await atOnce(route, { ...write, body: () => write.body(0) }, () => `same-${route}`);
  if (STARTS.includes(route)) return;
  const { idempotent = false } =
    routesOf(rosters.api.deps).find((one) => one.method === 'post' && one.path === route) ?? {};
  if (!idempotent) return;
  // One act: whoever sent it first, all are told what came of it.
  const [first] = same;
  for (const { status, body } of same) expect([status, body]).toEqual([first?.status, first?.body]);
});

test('enterprises that import the same people at once, each in another order: one of them has them', async () => {
  const rows = some(40);
  const answers = await Promise.all(
    Array.from({ length: TIMES }, (_, n) => {
      const at = `/enterprises/${n % 2 === 0 ? ENTERPRISE : 'e-demo-supermarket'}/roster`;
      return rosters.imports({ rows: turned(rows, n) }, { at, as: 'official' });
    }),
  );
  const told = answers.map(({ status, body }) => `${status} ${String(body.code)}`);
  expect([...new Set(told)].sort()).toEqual(['200 undefined', '422 table-invalid']);
});

test('of twenty lists of contacts that come at once the last one stands whole, and each has its line in the ledger', async () => {
  const before = (await rosters.entries()).filter(({ type }) => type === 'emergency-contacts-set').length;
  const sent = (n: number) => ({ contacts: Array.from({ length: 5 }, () => contact(n)) });
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, n) => rosters.post(`${ROSTER}/emergency-contacts`, sent(n), { key: `list-${n}` })),
  );
  expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
  const { body } = await rosters.api.send(`${ROSTER}/emergency-contacts`, { as: OWNER });
  const contacts = body.contacts as { duty: string }[];
  expect([contacts.length, new Set(contacts.map(({ duty }) => duty)).size]).toEqual([5, 1]);
  const after = (await rosters.entries()).filter(({ type }) => type === 'emergency-contacts-set').length;
  expect(after - before).toBe(20);
});
