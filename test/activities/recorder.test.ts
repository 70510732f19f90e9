/** The recorder on a real PostgreSQL: every entry once whatever comes twice, late, broken off or forged. */
import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { ForeignCase, LedgerConflict } from '../../activities/ports';
import { loadRules } from '../../config/programme';
import { chain, EMPTY_STREAM, type Entry } from '../../contracts/ledger';
import { situationOf, viewOf, type RecordBatch } from '../../contracts/views';
import { append, readEntries, streamHead } from '../../db/ledger';
import { createPool, transaction } from '../../db/pool';
import { createRecorder } from '../../db/recorder';
import { claimLiaison } from '../../db/claims';
import { sweep } from '../../db/sweep';
import type { Draft } from '../../domain/ledger';
import { open } from '../../domain/reopening';
import { TestDatabase } from '../support/postgres';
import { verifyLedger } from '../../scripts/ledger/verify';

jest.setTimeout(60_000);

const KEY = 'k'.repeat(64);
const RULES = loadRules();
let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

/** A registered case with entries to record, made as its workflow would. */
class Recording {
  readonly caseNumber = `2026-${Math.floor(Math.random() * 1e9)}`;
  readonly enterprise = `e-${randomUUID()}`;
  readonly state = open(
    {
      caseNumber: this.caseNumber,
      enterprise: { id: this.enterprise, name: '华岛精密(演示)', kind: 'factory', village: 'beixing' },
      edition: RULES,
    },
    { by: { account: 'official-1', role: 'official' }, command: 'start' },
    Date.parse('2026-05-01T01:00:00Z'),
  ).state;
  entries: Entry[] = [];

  static async begin(): Promise<Recording> {
    const recording = new Recording();
    await db.register(recording.caseNumber, recording.enterprise, KEY);
    return recording;
  }

  add(...drafts: Partial<Draft>[]): this {
    const head = this.entries.at(-1) ?? EMPTY_STREAM;
    const full = drafts.map((draft): Draft => ({
      at: this.state.clock,
      by: { account: 'official-1', role: 'official' },
      type: 'copied',
      details: {},
      ...draft,
    }));
    this.entries.push(...chain(this.caseNumber, head, full).entries);
    return this;
  }

  batch(from = 1, to = this.entries.length): RecordBatch {
    return {
      stream: this.caseNumber,
      keys: [KEY],
      entries: this.entries.slice(from - 1, to),
      view: viewOf(this.state, to),
      situation: situationOf(this.state),
      closed: false,
    };
  }

  async recorded(): Promise<Entry[]> {
    return (await readEntries(db.pool, { stream: this.caseNumber, after: 0, limit: 1000 })).map(({ entry }) => entry);
  }
}

test('entries are recorded once, whatever part of them comes again', async () => {
  const one = (await Recording.begin()).add({}, {}, {}, {}, {});
  const recorder = createRecorder(db.pool);
  await recorder.record(one.batch(1, 2));
  await recorder.record(one.batch(1, 2));
  await recorder.record(one.batch(2, 4));
  await recorder.record(one.batch(1, 5));
  expect(await one.recorded()).toEqual(one.entries);
});

test('property: any overlapping, repeated, concurrent batches leave the same ledger', async () => {
  const recorder = createRecorder(db.pool);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(fc.nat(5), fc.nat(5)), { minLength: 1, maxLength: 8 }), async (spans) => {
      const one = (await Recording.begin()).add({}, {}, {}, {}, {}, {});
      const sent = spans.map(([from, more]) => one.batch(from + 1, Math.min(6, from + 1 + more)));
      // A batch after a gap is refused, whatever the others do; the last one closes every gap.
      await Promise.allSettled(sent.map((batch) => recorder.record(batch)));
      await recorder.record(one.batch());
      expect(await one.recorded()).toEqual(one.entries);
      expect(await streamHead(db.pool, one.caseNumber)).toEqual({ sequence: 6, hash: one.entries[5]?.hash });
    }),
    { numRuns: 30 },
  );
});

test('another entry under a number, a gap, a wrong hash: refused whole, nothing changes', async () => {
  const recorder = createRecorder(db.pool);
  const one = (await Recording.begin()).add({}, {});
  await recorder.record(one.batch());
  const other = Object.assign(new Recording(), { caseNumber: one.caseNumber });
  other.add({ details: { other: true } }, {});
  await expect(recorder.record({ ...other.batch(), stream: one.caseNumber })).rejects.toThrow(LedgerConflict);
  one.add({}, {}, {});
  await expect(recorder.record(one.batch(4, 5))).rejects.toThrow(/gap/);
  const [third, ...rest] = one.batch(3, 5).entries;
  const forged = [{ ...third, type: 'vetoed' } as Entry, ...rest];
  await expect(recorder.record({ ...one.batch(3, 5), entries: forged })).rejects.toThrow(/hash/);
  expect(await one.recorded()).toEqual(one.entries.slice(0, 2));
});

test('a case that nobody registered, or that trusts a foreign key, gets no line', async () => {
  const recorder = createRecorder(db.pool);
  await expect(recorder.record(new Recording().add({}).batch())).rejects.toThrow(ForeignCase);
  const one = (await Recording.begin()).add({});
  await expect(recorder.record({ ...one.batch(), keys: [KEY, 'f'.repeat(64)] })).rejects.toThrow(ForeignCase);
  await expect(recorder.record({ ...one.batch(), keys: [] })).rejects.toThrow(ForeignCase);
  expect(await one.recorded()).toEqual([]);
});

test('a connection that PostgreSQL drops, idle or in use, breaks one transaction and no process', async () => {
  const pool = createPool(db.url);
  const recorder = createRecorder(pool);
  const one = (await Recording.begin()).add({}, {});
  await recorder.record(one.batch(1, 1));
  const drop = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'fugong' AND pid <> pg_backend_pid()`;
  await db.pool.query(drop);
  const inUse = transaction(pool, async (client) => {
    await client.query('SELECT 1');
    await db.pool.query(drop);
    await client.query('SELECT 1');
  });
  await expect(inUse).rejects.toThrow();
  await recorder.record(one.batch());
  expect(await one.recorded()).toEqual(one.entries);
  await pool.end();
});

test('a projection is replaced only by a higher version', async () => {
  const recorder = createRecorder(db.pool);
  const one = (await Recording.begin()).add({}, {}, {});
  await recorder.record(one.batch(1, 3));
  const older = one.batch(1, 2);
  await recorder.record({ ...older, situation: { ...older.situation, overdue: 7 } });
  const { rows } = await db.pool.query('SELECT version, overdue FROM reopenings WHERE case_number = $1', [
    one.caseNumber,
  ]);
  expect(rows).toEqual([{ version: 3, overdue: 0 }]);
  const duties = await db.pool.query('SELECT id, owner FROM duties WHERE case_number = $1', [one.caseNumber]);
  expect(duties.rows).toEqual([{ id: 'survey', owner: 'official' }]);
});

test('texts are attached by id and HMAC, commands settled, notices put once, in the same transaction', async () => {
  const recorder = createRecorder(db.pool);
  const one = await Recording.begin();
  const [mine, forged] = [randomUUID(), randomUUID()];
  for (const id of [mine, forged]) {
    await db.pool.query(
      `INSERT INTO texts (id, command, author, key, hmac, body) VALUES ($1, $1, 'official-1', '\\x00', 'right', '原文')`,
      [id],
    );
  }
  for (const id of [`a-${mine}`, `b-${mine}`]) {
    await db.pool.query(
      `INSERT INTO commands (id, account, route, body_hash, status) VALUES ($1, 'official-1', 'r', 'b', 'pending')`,
      [id],
    );
  }
  one.add(
    {
      command: `a-${mine}`,
      type: 'withdrawn',
      details: { reason: { text: mine, hmac: 'right' }, other: [{ text: forged, hmac: 'wrong' }] },
    },
    { command: `b-${mine}`, type: 'command-refused', details: { refused: 'approve', code: 'wrong-phase', about: {} } },
  );
  await recorder.record(one.batch());
  await recorder.record(one.batch());
  const texts = await db.pool.query<{ id: string; stream: string | null }>(
    'SELECT id, stream FROM texts WHERE id = ANY ($1)',
    [[mine, forged]],
  );
  expect(new Map(texts.rows.map(({ id, stream }) => [id, stream]))).toEqual(
    new Map([
      [mine, one.caseNumber],
      [forged, null],
    ]),
  );
  const commands = await db.pool.query('SELECT id, status, sequence FROM commands WHERE id LIKE $1 ORDER BY id', [
    `%${mine}`,
  ]);
  expect(commands.rows).toEqual([
    { id: `a-${mine}`, status: 'done', sequence: 1 },
    { id: `b-${mine}`, status: 'refused', sequence: 2 },
  ]);
  const notices = await db.pool.query<{ recipient: string }>(
    'SELECT recipient FROM outbox WHERE stream = $1 ORDER BY key',
    [one.caseNumber],
  );
  expect(notices.rows.map(({ recipient }) => recipient)).toEqual([
    'enterprise',
    'official',
    'village',
    'account/official-1',
  ]);
});

test("a liaison's days: one enterprise at a time, released by a refusal, cut by a hand-over and by the end of the case", async () => {
  const recorder = createRecorder(db.pool);
  const [one, two] = [await Recording.begin(), await Recording.begin()];
  const claim = (command: string, recording: Recording, from: string, to: string | null = null) =>
    claimLiaison(db.pool, { command, caseNumber: recording.caseNumber, account: 'liaison-1', from, to });
  await claim('c1', one, '2026-05-01');
  await claim('c1', one, '2026-05-01');
  await expect(claim('c2', two, '2026-06-01')).rejects.toMatchObject({ code: '23P01' });
  one.add({ command: 'c1', type: 'liaison-assigned', details: { liaison: 'liaison-1', from: '2026-05-01' } });
  one.add({ command: 'x', type: 'handed-over', details: { from: 'liaison-1', to: 'liaison-2', on: '2026-05-20' } });
  await recorder.record(one.batch());
  await claim('c2', two, '2026-05-20');
  two.add({ command: 'c2', type: 'command-refused', details: { code: 'wrong-phase' } });
  await recorder.record(two.batch());
  await claim('c3', two, '2026-05-20');
  two.add({ command: 'c3', type: 'liaison-assigned', details: { liaison: 'liaison-1', from: '2026-05-20' } });
  await recorder.record({ ...two.batch(), closed: true });
  await claim('c4', one, '2026-05-20');
});

test('what came to nothing is swept, what waits or is attached is kept', async () => {
  const id = (name: string) => `${name}-${one.caseNumber}`;
  const one = await Recording.begin();
  for (const [name, age] of [
    ['pending', '60 days'],
    ['refused', '1 day'],
    ['old', '31 days'],
    ['young', '1 day'],
  ] as const) {
    await db.pool.query(
      `INSERT INTO texts (id, command, author, key, hmac, body, created_at) VALUES ($1, $1, 'official-1', '\\x00', 'h', 'b', now() - $2::interval)`,
      [id(name), age],
    );
    if (name === 'pending' || name === 'refused') {
      await db.pool.query(
        `INSERT INTO commands (id, account, route, body_hash, status) VALUES ($1, 'official-1', 'r', 'b', $2)`,
        [id(name), name],
      );
    }
  }
  await sweep(db.pool);
  const { rows } = await db.pool.query<{ id: string }>('SELECT id FROM texts WHERE id LIKE $1 ORDER BY id', [
    `%-${one.caseNumber}`,
  ]);
  expect(rows.map((row) => row.id)).toEqual([id('pending'), id('young')]);
});

test('two recorders at once make one seal of the day', async () => {
  await db.pool.query('DELETE FROM ledger_seals');
  const recordings = await Promise.all(Array.from({ length: 4 }, () => Recording.begin()));
  await Promise.all(recordings.map((one) => createRecorder(db.pool).record(one.add({}).batch())));
  const { rows } = await db.pool.query('SELECT number FROM ledger_seals');
  expect(rows).toEqual([{ number: 1 }]);
});

describe('ledger:verify', () => {
  const findings = async () => (await verifyLedger(db.pool)).findings;

  test('says that the chain holds, and names a changed, a deleted, a cut-off row, a changed column, a broken seal', async () => {
    await transaction(db.pool, (client) =>
      append(client, 'accounts', [{ at: 0, by: { account: 'a', role: 'operator' }, type: 'opened', details: {} }]),
    );
    const one = (await Recording.begin()).add({}, {}, {}, {}, {});
    await createRecorder(db.pool).record(one.batch());
    expect(await findings()).toEqual([]);
    const damage: [sql: string, row: string][] = [
      [`UPDATE ledger SET entry = jsonb_set(entry, '{details,x}', '1') WHERE stream = $1 AND sequence = 3`, '#3'],
      [`DELETE FROM ledger WHERE stream = $1 AND sequence = 2`, '#2'],
      [`DELETE FROM ledger WHERE stream = $1 AND sequence = 5`, '#5'],
      [`UPDATE ledger SET account = 'x' WHERE stream = $1 AND sequence = 4`, '#4'],
    ];
    for (const [sql, row] of damage) {
      const client = await db.pool.connect();
      await client.query('BEGIN');
      await client.query(sql, [one.caseNumber]);
      const { findings: found } = await verifyLedger(client);
      await client.query('ROLLBACK');
      client.release();
      expect(found.join('\n')).toContain(`${one.caseNumber}${row}`);
    }
    await db.pool.query(`UPDATE ledger_seals SET heads = '[]' WHERE number = 1`);
    expect((await findings()).join('\n')).toContain('seal 1');
  });
});
