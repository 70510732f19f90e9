/** Nobody acts for another with SQL, nor by a message that the API has not signed: what the recorder takes, and what verifying names. */
import { createRecorder } from '../../db/case/recorder';
import { appendActs } from '../../db/ledger/acts-outside';
import { append } from '../../db/ledger/ledger';
import { MACHINE, outsideAct } from '../../domain/ledger/outside-acts';
import { SigningKeys } from '../../proof/signing';
import { keepAct } from '../../db/ledger/acts';
import { transaction } from '../../db/sql/pool';
import { canonicalJson } from '../../proof/canonical';
import { chain, EMPTY_STREAM } from '../../proof/chain';
import type { Draft, Entry } from '../../domain/ledger/entry';
import { newSigningKey, publicKeyOf, seal } from '../../proof/envelope';
import { verifyWithin } from '../../scripts/ledger/verify';
import { TestDatabase } from '../support/postgres';
import { rewriting } from '../support/rewriting';
import { keepActs, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());
beforeEach(() => db.rewrite('TRUNCATE recorded_acts'));

const record = (one: Recording, from = 1, to?: number) => createRecorder(db.pool).record(one.batch(from, to));
const REVIEWER = { account: 'reviewer-1', role: 'reviewer', department: 'economy' } as const;
const OPINION = { text: 't-1', hmac: 'ab' };
const returned: Partial<Draft> = {
  type: 'returned',
  by: REVIEWER,
  command: 'returned-1',
  details: { department: 'economy', round: 1, versions: {}, defects: [], opinion: OPINION },
};

/** A case in which a department has returned the plan. */
async function aReturn(): Promise<Recording> {
  const one = (await Recording.begin(db)).add({}, returned, {});
  await keepActs(db);
  return one;
}

describe('the recorder takes no entry of a person', () => {
  const forged: readonly [string, RegExp, (entry: Draft) => Draft][] = [
    ['without an act', /#2: carries no act/, ({ act: _act, ...draft }) => draft],
    ['without a command', /#2: names the act of another command/, ({ command: _command, ...draft }) => draft],
    [
      'under an act that nobody kept',
      /#2: names an act that is not kept/,
      (draft) => ({ ...draft, act: 'ab'.repeat(64) }),
    ],
    [
      'that is another verdict than the act',
      /#2: says another type than its act/,
      (draft) => ({ ...draft, type: 'approved' }),
    ],
    [
      'with other words than the act',
      /#2: says another opinion than its act/,
      (draft) => ({ ...draft, details: { ...draft.details, opinion: { text: 't-2', hmac: 'ab' } } }),
    ],
    [
      'of another department than the act',
      /#2: says another department than its act/,
      (draft) => ({ ...draft, details: { ...draft.details, department: 'market' } }),
    ],
    [
      'in the name of somebody else',
      /#2: says another by than its act/,
      (draft) => ({ ...draft, by: { ...REVIEWER, account: 'reviewer-2' } }),
    ],
    [
      'that was filed for an enterprise and was not',
      /#2: says another onBehalfOf than its act/,
      (draft) => ({ ...draft, onBehalfOf: 'enterprise' }),
    ],
  ];

  test.each(forged)('%s', async (_name, reason, forge) => {
    const one = await aReturn();
    one.entries = rechained(one.entries, (draft, sequence) => (sequence === 2 ? forge(draft) : draft));
    await expect(record(one)).rejects.toThrow(reason);
    expect(await one.recorded(db)).toEqual([]);
  });

  test('whose act another key has signed, or whose act is kept in other words', async () => {
    const one = await aReturn();
    const act = one.entries[1]?.act ?? '';
    await db.rewrite(`UPDATE acts SET message = replace(message, '"round":1', '"round":2') WHERE signature = $1`, [
      act,
    ]);
    await expect(record(one)).rejects.toThrow(/#2: names an act whose signature is wrong/);

    const two = await Recording.begin(db);
    const key = newSigningKey();
    const about = { caseNumber: two.caseNumber, commandId: 'returned-1', bodyHash: 'b', madeAt: 1, actor: REVIEWER };
    const command = { ...(returned.details as object), type: 'returnPlan' } as never;
    const envelope = seal({ ...about, command }, key);
    await keepAct(db.pool, envelope, publicKeyOf(key));
    two.add({}, returned, {});
    const foreign = (draft: Draft) => ({ ...draft, act: envelope.signature });
    two.entries = rechained(two.entries, (draft, sequence) => (sequence === 2 ? foreign(draft) : draft));
    await expect(record(two)).rejects.toThrow(/#2: names an act signed by a foreign key/);
  });

  test('of an act on another case', async () => {
    const [one, two] = [await aReturn(), await Recording.begin(db)];
    const act = one.entries[1]?.act ?? '';
    two.add({}, returned);
    two.entries = rechained(two.entries, (draft, sequence) => (sequence === 2 ? { ...draft, act } : draft));
    await expect(record(two)).rejects.toThrow(/#2: names an act on another case/);
  });

  test('twice: whatever sends it again, the ledger has a command once', async () => {
    const one = await aReturn();
    await record(one);
    one.add(returned);
    await keepActs(db);
    await expect(record(one)).rejects.toThrow(/23505 recorded_acts_pkey/);
    expect(await one.recorded(db)).toHaveLength(3);
  });
});

test('of a case from before acts were kept the ledger takes what is left, until its first entry with an act', async () => {
  const one = (await Recording.begin(db)).add({}, returned, {});
  one.entries = rechained(one.entries, ({ act: _act, ...draft }) => draft);
  await db.pool.query(
    `UPDATE cases SET created_at = (SELECT acts_since - interval '1 day' FROM installation) WHERE case_number = $1`,
    [one.caseNumber],
  );
  await record(one);
  one.add({ command: 'with-an-act' });
  await keepActs(db);
  await record(one);
  const { act: _act, ...late } = returned as Draft;
  one.add({ ...late, command: 'late' });
  await keepActs(db);
  one.entries = rechained(one.entries, (draft, sequence) => (sequence === 5 ? withoutAct(draft) : draft));
  await expect(record(one)).rejects.toThrow(/#5: carries no act/);
});

test('an act that is sent again is kept until the ledger has its command; then it is said where', async () => {
  const one = await Recording.begin(db);
  const about = { caseNumber: one.caseNumber, commandId: 'c-1', bodyHash: 'b', actor: REVIEWER, command: {} as never };
  const key = newSigningKey();
  const first = seal({ ...about, madeAt: 1 }, key);
  expect(await keepAct(db.pool, first, publicKeyOf(key))).toBeUndefined();
  expect(await keepAct(db.pool, first, publicKeyOf(key))).toBeUndefined();
  expect(await keepAct(db.pool, seal({ ...about, madeAt: 2 }, key), publicKeyOf(key))).toBeUndefined();
  await db.pool.query(`INSERT INTO recorded_acts VALUES ('c-1', $1, 2, 3)`, [one.caseNumber]);
  const recorded = { stream: one.caseNumber, first: 2, last: 3 };
  expect(await keepAct(db.pool, seal({ ...about, madeAt: 3 }, key), publicKeyOf(key))).toEqual(recorded);
  const { rows } = await db.pool.query('SELECT message FROM acts WHERE command_id = $1', ['c-1']);
  const { signature: _signature, ...unsigned } = first;
  expect(rows).toHaveLength(2);
  expect(rows).toContainEqual({ message: canonicalJson(unsigned) });
});

describe('verifying names', () => {
  test.each([
    ['a return that became an approval', /#2: says another type than its act/, { type: 'approved' }],
    [
      'an opinion that became other words',
      /#2: says another opinion than its act/,
      { details: { ...returned.details, opinion: { text: 't-2', hmac: 'cd' } } },
    ],
    ['an act that became somebody else’s', /#2: says another by than its act/, { by: { ...REVIEWER, account: 'x' } }],
    [
      'an act that became the case’s own',
      /#2: carries no act/,
      { by: { account: 'case', role: 'case' }, act: undefined },
    ],
  ] as const)('%s, with all hashes computed anew', async (_name, finding, change) => {
    const one = await aReturn();
    await record(one);
    const found = await findingsAfter(one, (draft, sequence) =>
      sequence === 2 ? (JSON.parse(JSON.stringify({ ...draft, ...change })) as Draft) : draft,
    );
    expect(found).toEqual([expect.stringMatching(finding)]);
  });

  test('nothing in a ledger that nobody touched; a command that may be done again because it is not written down', async () => {
    const one = await aReturn();
    await record(one);
    expect(await findingsAfter(one)).toEqual([]);
    expect(await findingsAfter(one, undefined, `DELETE FROM recorded_acts WHERE command_id = 'returned-1'`)).toEqual([
      `${one.caseNumber}#2: its command is not written down as done 指令未登记`,
    ]);
    const moved = `UPDATE recorded_acts SET stream = 'another' WHERE command_id = 'returned-1'`;
    expect(await findingsAfter(one, undefined, moved)).toHaveLength(1);
  });
});

describe('outside a case', () => {
  const keys = new SigningKeys(newSigningKey());
  const STOREKEEPER = { account: 'storekeeper-1', role: 'storekeeper' } as const;
  const received = (quantity: number): Draft =>
    outsideAct({ type: 'stock-received', by: STOREKEEPER, at: 1, command: 'r-1', details: { lines: quantity } });
  let entries: Entry[];

  beforeAll(async () => {
    await db.pool.query('INSERT INTO signing_keys (public_key) VALUES ($1)', [keys.publicKey]);
    await transaction(db.pool, async (client) => {
      await append(client, 'stock', [outsideAct({ type: 'token-issued', by: MACHINE, at: 0, details: {} })]);
      await appendActs(keys, client, 'stock', [received(10)]);
    });
    const { rows } = await db.pool.query<{ entry: Entry }>(
      `SELECT entry FROM ledger WHERE stream = 'stock' ORDER BY sequence`,
    );
    entries = rows.map(({ entry }) => entry);
  });

  const findings = (change?: (draft: Draft, sequence: number) => Draft) =>
    findingsAfter({ caseNumber: 'stock', entries }, change);

  test('what people and the machine did holds', async () => {
    expect(entries.map(({ act }) => act?.length)).toEqual([undefined, 128]);
    expect(await findings()).toEqual([]);
  });

  test.each([
    ['a quantity', /#2: says another thing than its act/, 2, { details: { lines: 20 } }],
    ['a moment', /#2: says another thing than its act/, 2, { at: 2 }],
    ['who did it', /#2: says another thing than its act/, 2, { by: { ...STOREKEEPER, account: 'x' } }],
    ['an act of the machine into a person’s', /#1: carries no act/, 1, { by: STOREKEEPER }],
    ['an act of the machine into one that only people do', /#1: carries no act/, 1, { type: 'stock-received' }],
  ] as const)('verifying names that %s was changed', async (_name, finding, changed, change) => {
    const found = await findings((draft, sequence) =>
      sequence === changed ? ({ ...draft, ...change } as unknown as Draft) : draft,
    );
    expect(found).toEqual([expect.stringMatching(finding)]);
  });
});

const withoutAct = ({ act: _act, ...draft }: Draft): Draft => draft;

/** The entries as somebody would leave them who changes some and computes all hashes anew. */
function rechained(entries: readonly Entry[], change: (draft: Draft, sequence: number) => Draft): Entry[] {
  const drafts = entries.map(({ stream: _s, sequence, previous: _p, hash: _h, ...draft }) => change(draft, sequence));
  return chain(entries[0]?.stream ?? '', EMPTY_STREAM, drafts).entries;
}

class RolledBack extends Error {}

/** What verifying finds when somebody with SQL has rewritten the stream, its end and its projection; all of it is taken back. */
async function findingsAfter(
  one: Pick<Recording, 'caseNumber' | 'entries'>,
  change?: (draft: Draft, sequence: number) => Draft,
  statement?: string,
): Promise<string[]> {
  const found: string[] = [];
  const attacked = transaction(db.pool, async (client) => {
    await rewriting(client, async () => {
      if (change) {
        for (const entry of rechained(one.entries, change)) {
          await client.query(
            `UPDATE ledger SET entry = $3, type = $4, account = $5, role = $6, command = $7, previous = $8, hash = $9,
               at = to_timestamp($10::double precision / 1000)
             WHERE stream = $1 AND sequence = $2`,
            [
              ...[entry.stream, entry.sequence, JSON.stringify(entry), entry.type, entry.by.account, entry.by.role],
              ...[entry.command ?? null, entry.previous, entry.hash, entry.at],
            ],
          );
          await client.query('UPDATE ledger_streams SET hash = $2 WHERE stream = $1', [entry.stream, entry.hash]);
        }
        await client.query('DELETE FROM ledger_seals');
      }
      if (statement !== undefined) await client.query(statement);
    });
    // Its words were never stored: of them other tests tell (ledger-contents).
    const isOurs = (finding: string) => finding.startsWith(one.caseNumber) && !finding.includes(': text ');
    await verifyWithin(client, (finding) => void (isOurs(finding) && found.push(finding)));
    throw new RolledBack();
  });
  await attacked.catch((error: unknown) => {
    if (!(error instanceof RolledBack)) throw error;
  });
  return found;
}
