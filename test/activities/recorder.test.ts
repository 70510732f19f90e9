/** The recorder on a real PostgreSQL: every entry once whatever comes twice, late, at once, broken off or forged. */
import fc from 'fast-check';
import type { QueryConfig } from 'pg';
import { ForeignCase, LedgerConflict } from '../../activities/ports';
import type { AgendaItem } from '../../domain/case/agenda';
import type { Entry } from '../../domain/ledger/entry';
import type { RecordBatch } from '../../contracts/case/views';
import { keepRun } from '../../db/case/runs';
import { streamHead } from '../../db/ledger/ledger';
import { refusedSince } from '../../db/ledger/refusals';
import { createPool, isUnavailable, type Pool } from '../../db/sql/pool';
import { createRecorder } from '../../db/case/recorder';
import { TestDatabase } from '../support/postgres';
import { keepActs, KEY, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

/** Everything that recording leaves behind of a case; its outbox has the duty of the survey besides what the entries tell. */
async function trace({ caseNumber }: Recording) {
  const rows = async (query: string) => (await db.pool.query<object>(query, [caseNumber])).rows;
  return {
    ledger: await rows('SELECT sequence, hash FROM ledger WHERE stream = $1 ORDER BY sequence'),
    head: await streamHead(db.pool, caseNumber),
    outbox: await rows('SELECT key FROM outbox WHERE stream = $1 ORDER BY key'),
    projection: await rows('SELECT version FROM reopenings WHERE case_number = $1'),
    duties: await rows('SELECT id FROM duties WHERE case_number = $1 ORDER BY id'),
    claims: await rows('SELECT command, during::text FROM liaison_claims WHERE case_number = $1 ORDER BY command'),
  };
}

describe('exactly once', () => {
  test('whatever part of the entries comes again, in whatever order', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {}, {}, {});
    const recorder = createRecorder(db.as('worker'));
    for (const [from, to] of [
      [1, 2],
      [1, 2],
      [2, 4],
      [1, 5],
      [3, 3],
      [1, 2],
    ] as const)
      await recorder.record(one.batch(from, to));
    expect(await one.recorded(db)).toEqual(one.entries);
    expect(await trace(one)).toMatchObject({ projection: [{ version: 5 }], outbox: { length: 5 + 1 } });
  });

  test('when the same batch comes to two workers at once', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    await Promise.all(Array.from({ length: 6 }, () => createRecorder(db.as('worker')).record(one.batch())));
    expect(await one.recorded(db)).toEqual(one.entries);
  });

  test('property: overlapping, repeated, concurrent batches, answers that get lost, leave what one batch leaves', async () => {
    const span = fc.record({ from: fc.nat(5), more: fc.nat(5), lost: fc.boolean() });
    await fc.assert(
      fc.asyncProperty(fc.array(span, { minLength: 1, maxLength: 8 }), async (spans) => {
        const one = (await Recording.begin(db)).add({}, {}, {}, {}, {}, {});
        const sent = spans.map(({ from, more, lost }) => {
          const batch = one.batch(from + 1, Math.min(6, from + 1 + more));
          return createRecorder(lost ? losingAnswers(db.pool) : db.pool).record(batch);
        });
        // A batch after a gap is refused, whatever the others do; the last one closes every gap.
        await Promise.allSettled(sent);
        await createRecorder(db.as('worker')).record(one.batch());
        expect(await one.recorded(db)).toEqual(one.entries);
        expect(await trace(one)).toMatchObject({
          head: { sequence: 6, hash: one.entries[5]?.hash },
          projection: [{ version: 6 }],
          outbox: { length: 6 + 1 },
        });
      }),
      { numRuns: 60 },
    );
  });
});

/** PostgreSQL commits, and the connection breaks before it can say so. */
function losingAnswers(pool: Pool): Pool {
  const query = async (asked: QueryConfig): Promise<never> => {
    await pool.query(asked);
    throw new Error('Connection terminated unexpectedly');
  };
  return new Proxy(pool, { get: (target, name) => (name === 'query' ? query : Reflect.get(target, name)) as unknown });
}

describe('refused whole', () => {
  /** Nothing of the case changes. */
  async function refuses(one: Recording, batch: RecordBatch, reason: RegExp): Promise<void> {
    const before = await trace(one);
    const refusal = createRecorder(db.as('worker')).record(batch);
    await expect(refusal).rejects.toThrow(LedgerConflict);
    await expect(refusal).rejects.toThrow(reason);
    expect(await trace(one)).toEqual(before);
  }

  test('another entry under a number', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    await createRecorder(db.as('worker')).record(one.batch());
    const other = Object.assign(new Recording(), { caseNumber: one.caseNumber });
    other.add({ details: { to: 'liaison-1' } }, {}, {});
    await refuses(one, other.batch(), /#1: another entry is recorded there/);
    await refuses(one, { ...one.batch(), entries: other.entries.slice(2) }, /#3: does not follow 2/);
  });

  test('a gap, before the batch or in it', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {}, {}, {});
    await refuses(one, one.batch(2, 3), /#2: gap after 0/);
    await createRecorder(db.as('worker')).record(one.batch(1, 2));
    await refuses(one, one.batch(4, 5), /#4: gap after 2/);
    await refuses(one, { ...one.batch(), entries: one.entries.filter(({ sequence }) => sequence !== 4) }, /#5: gap/);
  });

  test('an entry that has not its own hash, or belongs to another stream', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    const two = (await Recording.begin(db)).add({});
    const [first, ...rest] = one.entries;
    await refuses(one, { ...one.batch(), entries: [{ ...first, type: 'vetoed' } as Entry, ...rest] }, /#1: the hash/);
    await refuses(one, { ...one.batch(), entries: two.entries }, /in a batch of/);
  });

  test('what PostgreSQL itself does not take, without a word of what it is', async () => {
    const one = (await Recording.begin(db)).add({});
    const { change, ...batch } = one.batch();
    if (!change) throw new Error('the batch brings a change');
    const nobodys = { ...change.duties.changed[0], owner: null } as unknown as AgendaItem;
    const duties = { ...change.duties, changed: [nobodys] };
    await refuses(one, { ...batch, change: { ...change, duties } }, /\(23502\)$/);
  });

  test('a case that nobody registered, or that trusts a foreign key', async () => {
    const recorder = createRecorder(db.as('worker'));
    await expect(recorder.record(new Recording().add({}).batch())).rejects.toThrow(ForeignCase);
    const one = (await Recording.begin(db)).add({});
    await expect(recorder.record({ ...one.batch(), keys: [KEY, 'f'.repeat(64)] })).rejects.toThrow(ForeignCase);
    await expect(recorder.record({ ...one.batch(), keys: [] })).rejects.toThrow(ForeignCase);
    await expect(recorder.record({ ...one.batch(), keys: [], closed: true })).rejects.toThrow(ForeignCase);
    expect(await trace(one)).toMatchObject({ ledger: [], projection: [], outbox: [] });
    await recorder.record({ ...one.batch(), keys: [KEY, KEY] });
    expect(await one.recorded(db)).toEqual(one.entries);
  });
});

describe('of another chain of runs than the case’s own', () => {
  test('refused whole, also where its entries would not fit, and the case itself is not shut', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    const workflow = `reopening/${one.enterprise}`;
    const record = (batch: RecordBatch) => createRecorder(db.pool).record(batch, workflow);
    await keepRun(db.pool, one.caseNumber, 'own-run');
    const foreign = { ...one.batch(1, 1), firstRun: 'another-run' };
    for (const batch of [foreign, { ...foreign, entries: [], closed: true }]) {
      const before = await trace(one);
      await expect(record(batch)).rejects.toThrow(ForeignCase);
      await expect(record(batch)).rejects.toThrow(/another chain/);
      expect(await trace(one)).toEqual(before);
    }
    await record({ ...one.batch(1, 1), firstRun: 'own-run' });
    // What a rule of its own would move is looked at under the lock first, where its entry does not fit.
    const other = Object.assign(new Recording(), { caseNumber: one.caseNumber });
    const details = { liaison: 'liaison-1', from: '2026-05-02' };
    other.add({ type: 'liaison-assigned', command: 'c', details }, {});
    await expect(record({ ...other.batch(), firstRun: 'another-run' })).rejects.toThrow();
    expect(await refusedSince(db.pool, one.caseNumber)).toBeNull();
    await record({ ...one.batch(), firstRun: 'own-run' });
    expect(await one.recorded(db)).toEqual(one.entries);
  });

  test('taken as long as the own one is not known, from which nothing is learnt, and from a build that does not say its own', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {});
    const recorder = createRecorder(db.pool);
    await recorder.record({ ...one.batch(1, 1), firstRun: 'some-run' });
    expect((await db.pool.query('SELECT FROM case_runs WHERE case_number = $1', [one.caseNumber])).rows).toEqual([]);
    await keepRun(db.pool, one.caseNumber, 'its-run');
    await recorder.record(one.batch(2, 2));
    await recorder.record({ ...one.batch(3, 3), firstRun: 'its-run' });
    expect(await one.recorded(db)).toEqual(one.entries);
  });
});

test('dated later than five minutes after PostgreSQL’s clock: refused, but in trial mode, where cases are moved ahead', async () => {
  const one = await Recording.begin(db);
  const now = (await db.pool.query<{ now: Date }>('SELECT now()')).rows[0]?.now.getTime() ?? 0;
  one.add({}, { at: now + 6 * 60_000 });
  const live = createRecorder(db.pool);
  await expect(live.record(one.batch())).rejects.toThrow(LedgerConflict);
  await expect(live.record(one.batch())).rejects.toThrow(/dated later/);
  expect((await trace(one)).ledger).toEqual([]);
  await live.record(one.batch(1, 1));
  await createRecorder(db.pool, { mode: 'trial' }).record(one.batch());
  expect(await one.recorded(db)).toEqual(one.entries);
  const near = (await Recording.begin(db)).add({ at: now + 4 * 60_000 });
  await live.record(near.batch());
});

describe('broken off in the middle', () => {
  /** Somebody else holds what `statement` locks, until the recorder that waits for it has lost its connection. */
  async function breakOff(batch: RecordBatch, statement: string): Promise<void> {
    const holder = await db.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(statement);
      const recording = createRecorder(db.as('worker')).record(batch);
      const [failed] = await Promise.all([recording.catch((error: unknown) => error), db.dropWaiting()]);
      expect(isUnavailable(failed)).toBe(true);
    } finally {
      await holder.query('ROLLBACK');
      holder.release();
    }
  }

  test('before the stream could be moved: nothing is there, and the next try records all', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    await createRecorder(db.as('worker')).record(one.batch(1, 1));
    const before = await trace(one);
    await breakOff(one.batch(), `SELECT FROM ledger_streams WHERE stream = '${one.caseNumber}' FOR UPDATE`);
    expect(await trace(one)).toEqual(before);
    await createRecorder(db.as('worker')).record(one.batch());
    expect(await one.recorded(db)).toEqual(one.entries);
  });

  test('after everything but the claims was written: nothing of it is there, and the next try records all', async () => {
    const details = { liaison: 'liaison-1', from: '2026-05-02' };
    const one = (await Recording.begin(db)).add({}, { type: 'liaison-assigned', command: 'broken', details });
    await keepActs(db);
    const before = await trace(one);
    await breakOff(one.batch(), 'LOCK TABLE liaison_claims IN ACCESS EXCLUSIVE MODE');
    expect(await trace(one)).toEqual(before);
    await createRecorder(db.as('worker')).record(one.batch());
    expect(await trace(one)).toMatchObject({ ledger: { length: 2 }, claims: [{ during: '[2026-05-02,)' }] });
  });

  test('after the commit, before the answer: the next try finds it done', async () => {
    const one = (await Recording.begin(db)).add({}, {});
    await expect(createRecorder(losingAnswers(db.pool)).record(one.batch())).rejects.toThrow(/terminated/);
    const after = await trace(one);
    expect(after.ledger).toHaveLength(2);
    await createRecorder(db.as('worker')).record(one.batch());
    expect(await trace(one)).toEqual(after);
  });

  test('with connections that PostgreSQL dropped while they were idle', async () => {
    const pool = createPool(db.url);
    const recorder = createRecorder(pool);
    const one = (await Recording.begin(db)).add({}, {});
    await recorder.record(one.batch(1, 1));
    await db.dropConnections();
    // Whether the pool has heard of it yet or not: the activity is retried.
    await recorder.record(one.batch()).catch(() => recorder.record(one.batch()));
    expect(await one.recorded(db)).toEqual(one.entries);
    await pool.end();
  });
});

describe('a refusal is written down for the API', () => {
  const noted = async ({ caseNumber }: Recording) =>
    (
      await db.pool.query<{ code: string }>('SELECT code FROM ledger_refusals WHERE stream = $1', [caseNumber])
    ).rows.map(({ code }) => code);
  /** A hand in the table. */
  const moveHead = ({ caseNumber }: Recording, by: number) =>
    db.pool.query('UPDATE ledger_streams SET sequence = sequence + $2 WHERE stream = $1', [caseNumber, by]);
  async function refused(): Promise<Recording> {
    const one = (await Recording.begin(db)).add({}, {});
    await createRecorder(db.as('worker')).record(one.batch(1, 1));
    await moveHead(one, 1);
    await expect(createRecorder(db.as('worker')).record(one.batch(2, 2))).rejects.toThrow(LedgerConflict);
    return one;
  }

  test('with its kind, and goes with the next batch that is recorded', async () => {
    const one = await refused();
    expect(await noted(one)).toEqual(['LedgerConflict']);
    await moveHead(one, -1);
    await createRecorder(db.as('worker')).record(one.batch(2, 2));
    expect([await noted(one), await one.recorded(db)]).toEqual([[], one.entries]);
  });

  test('and goes as well when all of the batch turns out to be there', async () => {
    const one = await refused();
    await moveHead(one, -1);
    await createRecorder(db.as('worker')).record(one.batch(1, 1));
    expect(await noted(one)).toEqual([]);
  });

  test('also when the batch does not follow itself, or PostgreSQL cannot take what it holds', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {});
    const gap = { ...one.batch(), entries: one.entries.filter(({ sequence }) => sequence !== 2) };
    await expect(createRecorder(db.as('worker')).record(gap)).rejects.toThrow(LedgerConflict);
    expect(await noted(one)).toEqual(['LedgerConflict']);
    await createRecorder(db.as('worker')).record(one.batch());
    const keys = { ...one.batch(), keys: [KEY, 'f'.repeat(64)] };
    await expect(createRecorder(db.as('worker')).record({ ...keys, entries: one.add({}).entries })).rejects.toThrow(
      ForeignCase,
    );
    expect(await noted(one)).toEqual(['ForeignCase']);
  });

  test('not for a workflow that only says it is the case, nor for one that nobody registered', async () => {
    const one = (await Recording.begin(db)).add({});
    const foreign = { ...one.batch(), keys: ['f'.repeat(64)] };
    const record = (batch: RecordBatch, workflow: string) => createRecorder(db.as('worker')).record(batch, workflow);
    await expect(record(foreign, 'reopening/e-other')).rejects.toThrow(ForeignCase);
    expect(await noted(one)).toEqual([]);
    await expect(record(foreign, `reopening/${one.enterprise}`)).rejects.toThrow(ForeignCase);
    expect(await noted(one)).toEqual(['ForeignCase']);
    const stranger = new Recording().add({});
    await expect(record(stranger.batch(), `reopening/${stranger.enterprise}`)).rejects.toThrow(ForeignCase);
    expect(await noted(stranger)).toEqual([]);
  });

  test('not for an attempt that comes so late that another has recorded the batch', async () => {
    const one = (await Recording.begin(db)).add({});
    await createRecorder(db.as('worker')).record(one.batch());
    await expect(createRecorder(db.as('worker')).record({ ...one.batch(), keys: ['f'.repeat(64)] })).rejects.toThrow(
      ForeignCase,
    );
    expect(await noted(one)).toEqual([]);
  });

  test('and when it cannot be written the batch is tried again', async () => {
    const one = (await Recording.begin(db)).add({});
    const pool = new Proxy(db.pool, {
      get: (target, name) =>
        (name === 'query'
          ? async (asked: QueryConfig | string, values?: unknown[]) => {
              if (typeof asked === 'string' && asked.includes('INTO ledger_refusals'))
                throw new Error('Connection terminated unexpectedly');
              return db.pool.query(asked as string, values);
            }
          : Reflect.get(target, name)) as unknown,
    });
    const refusal = createRecorder(pool).record({ ...one.batch(), keys: ['f'.repeat(64)] });
    await expect(refusal).rejects.toThrow('Connection terminated unexpectedly');
  });
});
