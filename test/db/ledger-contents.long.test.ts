/** With SQL as owner: words, files, results, what is shown, stock, triggers. `ledger:verify` names each; what was erased by an entry it does not. */
import { execFile } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { append, streamHead } from '../../db/ledger/ledger';
import { createRecorder } from '../../db/case/recorder';
import { transaction } from '../../db/sql/pool';
import { insertSheet } from '../../db/testing/sheets';
import { readTexts } from '../../db/documents/texts';
import { documentsById, findDocument } from '../../db/documents/documents';
import { ERASED } from '../../contracts/words/languages';
import { MACHINE, outsideAct } from '../../domain/ledger/outside-acts';
import { verifyWithin } from '../../scripts/ledger/verify';
import { employ, employee, openRound } from '../support/frozen-rounds';
import { newRoot, newWorkerKey } from '../support/root';
import { sealed, standingSince } from '../support/sealed-days';
import { rewriting } from '../support/rewriting';
import { TestDatabase } from '../support/postgres';
import { keepActs, Recording } from '../support/recording';

const ROOT = join(__dirname, '../..');
const WORDS = '同意复工，联系人张晓明';
const PIECES = [randomBytes(300), randomBytes(20)];
const NOTHING = { negative: 0, positive: 0, pending: 0, invalid: 0, recheck: 0, notTested: 0, untested: 0 };

let db: TestDatabase;
let one: Recording;
let round: string;
const hmacOf = (key: Buffer, ...parts: (string | Buffer)[]) => {
  const hmac = createHmac('sha256', key);
  for (const part of parts) hmac.update(part);
  return hmac.digest('hex');
};

/** As the API stores them before the act is sent. */
async function storeText(id: string, words: string): Promise<{ text: string; hmac: string }> {
  const key = randomBytes(32);
  const hmac = hmacOf(key, words);
  await db
    .as('api')
    .query(`INSERT INTO texts (id, command, author, key, hmac, body) VALUES ($1, 'c', 'official-1', $2, $3, $4)`, [
      id,
      key,
      hmac,
      words,
    ]);
  return { text: id, hmac };
}

async function storeDocument(id: string): Promise<{ document: string; hmac: string }> {
  const key = randomBytes(32);
  const hmac = hmacOf(key, ...PIECES);
  const api = db.as('api');
  await api.query(
    `INSERT INTO documents (id, author, name, media_type, bytes, key, hmac) VALUES ($1, 'official-1', '张晓明.pdf', '', 0, $2, '')`,
    [id, key],
  );
  for (const [number, piece] of PIECES.entries())
    await api.query('INSERT INTO document_chunks (document, number, bytes) VALUES ($1, $2, $3)', [id, number, piece]);
  await api.query(`UPDATE documents SET media_type = 'application/pdf', bytes = 320, hmac = $2 WHERE id = $1`, [
    id,
    hmac,
  ]);
  return { document: id, hmac };
}

beforeAll(async () => {
  db = await TestDatabase.start();
  one = await Recording.begin(db);
  const opinion = await storeText('t-1', WORDS);
  const other = await storeText('t-2', '另一条');
  const file = await storeDocument('d-1');
  await employ(
    db.pool,
    one.enterprise,
    ['p-1', 'p-2'].map((id) => employee(id)),
  );
  round = await openRound(db.as('worker'), { caseNumber: one.caseNumber, enterprise: one.enterprise });
  const sheet = { caseNumber: one.caseNumber, round, sheet: 's-1' };
  const result = (person: string, said: string) => ({ person, result: said, tube: null, reason: null, corrects: null });
  await transaction(db.as('api'), (client) =>
    insertSheet(client, sheet, { command: 'tests', account: 'liaison-1' }, [
      result('p-1', 'negative'),
      result('p-2', 'positive'),
    ]),
  );
  const counts = { ...NOTHING, owed: 2, negative: 1, positive: 1 };
  one.add(
    { details: { to: 'official-1', role: 'official', opinion, document: 'none' } },
    { details: { to: 'official-1', role: 'official', file, remark: other } },
    {
      ...{ type: 'tests-reported', command: 'tests', onBehalfOf: 'enterprise' },
      details: { round, sheet: 's-1', rows: 2, counts, late: false },
    },
    { type: 'round-counted', details: { round, counts, missed: true } },
  );
  await keepActs(db);
  await createRecorder(db.as('worker')).record(one.batch());
  const [root, key] = [newRoot(), newWorkerKey()];
  await standingSince(db.pool, root, key, 9);
  await sealed(db.pool, { root, key }, 2);
  const api = db.as('api');
  await api.query(`INSERT INTO stock_items (item, on_hand) VALUES ('masks', 5)`);
  await api.query(`INSERT INTO stock_movements (item, kind, quantity, cause) VALUES ('masks', 'receipt', 5, 'tests')`);
});
afterAll(() => db.stop());

/** What is found after the statements, which are undone. `$1` is the case. */
async function after(...statements: string[]): Promise<string[]> {
  const client = await db.pool.connect();
  const found: string[] = [];
  try {
    await client.query('BEGIN');
    await rewriting(client, async () => {
      for (const statement of statements) await client.query(statement.replaceAll('$1', `'${one.caseNumber}'`));
    });
    await verifyWithin(client, (finding) => found.push(finding));
    return found;
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

test('what nobody touched is whole', async () => {
  expect(await after()).toEqual([]);
});

const ANY = randomBytes(8).toString('hex');
test.each<[string, string[], RegExp]>([
  ['a text', [`UPDATE texts SET body = '不同意' WHERE id = 't-1'`], /#1: text t-1 was changed/],
  ['a text with another key', [`UPDATE texts SET key = '\\x00' WHERE id = 't-1'`], /#1: text t-1 was changed/],
  ['a text with its HMAC', [`UPDATE texts SET hmac = '${ANY}' WHERE id = 't-1'`], /#1: text t-1 was changed/],
  ['a text taken away', [`DELETE FROM texts WHERE id = 't-2'`], /#2: text t-2 is missing, and no entry says/],
  ['a text of another case', [`UPDATE texts SET stream = 'other' WHERE id = 't-1'`], /#1: text t-1 belongs to other/],
  [
    'a text emptied under an entry that erases no such text',
    [`UPDATE texts SET key = NULL, body = NULL, erased_by_stream = $1, erased_by_sequence = 1 WHERE id = 't-1'`],
    /#1: text t-1 is gone, and no entry says/,
  ],
  ['bytes of a file', [`UPDATE document_chunks SET bytes = '\\x00' WHERE number = 1`], /#2: file d-1 was changed/],
  ['a piece too many', [`INSERT INTO document_chunks VALUES ('d-1', 2, '\\x00')`], /#2: file d-1 was changed/],
  ['a file taken away', [`DELETE FROM documents`], /#2: file d-1 is missing/],
  [
    'a result',
    [`UPDATE test_results SET result = 'negative' WHERE person = 'p-2'`],
    /round .* shows of 1 people another result.*|was recorded with/,
  ],
  [
    'a result with the list that shows it',
    [`UPDATE test_results SET result = 'negative'`, `UPDATE round_people SET result = 'negative'`],
    /#4: round .* was recorded with .*"positive": 1.*, its results make .*"positive": 0/,
  ],
  [
    'a result taken away',
    [`DELETE FROM test_results WHERE person = 'p-2'`],
    /#3: sheet s-1 .* has 1 results, it was recorded with 2/,
  ],
  [
    'a sheet put in beside',
    [
      `INSERT INTO test_sheets VALUES ($1, '2026-05-10/morning', 's-2', 'unsent', 'liaison-1', 1, now() - interval '2 hours')`,
      `INSERT INTO test_results (id, case_number, round, sheet, person, result) VALUES ('r', $1, '2026-05-10/morning', 's-2', 'p-2', 'negative')`,
      `UPDATE round_people SET result = 'negative', result_id = 'r' WHERE person = 'p-2'`,
    ],
    /#4: round .* was recorded with/,
  ],
  [
    'the phase of the list',
    [`UPDATE reopenings SET phase = 'operating'`],
    /#4: the list shows phase operating, the state survey/,
  ],
  [
    'the phase of list and state',
    [`UPDATE reopenings SET phase = 'plan', state = jsonb_set(state, '{phase}', '"plan"')`],
    /#4: the state has phase plan, the ledger survey/,
  ],
  [
    'days of the state',
    [`UPDATE reopenings SET state = jsonb_set(state, '{operation,daysReported}', '9')`],
    /#4: the state has days reported 9, the ledger 0/,
  ],
  [
    'a seal of a department',
    [
      `UPDATE reopenings SET state = jsonb_set(state, '{review,signatures}', '{"market": {"by": "a-1", "at": 1, "round": 1, "versions": {}}}')`,
    ],
    /#4: the verdict of market is in the state, and not in the ledger/,
  ],
  [
    'a duty',
    ['DELETE FROM duties WHERE opens <= (SELECT max(clock) FROM reopenings)'],
    /#4: its duties are not those that the list shows/,
  ],
  [
    'a tail cut with head and version',
    [
      'DELETE FROM ledger WHERE stream = $1 AND sequence > 2',
      `UPDATE ledger_streams SET sequence = 2, hash = (SELECT hash FROM ledger WHERE stream = $1 AND sequence = 2) WHERE stream = $1`,
      'UPDATE reopenings SET version = 2',
    ],
    /#4: is not what seal 1 holds/,
  ],
  [
    'a version moved back',
    [`UPDATE reopenings SET version = 2`, `UPDATE ledger SET recorded_at = now() - interval '2 hours'`],
    /#3: what is shown of the case ends before/,
  ],
  ['stock', [`UPDATE stock_items SET on_hand = 7`], /7 of masks on hand, the movements make 5/],
  ['a movement', [`UPDATE stock_movements SET cause = 'nobody'`], /movement 1 of masks \(5\) by nobody/],
  [
    'a person',
    [`UPDATE people SET name = NULL, erased_at = now() WHERE id = 'p-1'`],
    /person p-1 was erased, and no entry/,
  ],
  ['a privilege', ['GRANT UPDATE (hash) ON ledger TO fugong_worker'], /ledger: fugong_worker may change it/],
])('%s changed by SQL is named', async (_what, statements, expected) => {
  expect((await after(...statements)).join('\n')).toMatch(expected);
});

test('a trigger that is off is named', async () => {
  const client = await db.pool.connect();
  const found: string[] = [];
  try {
    await client.query('BEGIN');
    await client.query('ALTER TABLE ledger DISABLE TRIGGER append_only');
    await verifyWithin(client, (finding) => found.push(finding));
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
  expect(found).toEqual([expect.stringContaining('ledger: its trigger append_only is off')]);
});

test.each([
  `UPDATE texts SET body = 'x' WHERE id = 't-1'`,
  `UPDATE texts SET stream = NULL, sequence = NULL WHERE id = 't-1'`,
  `DELETE FROM texts WHERE id = 't-1'`,
  'TRUNCATE texts',
  `UPDATE documents SET bytes = 1`,
  `DELETE FROM documents`,
  `DELETE FROM document_chunks`,
  `UPDATE document_chunks SET bytes = ''`,
  `INSERT INTO document_chunks VALUES ('d-1', 9, '')`,
])('even the owner is refused: %s', async (statement) => {
  await expect(db.pool.query(statement)).rejects.toMatchObject({ code: '23001' });
});

describe('npm run erase', () => {
  interface Ended {
    readonly code: number;
    readonly said: string;
  }
  function erase(options: readonly string[], input = ''): Promise<Ended> {
    const env = {
      PATH: process.env['PATH'],
      DATA_DIR: '/nonexistent',
      DATABASE_URL: db.url,
      TEMPORAL_ADDRESS: '127.0.0.1:1',
      SMTP_URL: 'smtp://127.0.0.1:1',
    };
    return new Promise((resolve) => {
      const child = execFile(
        process.execPath,
        ['--import', 'tsx', 'scripts/erase.ts', ...options],
        { cwd: ROOT, env },
        (error, stdout, stderr) => resolve({ code: Number(error?.code ?? 0), said: stdout + stderr }),
      );
      child.stdin?.end(input);
    });
  }
  const BY = ['--decided-by', 'official-1', '--reason', 'request'];

  test('refuses what is not clear, and who may not decide', async () => {
    const ended = await Promise.all([
      erase(BY),
      erase(['--decided-by', 'official-1', '--reason', 'because', '--case', one.caseNumber]),
      erase(['--decided-by', 'liaison-1', '--reason', 'request', '--case', one.caseNumber]),
      erase([...BY, '--entry', '1']),
      erase([...BY, '--author', 'nobody']),
    ]);
    expect(ended.map(({ code }) => code)).toEqual([1, 1, 1, 1, 1]);
    expect(ended[2]?.said).toContain('must be an official');
    expect(ended[4]?.said).toContain('There is no account nobody.');
    expect((await streamHead(db.pool, 'erasures')).sequence).toBe(0);
  });

  test('lists first, without the words; then erases with an entry, and the ledger is whole', async () => {
    const dry = await erase([...BY, '--naming'], '张晓明\n');
    expect(dry).toMatchObject({ code: 0 });
    expect(dry.said).toContain(`${one.caseNumber}#1  t-1  by official-1  ${WORDS.length} characters`);
    expect(dry.said).toContain(`${one.caseNumber}#2  d-1  by official-1  320 bytes`);
    expect(dry.said).toContain('1 texts, 1 files would be erased for good. Add --yes');
    expect(dry.said).not.toContain('张晓明');
    expect((await streamHead(db.pool, 'erasures')).sequence).toBe(0);

    expect(await erase([...BY, '--naming', '--yes'], '张晓明\n')).toMatchObject({
      code: 0,
      said: expect.stringContaining('entry erasures#1') as unknown,
    });
    const { rows } = await db.pool.query(
      `SELECT type, account, entry->'details' AS details FROM ledger WHERE stream = 'erasures'`,
    );
    expect(rows).toEqual([
      {
        type: 'words-erased',
        account: 'machine',
        details: { decidedBy: 'official-1', reason: 'request', texts: ['t-1'], documents: ['d-1'] },
      },
    ]);
    const left = await db.pool.query(
      `SELECT body, key FROM texts WHERE id = 't-1' UNION ALL SELECT name, key FROM documents`,
    );
    expect(left.rows).toEqual([
      { body: null, key: null },
      { body: '', key: null },
    ]);
    expect((await db.pool.query('SELECT FROM document_chunks')).rowCount).toBe(0);
    expect(await after()).toEqual([]);
    expect((await erase([...BY, '--naming', '--yes'], '张晓明\n')).said).toContain('Nothing is found');
  });

  test('what was erased is shown as erased, and cannot be read, named or brought back', async () => {
    const api = db.as('api');
    const shown = await readTexts(api, ['t-1', 't-2'], { stream: one.caseNumber, reader: 'x' });
    expect(shown).toEqual({ 't-1': ERASED, 't-2': '另一条' });
    expect(await findDocument(api, 'd-1')).toBeUndefined();
    expect(await documentsById(api, ['d-1'], { erased: true })).toMatchObject([{ name: ERASED }]);
    for (const back of [
      `UPDATE texts SET key = '', body = 'x', erased_by_stream = NULL, erased_by_sequence = NULL WHERE id = 't-1'`,
    ])
      await expect(db.pool.query(back)).rejects.toMatchObject({ code: '23001' });
    // The entry that says so cannot go either.
    expect((await after(`DELETE FROM ledger_streams WHERE stream = 'none'`)).join()).toBe('');
    await expect(db.rewrite(`DELETE FROM ledger WHERE stream = 'erasures'`)).rejects.toMatchObject({ code: '23503' });
  });

  test('an entry of another erasure does not stand for it', async () => {
    await transaction(db.pool, (client) =>
      append(client, 'erasures', [outsideAct({ at: 0, by: MACHINE, type: 'words-erased', details: {} })]),
    );
    const found = await after(`UPDATE texts SET erased_by_sequence = 2 WHERE id = 't-1'`);
    expect(found).toEqual([expect.stringContaining(`${one.caseNumber}#1: text t-1 is gone, and no entry says`)]);
  });
});
