/** What PostgreSQL has of a case's state: members are laid over it, a whole one replaces it, and what is older changes nothing. */
import type { Change, RecordBatch } from '../../contracts/case/views';
import { createRecorder } from '../../db/case/recorder';
import { findProjection } from '../../db/case/cases';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { partsSince, withParts, type Parts } from '../../domain/case/parts';
import type { Reopening } from '../../domain/case/state';
import { TestDatabase } from '../support/postgres';
import { KEY, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const record = (batch: RecordBatch) => createRecorder(db.pool).record(batch);
const stateIn = async ({ caseNumber }: Recording) => (await findProjection(db.pool, caseNumber))?.state;
const dutiesIn = async ({ caseNumber }: Recording) => {
  const { rows } = await db.pool.query<{ id: string; overdue: boolean }>(
    'SELECT id, overdue FROM duties WHERE case_number = $1 ORDER BY id COLLATE "C"',
    [caseNumber],
  );
  return rows.map(({ id, overdue }) => (overdue ? `${id} overdue` : id));
};

/** The case with that many entries, all of which and whose whole state are recorded. */
async function recorded(entries = 2): Promise<Recording> {
  const one = (await Recording.begin(db)).add(...Array.from({ length: entries }, () => ({})));
  await record(one.batch());
  return one;
}

/** A recording without entries, as later ones of a case are: the parts, and no other duties. */
function shown(one: Recording, recording: number, parts: Parts, by: Partial<Change> = {}): RecordBatch {
  const { change, ...batch } = one.batch();
  if (!change) throw new Error('the batch brings a change');
  const duties = { owed: change.duties.owed, changed: [] };
  return { ...batch, entries: [], notices: [], recording, change: { ...change, parts, duties, ...by } };
}

const COPIED: Parts = { copies: ['official-1'] };

describe('members of the state', () => {
  test('are laid over what is there; of operation and review theirs', async () => {
    const one = await recorded();
    const { state } = one;
    const first: Parts = { ...COPIED, clock: state.clock + 1, operation: { headcount: 57 } };
    await record(shown(one, 3, first));
    const second: Parts = { clock: state.clock + 2, operation: { suspended: 1 }, review: { round: 1, since: 5 } };
    await record(shown(one, 4, second));
    const after = withParts(withParts(state, first), second);
    expect(await stateIn(one)).toEqual(after);
    expect(after).toMatchObject({
      copies: ['official-1'],
      operation: { headcount: 57, suspended: 1, owedReports: [] },
    });
  });

  test('that are objects themselves are replaced, not mixed: what is gone in them is gone', async () => {
    const one = await recorded();
    const { state } = one;
    const told = { reminded: 1, lastAt: 1, overdue: false, escalated: false, urgedAt: null };
    await record(
      shown(one, 3, { reminders: { survey: told, plan: told }, review: { signatures: {}, takenBack: { market: 1 } } }),
    );
    await record(shown(one, 4, { reminders: { plan: told }, review: { takenBack: {} } }));
    const after = { ...state, reminders: { plan: told }, review: { ...state.review, takenBack: {} } };
    expect(await stateIn(one)).toEqual(after);
  });

  test('that are null, and numbers beyond what 32 bits hold, come back as they were', async () => {
    const one = await recorded();
    const operation = { startsOn: null, openedTo: Number.MAX_SAFE_INTEGER };
    const survey = { ...one.state.survey, committedAt: 1_700_000_000_123, visitedAt: null };
    await record(shown(one, 3, { survey, operation }));
    expect(await stateIn(one)).toEqual(withParts(one.state, { survey, operation }));
  });
});

test('a whole state replaces what is there, whatever that was', async () => {
  const one = await recorded();
  await record(shown(one, 3, { ...COPIED, operation: { headcount: 57 } }));
  await db.pool.query(`UPDATE reopenings SET state = state || '{"foreign": 1}' WHERE case_number = $1`, [
    one.caseNumber,
  ]);
  await record(shown(one, 4, one.state));
  expect(await stateIn(one)).toEqual(one.state);
  // Of a release before, which kept none.
  await db.pool.query('UPDATE reopenings SET state = NULL WHERE case_number = $1', [one.caseNumber]);
  await record(shown(one, 5, one.state));
  expect(await stateIn(one)).toEqual(one.state);
});

describe('a recording that comes late', () => {
  test.each([
    ['an older one of the same entry', { recording: 3 }],
    ['an older one of an older entry', { recording: 3, sequence: 1 }],
    ['a later one of an older entry', { recording: 9, sequence: 1 }],
  ])('%s changes nothing', async (_which, { recording, sequence }: { recording: number; sequence?: number }) => {
    const one = await recorded();
    await record(shown(one, 4, COPIED));
    const duties = { owed: [], changed: [] };
    const late = { copies: [], review: { round: 7 } };
    await record(shown(one, recording, late, { duties, ...(sequence !== undefined && { sequence }) }));
    expect(await stateIn(one)).toEqual(withParts(one.state, COPIED));
    expect(await dutiesIn(one)).toEqual(['survey']);
  });

  test('the same one again changes nothing', async () => {
    const one = await recorded();
    const parts = { ...COPIED, operation: { headcount: 57 } };
    for (let times = 0; times < 3; times += 1) await record(shown(one, 3, parts));
    expect(await stateIn(one)).toEqual(withParts(one.state, parts));
  });

  test('also when its entries are there already, in whatever groups they come', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {}, {});
    const after: Reopening = { ...one.state, ...COPIED } as Reopening;
    const { change, ...whole } = one.batch();
    if (!change) throw new Error('the batch brings a change');
    // The answer to the first was lost, so the case sent all that it had by then, with its whole state.
    await record(one.batch(1, 2));
    await record({ ...whole, recording: 6, change: { ...change, parts: after } });
    // An attempt of the first runs to its end only now.
    await record(one.batch(1, 2));
    await record({ ...one.batch(2, 3), recording: 5 });
    expect(await one.recorded(db)).toEqual(one.entries);
    expect(await stateIn(one)).toEqual(after);
  });
});

describe('a batch without entries', () => {
  test('is recorded when the case has none yet at all, and refused of a case that nobody registered', async () => {
    const one = await Recording.begin(db);
    await record(shown(one, 1, one.state, { sequence: 0, duties: { owed: ['survey'], changed: agenda(one.state) } }));
    expect([await stateIn(one), await dutiesIn(one)]).toEqual([one.state, ['survey']]);
    const stranger = new Recording();
    await expect(record(shown(stranger, 1, stranger.state))).rejects.toThrow('is not registered');
    await expect(record({ ...shown(one, 2, COPIED), keys: [KEY, 'f'.repeat(64)] })).rejects.toThrow('a foreign key');
    expect(await stateIn(one)).toEqual(one.state);
  });

  test('and without a change, which only asks, leaves everything as it is', async () => {
    const one = await recorded();
    await record({ ...shown(one, 3, {}), change: null });
    expect([await stateIn(one), await dutiesIn(one)]).toEqual([one.state, ['survey']]);
    expect(await one.recorded(db)).toEqual(one.entries);
  });
});

test('duties that are new or another are brought, what is not owed any more goes, all others stay as they are', async () => {
  const one = await recorded();
  const [survey] = agenda(one.state);
  if (!survey) throw new Error('a new case owes its survey');
  const duty = (id: string, by: Partial<AgendaItem> = {}): AgendaItem => ({ ...survey, id, ...by });
  const duties = (owed: readonly string[], ...changed: AgendaItem[]) => ({ duties: { owed, changed } });
  await record(shown(one, 3, {}, duties(['a', 'b', 'survey'], duty('a'), duty('b'))));
  expect(await dutiesIn(one)).toEqual(['a', 'b', 'survey']);
  await record(shown(one, 4, {}, duties(['b', 'survey'], duty('b', { overdue: true }))));
  expect(await dutiesIn(one)).toEqual(['b overdue', 'survey']);
  await record(shown(one, 5, {}, duties(['b', 'survey'])));
  expect(await dutiesIn(one)).toEqual(['b overdue', 'survey']);
  await record(shown(one, 6, {}, duties([])));
  expect(await dutiesIn(one)).toEqual([]);
});

test('two states give the parts that make the later one of the earlier one in PostgreSQL too', async () => {
  const one = await recorded();
  const { state } = one;
  const after: Reopening = {
    ...state,
    clock: state.clock + 60_000,
    copies: ['a', 'b'],
    review: { ...state.review, round: 2, signatures: { market: { by: 'a', at: 1, round: 1, versions: {} } } },
    operation: { ...state.operation, owedReports: ['2026-05-02'] },
  };
  await record(shown(one, 3, partsSince(state, after)));
  expect(await stateIn(one)).toEqual(after);
});
