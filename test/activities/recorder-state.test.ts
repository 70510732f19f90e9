/** What PostgreSQL has of a case's state: what has changed is laid over it, a whole one replaces it, and what is older changes nothing. */
import type { Change, RecordBatch } from '../../contracts/case/views';
import { createRecorder } from '../../db/case/recorder';
import { findProjection } from '../../db/case/cases';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { partsSince, withParts, type Parts } from '../../domain/case/parts';
import type { Reopening } from '../../domain/case/state';
import { noticesOfDuties } from '../../domain/telling/outbox';
import { TestDatabase } from '../support/postgres';
import { KEY, Recording } from '../support/recording';

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
});
afterAll(() => db.stop());

const record = (batch: RecordBatch) => createRecorder(db.as('worker')).record(batch);
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

/** A recording without entries, as later ones of a case are: what has changed of the state, and no other duties. */
function shown(one: Recording, recording: number, parts: Parts, by: Partial<Change> = {}): RecordBatch {
  const { change, ...batch } = one.batch();
  if (!change) throw new Error('the batch brings a change');
  const duties = { changed: [], gone: [] };
  return { ...batch, entries: [], notices: [], recording, change: { ...change, parts, duties, ...by } };
}

const copiedTo = (state: Reopening, ...copies: string[]): Reopening => ({ ...state, copies });
const headcountOf = (state: Reopening, headcount: number): Reopening => ({
  ...state,
  operation: { ...state.operation, headcount },
});
const NOTHING: Parts = { o: {} };

describe('what has changed', () => {
  /** Records each state as it follows from the one before, and looks whether it comes back. */
  async function follows(...changes: ((state: Reopening) => Reopening)[]): Promise<Reopening> {
    const one = await recorded();
    let { state } = one;
    for (const [index, change] of changes.entries()) {
      const after = change(state);
      const parts = partsSince(state, after);
      expect('v' in parts).toBe(false);
      expect(withParts(state, parts)).toEqual(after);
      await record(shown(one, 3 + index, parts));
      expect(await stateIn(one)).toEqual(after);
      state = after;
    }
    return state;
  }

  test('is laid over what is there, however deep it lies', async () => {
    const after = await follows(
      (state) => ({ ...headcountOf(copiedTo(state, 'official-1'), 57), clock: state.clock + 1 }),
      (state) => ({ ...state, review: { ...state.review, round: 1, since: 5 } }),
      (state) => ({ ...state, operation: { ...state.operation, suspended: 1 } }),
    );
    expect(after).toMatchObject({
      copies: ['official-1'],
      operation: { headcount: 57, suspended: 1, owedReports: [] },
    });
  });

  test('may be that something is gone', async () => {
    const told = { reminded: 1, lastAt: 1, overdue: false, escalated: false, urgedAt: null };
    await follows(
      (state) => ({ ...state, reminders: { survey: told, plan: told } }),
      (state) => ({ ...state, reminders: { plan: { ...told, reminded: 2 } } }),
      (state) => ({ ...state, reminders: {} }),
    );
  });

  test('in a list of things with ids: one is another, one comes, one goes, the order is another', async () => {
    const incident = (id: string, people: number) => ({
      ...{
        id,
        cause: 'antigen' as const,
        round: 'r',
        openedAt: 1,
        status: 'suspected' as const,
        done: [],
        stepSince: 1,
      },
      people,
    });
    const incidents =
      (...all: [id: string, people: number][]) =>
      (state: Reopening) => ({
        ...state,
        incidents: all.map(([id, people]) => incident(id, people)),
      });
    await follows(
      incidents(['a', 1], ['2', 1], ['c', 1]),
      incidents(['a', 1], ['2', 5], ['c', 1]),
      incidents(['c', 1], ['2', 5], ['a', 1], ['1', 1]),
      incidents(['1', 2]),
      incidents(),
      incidents(['b', 1]),
    );
  });

  test('may be null, or a number beyond what 32 bits hold', async () => {
    await follows(
      (state) => ({ ...state, operation: { ...state.operation, startsOn: '2026-05-02', openedTo: 1_700_000_000_123 } }),
      (state) => ({ ...state, operation: { ...state.operation, startsOn: null, openedTo: Number.MAX_SAFE_INTEGER } }),
    );
  });
});

test('a whole state replaces what is there, whatever that was', async () => {
  const one = await recorded();
  await record(shown(one, 3, partsSince(one.state, headcountOf(one.state, 57))));
  await db.pool.query(`UPDATE reopenings SET state = state || '{"foreign": 1}' WHERE case_number = $1`, [
    one.caseNumber,
  ]);
  await record(shown(one, 4, { v: one.state }));
  expect(await stateIn(one)).toEqual(one.state);
  // Of a release before, which kept none.
  await db.pool.query('UPDATE reopenings SET state = NULL WHERE case_number = $1', [one.caseNumber]);
  await record(shown(one, 5, { v: one.state }));
  expect(await stateIn(one)).toEqual(one.state);
});

describe('a recording that comes late', () => {
  test.each([
    ['an older one of the same entry', { recording: 3 }],
    ['an older one of an older entry', { recording: 3, sequence: 1 }],
    ['a later one of an older entry', { recording: 9, sequence: 1 }],
  ])('%s changes nothing', async (_which, { recording, sequence }: { recording: number; sequence?: number }) => {
    const one = await recorded();
    const after = copiedTo(one.state, 'official-1');
    await record(shown(one, 4, partsSince(one.state, after)));
    const duties = { changed: [], gone: ['survey'] };
    const late = { v: headcountOf(one.state, 7) };
    await record(shown(one, recording, late, { duties, ...(sequence !== undefined && { sequence }) }));
    expect(await stateIn(one)).toEqual(after);
    expect(await dutiesIn(one)).toEqual(['survey']);
  });

  test('the same one again changes nothing', async () => {
    const one = await recorded();
    const told = { reminded: 1, lastAt: 1, overdue: false, escalated: false, urgedAt: null };
    const before = { ...one.state, reminders: { survey: told, plan: told } };
    await record(shown(one, 3, { v: before }));
    const after = { ...headcountOf(copiedTo(before, 'official-1'), 57), reminders: { plan: told } };
    for (let times = 0; times < 3; times += 1) await record(shown(one, 4, partsSince(before, after)));
    expect(await stateIn(one)).toEqual(after);
  });

  test('also when its entries are there already, in whatever groups they come', async () => {
    const one = (await Recording.begin(db)).add({}, {}, {}, {});
    const after = copiedTo(one.state, 'official-1');
    const { change, ...whole } = one.batch();
    if (!change) throw new Error('the batch brings a change');
    // The answer to the first was lost, so the case sent all that it had by then, with its whole state.
    await record(one.batch(1, 2));
    await record({ ...whole, recording: 6, change: { ...change, parts: { v: after } } });
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
    await record(shown(one, 1, { v: one.state }, { sequence: 0, duties: { changed: agenda(one.state), gone: null } }));
    expect([await stateIn(one), await dutiesIn(one)]).toEqual([one.state, ['survey']]);
    const stranger = new Recording();
    await expect(record(shown(stranger, 1, { v: stranger.state }))).rejects.toThrow('is not registered');
    await expect(record({ ...shown(one, 2, NOTHING), keys: [KEY, 'f'.repeat(64)] })).rejects.toThrow('a foreign key');
    expect(await stateIn(one)).toEqual(one.state);
  });

  test('tells of the duties that it brings, once', async () => {
    const one = await recorded();
    const [survey] = agenda(one.state);
    if (!survey) throw new Error('a new case owes its survey');
    const report = { ...survey, id: 'report/2026-05-03', kind: 'report' as const, owner: 'liaison' as const };
    const duties = { changed: [report], gone: [] };
    const batch = { ...shown(one, 3, NOTHING, { duties }), notices: noticesOfDuties(one.state, [report], 2) };
    for (let times = 0; times < 2; times += 1) await record(batch);
    const { rows } = await db.pool.query('SELECT duty, recipient FROM outbox WHERE stream = $1 AND duty = $2', [
      one.caseNumber,
      report.id,
    ]);
    expect(rows).toEqual([{ duty: report.id, recipient: 'liaison' }]);
  });

  test('and without a change, which only asks, leaves everything as it is', async () => {
    const one = await recorded();
    await record({ ...shown(one, 3, NOTHING), change: null });
    expect([await stateIn(one), await dutiesIn(one)]).toEqual([one.state, ['survey']]);
    expect(await one.recorded(db)).toEqual(one.entries);
  });
});

test('duties that are new or another are brought, what is not owed any more goes, all others stay as they are', async () => {
  const one = await recorded();
  const [survey] = agenda(one.state);
  if (!survey) throw new Error('a new case owes its survey');
  const duty = (id: string, by: Partial<AgendaItem> = {}): AgendaItem => ({ ...survey, id, ...by });
  const duties = (gone: readonly string[] | null, ...changed: AgendaItem[]) => ({ duties: { changed, gone } });
  await record(shown(one, 3, NOTHING, duties([], duty('a'), duty('b'))));
  expect(await dutiesIn(one)).toEqual(['a', 'b', 'survey']);
  await record(shown(one, 4, NOTHING, duties(['a'], duty('b', { overdue: true }))));
  expect(await dutiesIn(one)).toEqual(['b overdue', 'survey']);
  await record(shown(one, 5, NOTHING, duties([])));
  expect(await dutiesIn(one)).toEqual(['b overdue', 'survey']);
  // Where PostgreSQL may have others, all are told, and what is not among them goes.
  await record(shown(one, 6, NOTHING, duties(null, duty('c'), duty('b'))));
  expect(await dutiesIn(one)).toEqual(['b', 'c']);
  await record(shown(one, 7, NOTHING, duties(null)));
  expect(await dutiesIn(one)).toEqual([]);
});
