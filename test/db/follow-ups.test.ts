/** What follows from an entry in the same transaction: projections, texts and files attached, commands settled, notices put. */
import { randomUUID } from 'node:crypto';
import type { Change, RecordBatch } from '../../contracts/case/views';
import { createRecorder } from '../../db/case/recorder';
import { sweep } from '../../db/operations/sweep';
import { agenda } from '../../domain/case/agenda';
import { situationOf } from '../../domain/case/views';
import { TestDatabase } from '../support/postgres';
import { keepActs, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const record: ReturnType<typeof createRecorder>['record'] = async (batch) => {
  await keepActs(db);
  return createRecorder(db.as('worker')).record(batch);
};

async function text(command: string, hmac = 'right', age = '0 days'): Promise<string> {
  const id = randomUUID();
  await db.pool.query(
    `INSERT INTO texts (id, command, author, key, hmac, body, created_at)
     VALUES ($1, $2, 'official-1', '\\x00', $3, '原文', now() - $4::interval)`,
    [id, command, hmac, age],
  );
  return id;
}

async function file(author = 'official-1', age = '0 days'): Promise<string> {
  const id = randomUUID();
  await db.pool.query(
    `INSERT INTO documents (id, author, name, media_type, bytes, key, hmac, created_at)
     VALUES ($1, $2, 'a.pdf', 'application/pdf', 1, '\\x00', '', now() - $3::interval)`,
    [id, author, age],
  );
  await db.pool.query(`INSERT INTO document_chunks (document, number, bytes) VALUES ($1, 0, '\\x00')`, [id]);
  await db.pool.query(`UPDATE documents SET hmac = 'right' WHERE id = $1`, [id]);
  return id;
}

async function command(status = 'pending', account = 'official-1'): Promise<string> {
  const id = randomUUID();
  await db.pool.query(`INSERT INTO commands (id, account, route, body_hash, status) VALUES ($1, $2, 'r', 'b', $3)`, [
    id,
    account,
    status,
  ]);
  return id;
}

const find = async (query: string, ...values: unknown[]) => (await db.pool.query<object>(query, values)).rows;
const attachedTo = (table: 'texts' | 'documents', id: string) =>
  find(`SELECT stream, sequence FROM ${table} WHERE id = $1`, id);
const settled = (id: string) => find('SELECT status, sequence, rejection FROM commands WHERE id = $1', id);

/** The batch, as if the case had changed otherwise. */
function changed(batch: RecordBatch, by: Partial<Change>): RecordBatch {
  if (!batch.change) throw new Error('the batch brings no change');
  return { ...batch, change: { ...batch.change, ...by } };
}

describe('projections', () => {
  test('are replaced only by a higher version, with the duties of that version', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {}, {});
    const duties = () =>
      find('SELECT id, owner, overdue FROM duties WHERE case_number = $1 ORDER BY id', one.caseNumber);
    const shown = () => find('SELECT version, overdue FROM reopenings WHERE case_number = $1', one.caseNumber);
    const first = one.batch(1, 2);
    const [survey] = first.change?.duties.changed ?? [];
    if (!survey) throw new Error('a new case owes its survey');
    const more = [survey, { ...survey, id: 'extra', due: null }];
    await record(changed(first, { duties: { changed: more, gone: [] } }));
    expect(await duties()).toMatchObject([{ id: 'extra' }, { id: 'survey', owner: 'official', overdue: false }]);
    const next = one.batch(3, 4);
    await record(changed(next, { duties: { changed: [{ ...survey, overdue: true }], gone: ['extra'] } }));
    expect(await duties()).toEqual([{ id: 'survey', owner: 'official', overdue: true }]);
    await record(changed(one.batch(1, 3), { situation: { ...situationOf(one.state), overdue: 7 } }));
    expect(await shown()).toEqual([{ version: 4, overdue: 0 }]);
  });

  test('never show what the ledger does not have yet', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {});
    await record({ ...one.batch(1, 2), change: null });
    expect(await find('SELECT FROM reopenings WHERE case_number = $1', one.caseNumber)).toEqual([]);
    await record(one.batch(3, 3));
    expect(await find('SELECT version FROM reopenings WHERE case_number = $1', one.caseNumber)).toEqual([
      { version: 3 },
    ]);
  });

  test('keep every member as it was handed over', async () => {
    const one = (await Recording.begin(db)).add({});
    const batch = one.batch();
    const [survey] = agenda(one.state);
    if (!survey) throw new Error('a new case owes its survey');
    const reminded = { ...survey, account: 'official-1', reminded: 2, urgedAt: 1_700_000_000_123 };
    const state = { ...one.state, copies: ['official-1'] };
    await record(
      changed(batch, {
        parts: { v: state },
        accounts: ['official-1'],
        duties: { changed: [reminded], gone: null },
        situation: { ...situationOf(state), nextDue: null, waitingOn: ['a', 'b'] },
      }),
    );
    expect(await find('SELECT * FROM reopenings WHERE case_number = $1', one.caseNumber)).toMatchObject([
      {
        enterprise: one.enterprise,
        enterprise_name: '华岛精密(演示)',
        village: 'beixing',
        kind: 'factory',
        phase: 'survey',
        waiting_on: ['a', 'b'],
        next_due: null,
        accounts: ['official-1'],
        closed: false,
        clock: new Date(state.clock),
        opened_at: new Date(state.openedAt),
        version: 1,
        recording: 1,
        state,
      },
    ]);
    expect(await find('SELECT * FROM duties WHERE case_number = $1', one.caseNumber)).toMatchObject([
      { account: 'official-1', reminded: 2, urged_at: new Date(1_700_000_000_123), since: new Date(state.openedAt) },
    ]);
  });
});

describe('texts and files', () => {
  test('belong to the first entry that names them with the right HMAC, and to no other', async () => {
    const [one, two] = [await Recording.begin(db), await Recording.begin(db)];
    const [mine, forged, unnamed] = [await text('c'), await text('c', 'other'), await text('c')];
    const [plan, stolen] = [await file(), await file()];
    one.add(
      { type: 'withdrawn', details: { reason: { text: mine, hmac: 'right' } } },
      { details: { deep: [{ er: { text: forged, hmac: 'wrong' } }, { text: mine, hmac: 'right' }] } },
      {
        details: {
          files: [
            { document: plan, hmac: 'right' },
            { document: stolen, hmac: 'guessed' },
          ],
        },
      },
    );
    two.add({ details: { reason: { text: mine, hmac: 'right' }, again: { document: plan, hmac: 'right' } } });
    await record(one.batch());
    await record(two.batch());
    expect(await attachedTo('texts', mine)).toEqual([{ stream: one.caseNumber, sequence: 1 }]);
    expect(await attachedTo('documents', plan)).toEqual([{ stream: one.caseNumber, sequence: 3 }]);
    for (const [table, id] of [
      ['texts', forged],
      ['texts', unnamed],
      ['documents', stolen],
    ] as const)
      expect(await attachedTo(table, id)).toEqual([{ stream: null, sequence: null }]);
  });
});

describe('commands', () => {
  test('that wait get their outcome: done with the last entry, refused with the reason; others stay', async () => {
    const one = await Recording.begin(db);
    const [done, refused, waiting] = [await command(), await command(), await command()];
    const details = { refused: 'approve', code: 'wrong-phase', about: { phase: 'survey' } };
    one.add({ command: done }, { command: done }, { command: refused, type: 'command-refused', details });
    await record(one.batch());
    expect(await settled(done)).toEqual([{ status: 'done', sequence: 2, rejection: null }]);
    expect(await settled(refused)).toEqual([{ status: 'refused', sequence: 3, rejection: details }]);
    expect(await settled(waiting)).toEqual([{ status: 'pending', sequence: null, rejection: null }]);
  });

  test('that nobody noted down get no row; those that are settled are not settled again', async () => {
    const one = (await Recording.begin(db)).add({ command: 'unheard' }, { command: await command('refused') });
    await record(one.batch());
    expect(await settled('unheard')).toEqual([]);
    expect(await settled(one.entries[1]?.command ?? '')).toMatchObject([{ status: 'refused', sequence: null }]);
  });
});

describe('notices', () => {
  test('are put once for each recipient, not before the time of the case', async () => {
    const one = await Recording.begin(db);
    const at = Date.parse('2026-05-02T00:00:00Z');
    const owed = { duty: 'plan', owner: 'enterprise', account: null, due: at };
    one.add(
      { at, type: 'duty-escalated', details: { ...owed, to: 'official' } },
      { type: 'command-refused', command: 'x', details: { refused: 'approve', code: 'wrong-phase' } },
      { type: 'round-counted', details: { round: 'r', missed: true, escalatedTo: 'department/epidemic-control' } },
      { type: 'round-counted', details: { round: 'r', missed: false } },
      { type: 'withdrawn', details: {} },
      { type: 'phase-entered', details: { from: 'survey', to: 'withdrawn' } },
    );
    await record(one.batch());
    await record(one.batch());
    const put = await find(
      `SELECT kind, recipient, sequence, state FROM outbox WHERE stream = $1 ORDER BY sequence, recipient COLLATE "C"`,
      one.caseNumber,
    );
    expect(put.map((row) => Object.values(row).join(' '))).toEqual([
      'duty-escalated enterprise 1 waiting',
      'duty-escalated official 1 waiting',
      'command-refused account/official-1 2 waiting',
      'round-missed department/epidemic-control 3 waiting',
      'round-missed enterprise 3 waiting',
      'round-missed liaison 3 waiting',
      'withdrawn enterprise 5 waiting',
      'withdrawn official 5 waiting',
      'withdrawn village 5 waiting',
      'duty-assigned official 6 waiting',
    ]);
    expect(
      await find(
        'SELECT not_before, details FROM outbox WHERE key = $1',
        `${one.caseNumber}/1/duty-escalated/official`,
      ),
    ).toEqual([{ not_before: new Date(at), details: { ...owed, to: 'official' } }]);
  });

  test('for nobody that the entry names go to an operator: the entry is recorded whatever it lacks', async () => {
    const one = (await Recording.begin(db)).add({ type: 'copied', details: {} });
    await record(one.batch());
    expect(await find(`SELECT recipient FROM outbox WHERE stream = $1 AND kind = 'copied'`, one.caseNumber)).toEqual([
      { recipient: 'operator' },
    ]);
  });
});

describe('the sweep', () => {
  const present = async (table: 'texts' | 'documents', ids: readonly string[]) =>
    find(`SELECT id FROM ${table} WHERE id = ANY ($1)`, ids).then(
      (rows) => new Set(rows.map((row) => (row as { id: string }).id)),
    );

  test('takes texts that came to nothing, and keeps what waits or is attached', async () => {
    const one = await Recording.begin(db);
    const [waiting, refused] = [await command(), await command('refused')];
    const recorded = randomUUID();
    const named = await text(recorded, 'right', '60 days');
    const details = { to: 'official-1', role: 'official', reason: { text: named, hmac: 'right' } };
    one.add({ command: recorded, details });
    const kept = [named, await text(waiting, 'right', '60 days'), await text('unknown', 'right', '29 days')];
    const unnamed = await text(recorded, 'right', '2 days');
    const swept = [await text(refused), await text('unknown', 'right', '31 days')];
    await record(one.batch());
    await sweep(db.as('worker'));
    expect(await present('texts', [...kept, unnamed, ...swept])).toEqual(new Set([...kept, unnamed]));
    await db.rewrite(`UPDATE ledger SET recorded_at = now() - interval '25 hours' WHERE stream = $1`, [one.caseNumber]);
    await sweep(db.as('worker'));
    expect(await present('texts', [...kept, unnamed])).toEqual(new Set(kept));
  });

  test('takes old files with their pieces, unless their author still waits for something', async () => {
    await Recording.begin(db);
    const [old, young, waits] = [
      await file('liaison-1', '31 days'),
      await file('liaison-1'),
      await file('liaison-2', '31 days'),
    ];
    await command('pending', 'liaison-2');
    expect(await sweep(db.as('worker'))).toMatchObject({ documents: 1 });
    expect(await present('documents', [old, young, waits])).toEqual(new Set([young, waits]));
    expect(await find('SELECT FROM document_chunks WHERE document = $1', old)).toEqual([]);
  });

  test('takes uploads that never became whole, windows of guesses that are over, and devices that nobody uses', async () => {
    await Recording.begin(db);
    const [whole, broken, arriving] = [
      await file('liaison-1', '2 hours'),
      await file('liaison-1', '2 hours'),
      await file('liaison-1', '5 minutes'),
    ];
    await command('pending', 'liaison-1');
    await db.rewrite(`UPDATE documents SET hmac = '' WHERE id = ANY ($1)`, [[broken, arriving]]);
    await db.pool.query(`INSERT INTO attempts VALUES ('over', 3, $1), ('open', 3, $2)`, [
      Date.now() - 2 * 60 * 60_000,
      Date.now() + 60_000,
    ]);
    await db.pool.query(
      `INSERT INTO devices (hash, account, used_at) VALUES ('\\x01', 'liaison-1', now() - interval '181 days'), ('\\x02', 'liaison-1', now())`,
    );
    expect(await sweep(db.as('worker'))).toMatchObject({ documents: 1, guesses: 1, devices: 1 });
    expect(await present('documents', [whole, broken, arriving])).toEqual(new Set([whole, arriving]));
    expect(await find('SELECT key FROM attempts')).toEqual([{ key: 'open' }]);
    expect(await find(`SELECT encode(hash, 'hex') AS hash FROM devices`)).toEqual([{ hash: '02' }]);
  });

  test('settles a command that was noted down as waiting after its entries were recorded', async () => {
    const one = await Recording.begin(db);
    const [done, refused] = [randomUUID(), randomUUID()];
    const details = { refused: 'approve', code: 'wrong-phase', about: {} };
    one.add({ command: done }, { command: done }, { command: refused, type: 'command-refused', details });
    await record(one.batch());
    for (const id of [done, refused])
      await db.pool.query(
        `INSERT INTO commands (id, account, route, body_hash, status) VALUES ($1, 'official-1', 'r', 'b', 'pending')`,
        [id],
      );
    expect(await sweep(db.as('worker'))).toMatchObject({ commands: 2 });
    expect(await settled(done)).toEqual([{ status: 'done', sequence: 2, rejection: null }]);
    expect(await settled(refused)).toEqual([{ status: 'refused', sequence: 3, rejection: details }]);
  });
});
