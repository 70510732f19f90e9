/** Open pages are told when something has changed, at most once a second, and never what; they outlive PostgreSQL's connections. */
import { expectProblem, Api } from './harness';
import { expectWithin } from '../support/pace';
import { eventually } from '../support/temporal';
import { statusOf } from '../support/status';
import { createRecorder } from '../../db/case/recorder';
import { Recording } from '../support/recording';

let api: Api;
beforeAll(async () => {
  api = await Api.start();
});
afterAll(() => api.stop());

/** Reads `/events` of one account. */
class Page {
  #text = '';
  readonly #controller = new AbortController();
  readonly ended: Promise<void>;

  private constructor(response: Response) {
    this.ended = this.#read(response).catch(() => undefined);
  }

  static async open(login: string): Promise<Page> {
    const controller = new AbortController();
    const headers = { authorization: `Bearer ${api.account(login).token}` };
    const response = await fetch(`${api.address}/events`, { headers, signal: controller.signal });
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const page = new Page(response);
    page.#controller.signal.addEventListener('abort', () => controller.abort());
    return page;
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    for await (const piece of response.body as unknown as AsyncIterable<Uint8Array>)
      this.#text += decoder.decode(piece);
  }

  get text(): string {
    return this.#text;
  }

  get told(): number {
    return this.#text.split('event: changed').length - 1;
  }

  async isTold(times: number): Promise<void> {
    await eventually(
      () => this.#text,
      () => this.told >= times,
    );
  }

  async close(): Promise<void> {
    this.#controller.abort();
    await this.ended;
  }
}

let enterprises = 0;
async function change(): Promise<void> {
  const uscc = ['91350100M000100Y43', '91350200MA2YJ1XR9G', '91350200776049653A'][enterprises++] ?? '';
  const json = { name: `企业${enterprises}`, uscc, kind: 'factory', village: 'beixing' };
  expect((await api.send('/enterprises', { as: 'official', json })).status).toBe(201);
}

test('nobody who is not signed in is told', async () => {
  expectProblem(await api.send('/events'), 401, 'unauthenticated');
});

test('everyone is told within two seconds, and not of what', async () => {
  const pages = [await Page.open('official'), await Page.open('volunteer')];
  const before = pages.map((page) => page.told);
  const begun = Date.now();
  await change();
  await Promise.all(pages.map((page, index) => page.isTold((before[index] ?? 0) + 1)));
  expectWithin(2000, Date.now() - begun);
  for (const page of pages)
    expect(page.text.replaceAll(/retry: \d+|event: (?:hello|changed)|data: \{\}|\n/g, '')).toBe('');
  for (const page of pages) await page.close();
});

test('of what a case records without an entry as well', async () => {
  const one = (await Recording.begin(api.database)).add({});
  await createRecorder(api.database.as('worker')).record(one.batch());
  const page = await Page.open('official');
  const before = page.told;
  const opened = { ...one.batch(), entries: [], notices: [], recording: 2 };
  await createRecorder(api.database.as('worker')).record(opened);
  await page.isTold(before + 1);
  await page.close();
});

test('a burst is told once a second, the last of it as well', async () => {
  const page = await Page.open('official');
  const before = page.told;
  const begun = Date.now();
  for (let times = 0; times < 40; times += 1) await api.database.pool.query("SELECT pg_notify('fugong_changes', '')");
  await page.isTold(before + 2);
  // Two at most: one at once and one a second later.
  expect(page.told - before).toBeLessThanOrEqual(1 + Math.ceil((Date.now() - begun) / 1000));
  await page.close();
});

test('a listener whose connection is cut comes back, tells, and goes on telling', async () => {
  const page = await Page.open('official');
  const before = page.told;
  await api.database.pool.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fugong-changes'",
  );
  await page.isTold(before + 1);
  await change();
  await page.isTold(before + 2);
  await page.close();
});

test('one account has at most twenty, and room again when one is closed', async () => {
  const pages = await Promise.all(Array.from({ length: 20 }, () => Page.open('village-jibang')));
  expectProblem(await api.send('/events', { as: 'village-jibang' }), 429, 'too-many-streams');
  await Promise.all(pages.map((page) => page.close()));
  const headers = { authorization: `Bearer ${api.account('village-jibang').token}` };
  const asked = async () => {
    const response = await fetch(`${api.address}/events`, { headers });
    await response.body?.cancel();
    return response.status;
  };
  await eventually(asked, (status) => status === 200);
});

test('HEAD is answered, and takes no place', async () => {
  const headers = { authorization: `Bearer ${api.account('health').token}` };
  expect(await statusOf(`${api.address}/events`, { method: 'HEAD', headers })).toBe(200);
});

test('a statement that changes nothing tells nobody', async () => {
  const page = await Page.open('official');
  const { pool } = api.database;
  await pool.query("UPDATE messages SET reason = reason WHERE id = 'none'");
  await pool.query("SELECT pg_notify('fugong_changes', '')");
  await page.isTold(1);
  expect(page.told).toBe(1);
  await page.close();
});

test('a server that stops ends what would never end', async () => {
  const page = await Page.open('health');
  await api.deps.changes.close();
  await page.ended;
  expect(page.text).toContain('event: hello');
  // Whoever comes while it stops is ended as well.
  await (
    await Page.open('health')
  ).ended;
});
