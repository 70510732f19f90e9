/** The proof finds nothing in a case that is whole, and names what is not: each sabotage, and each way in which the parts can disagree. */
import type { Client } from '../../db/sql/pool';
import { differenceBetween } from './rig/sender';
import type { Answer, Done } from './rig/act';
import type { LoggedAct } from './rig/act-log';
import type { CaseWorkflow, Effect, Evidence } from './rig/evidence';
import { chainHolds, COMPARISONS } from './rig/proof';
import { sabotage, type Sabotage } from './rig/sabotage';
import { readTables } from './rig/tables';
import { rewriting } from '../support/rewriting';
import { TestDatabase } from '../support/postgres';
import { witness, type Witnessed } from './witnessed';

let db: TestDatabase;
let seen: Witnessed;
let whole: Evidence;
beforeAll(async () => {
  db = await TestDatabase.start();
  seen = await witness(db);
  whole = await undone(evidenceOf);
});
afterAll(() => db.stop());

/** What `work` gives in a transaction that is rolled back. */
async function undone<T>(work: (client: Client) => Promise<T>): Promise<T> {
  const client = await db.pool.connect();
  try {
    await client.query('BEGIN');
    return await work(client);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
}

async function evidenceOf(client: Client): Promise<Evidence> {
  const workflows = new Map([[seen.caseNumber, seen.workflow]]);
  return { acts: seen.acts, tables: await readTables(client), workflows };
}

function findingsIn(evidence: Evidence): string[] {
  return COMPARISONS.flatMap((compare) => compare(evidence).findings);
}

/** Findings of every comparison and of the chain, after the sabotage. */
function broken(kind: Sabotage): Promise<{ said: string; compared: string[]; chain: readonly string[] }> {
  return undone(async (client) => {
    const said = await sabotage(client, kind, seen.acts);
    const { findings } = await chainHolds(client);
    return { said, compared: findingsIn(await evidenceOf(client)), chain: findings };
  });
}

const survey = () => `${seen.caseNumber} recordSurvey`;

function withAct(change: (one: LoggedAct) => LoggedAct, type = 'recordSurvey'): Evidence {
  return { ...whole, acts: whole.acts.map((one) => (one.act.type === type ? change(one) : one)) };
}

function withWorkflow(change: Partial<CaseWorkflow>): Evidence {
  return { ...whole, workflows: new Map([[seen.caseNumber, { ...seen.workflow, ...change }]]) };
}

function withEffect(change: Partial<Effect>): Evidence {
  const id = whole.acts.find(({ act }) => act.type === 'recordSurvey')?.act.id ?? '';
  const effects = new Map(seen.workflow.effects);
  effects.set(id, { ...(effects.get(id) as Effect), ...change });
  return withWorkflow({ effects });
}

const refusedAs = (code: string): Answer => ({ outcome: 'refused', status: 409, code });

describe('of what was recorded', () => {
  test('a whole case has no findings', async () => {
    expect(findingsIn(whole)).toEqual([]);
    expect((await undone(chainHolds)).findings).toEqual([]);
    expect(COMPARISONS.map((compare) => compare(whole).holds).join()).toContain('4 acknowledged acts took effect once');
  });

  test('an act that is lost is named, though the chain holds: what is shown counts it', async () => {
    const { said, compared, chain } = await broken('lost');
    expect(said).toContain(survey());
    expect(compared[0]).toMatch(`${survey()} `);
    expect(compared[0]).toContain('was acknowledged as #3 and is not in the ledger');
    expect(chain).toEqual([expect.stringContaining('the state has surveys 1, the ledger 0')]);
  });

  test('an act that took effect twice is named, though the chain holds: what is shown counts one', async () => {
    const { said, compared, chain } = await broken('twice');
    expect(said).toContain(survey());
    expect(compared[0]).toMatch(/took effect 2 times: #2 surveyed, #3 requirement-set, #7 surveyed/);
    expect(chain).toEqual([expect.stringContaining('the state has surveys 1, the ledger 2')]);
  });

  test('an entry that was changed is named by the chain alone', async () => {
    const { said, chain } = await broken('chain');
    expect(said).toContain(`${seen.caseNumber}#2`);
    expect(chain[0]).toContain(`${seen.caseNumber}#2: was changed`);
  });

  test.each([
    ['DELETE FROM duties', /nobody owes anything in the table/],
    ['UPDATE reopenings SET version = version - 1', /the projection is of #5, the case at #6/],
    [`UPDATE reopenings SET phase = 'plan'`, /the projection is in plan, the case in survey/],
    [`UPDATE reopenings SET state = jsonb_set(state, '{copies}', '["x"]')`, /is another state/],
    [`DELETE FROM outbox WHERE kind = 'urged'`, /notice .*urged.* is missing/],
    [`UPDATE outbox SET sequence = 99 WHERE kind = 'urged'`, /#99, which is not in the ledger/],
    [
      `UPDATE ledger SET entry = jsonb_set(entry, '{command}', '"x"') WHERE sequence = 6`,
      /urged of an act that nobody sent/,
    ],
    [`UPDATE cases SET start_command = 'another'`, /its cases: none/],
    [`INSERT INTO stock_items (item, on_hand) VALUES ('gloves', 5)`, /5 gloves on hand, the movements make 0/],
    [
      `INSERT INTO stock_items (item, on_hand, promised) VALUES ('gloves', 5, 5)`,
      /5 gloves promised, open orders have 0/,
    ],
    [
      `WITH item AS (INSERT INTO stock_items (item, on_hand) VALUES ('gloves', 5) RETURNING item)
       INSERT INTO stock_movements (item, kind, quantity, cause) SELECT item, 'receipt', 5, 'nobody' FROM item`,
      /receipt of gloves by nobody, which is not in the ledger/,
    ],
    [
      `WITH placed AS (INSERT INTO supply_orders (id, case_number, enterprise, requested_at)
         SELECT case_number || '/1', case_number, enterprise, now() FROM cases RETURNING id)
       INSERT INTO supply_lines (order_id, item, requested) SELECT id, 'gloves', 5 FROM placed`,
      /order \d+-\d+\/1 was never placed/,
    ],
    [
      `WITH opened AS (INSERT INTO test_rounds (case_number, round, enterprise, date, test, kind, opened_at)
         SELECT case_number, '2026-05-01/morning', enterprise, '2026-05-01', 'morning', 'antigen', now() FROM cases
         RETURNING case_number, round),
       someone AS (INSERT INTO accounts (id, login, display_name, role) VALUES ('a-1', 'a-1', '演示', 'official') RETURNING id)
       INSERT INTO test_sheets (case_number, round, sheet, command, account, rows)
       SELECT case_number, round, 'sheet-1', 'nobody', id, 8 FROM opened, someone`,
      /sheet sheet-1 is of an act that nobody sent/,
    ],
  ])('after %s', async (statement, finding) => {
    const findings = await undone(async (client) => {
      await rewriting(client, () => client.query(statement));
      return findingsIn(await evidenceOf(client));
    });
    expect(findings).toContainEqual(expect.stringMatching(finding));
  });
});

describe('of what was answered', () => {
  test.each<[string, (one: LoggedAct) => LoggedAct, RegExp]>([
    ['refused', (one) => ({ ...one, answer: refusedAs('already-done') }), /was refused and took effect: #2 surveyed/],
    ['with another number', (one) => ({ ...one, answer: { ...(one.answer as Done), sequence: 4 } }), /answered as #4/],
    [
      'for another case',
      (one) => ({ ...one, answer: { ...(one.answer as Done), caseNumber: '2026-0000' } }),
      /stands in 2026-\d+/,
    ],
  ])('an act that was %s', (_how, change, finding) => {
    expect(findingsIn(withAct(change))).toContainEqual(expect.stringMatching(finding));
  });

  test('an act without an answer may have taken effect once or not at all', () => {
    expect(findingsIn(withAct((one) => ({ ...one, answer: undefined })))).toEqual([]);
    const never = { ...whole.acts[1], act: { ...whole.acts[1]?.act, id: 'never' }, answer: undefined } as LoggedAct;
    expect(findingsIn({ ...whole, acts: [...whole.acts, never] })).toEqual([]);
  });

  test('the answer to a repeat is the first one, marked as a repeat', () => {
    const first: Done = { outcome: 'done', status: 200, caseNumber: '2026-0001', sequence: 7, replayed: false };
    expect(differenceBetween(first, { ...first, replayed: true })).toBeUndefined();
    expect(differenceBetween(first, first)).toContain('Idempotent-Replayed');
    expect(differenceBetween(first, { ...first, replayed: true, sequence: 9 })).toBe('first #7, then #9');
    expect(differenceBetween(first, refusedAs('already-done'))).toContain('already-done');
  });
});

describe('of what Temporal has', () => {
  test('an act that was accepted twice, or only as a repeat, or with another number', () => {
    expect(findingsIn(withEffect({ accepted: 2 }))).toContainEqual(expect.stringMatching('accepted 2 times as new'));
    expect(findingsIn(withEffect({ accepted: 0 }))).toContainEqual(expect.stringMatching('only as a repeat'));
    expect(findingsIn(withEffect({ accepted: 0, signalled: 1 }))).toEqual([]);
    expect(findingsIn(withEffect({ sequences: [3, 5] }))).toContainEqual(expect.stringMatching('is #5 in its history'));
  });

  test('a case that does not answer, has not recorded all, or has ended', () => {
    const { held } = seen.workflow;
    if (!held) throw new Error('the case answers');
    const late = { ...held, status: { ...held.status, unrecorded: 2 } };
    expect(findingsIn(withWorkflow({ held: undefined }))).toEqual([`${seen.caseNumber}: its workflow does not answer`]);
    expect(findingsIn(withWorkflow({ held: late }))).toEqual([`${seen.caseNumber}: 2 entries are not recorded`]);
    expect(findingsIn(withWorkflow({ open: false }))).toContain(
      `${seen.caseNumber}: its workflow has ended, the projection is open`,
    );
  });

  test('an act that nobody sent', () => {
    const effects = new Map(seen.workflow.effects).set('x', { accepted: 1, replayed: 0, signalled: 0, sequences: [9] });
    expect(findingsIn(withWorkflow({ effects }))).toEqual([`${seen.caseNumber}: its history has x, which nobody sent`]);
  });
});
