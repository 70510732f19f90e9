/** Rounds on a real PostgreSQL: frozen once, excused in time, counted and closed so that no sheet is lost or comes after the end. */
import { createFactReader } from '../../db/case/facts';
import { markIncidentTaken } from '../../db/testing/incidents';
import { leave, lockRoster } from '../../db/people/people';
import { setDays } from '../../db/people/person-days';
import { transaction, type Client } from '../../db/sql/pool';
import { countRound, excuse, listRoundPeople, lockRound } from '../../db/testing/rounds';
import { incidentsOf, insertIncident, insertSheet } from '../../db/testing/sheets';
import { addDays } from '../../domain/calendar/calendar';
import { TestDatabase } from '../support/postgres';
import { DAY, employ, employee, openRound } from '../support/frozen-rounds';

const CASE = { caseNumber: '2026-0001', enterprise: 'e-1' };
const NOTHING = { negative: 0, positive: 0, pending: 0, invalid: 0, recheck: 0, notTested: 0 };

let db: TestDatabase;
beforeAll(async () => {
  db = await TestDatabase.start();
  await db.register(CASE.caseNumber, CASE.enterprise, 'k'.repeat(64));
});
afterAll(() => db.stop());
beforeEach(() => db.pool.query('TRUNCATE people, test_rounds CASCADE'));

const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
const put = (...people: Parameters<typeof employee>[]) =>
  employ(
    db.pool,
    'e-1',
    people.map((one) => employee(...one)),
  );
const opened = (over: object = {}) => openRound(db.pool, { ...CASE, ...over });
const counts = (round: string) => countRound(db.pool, CASE.caseNumber, round);
type Stage = 'open' | 'due' | 'closed';
const read = (rounds: { round: string; stage: Stage }[]) =>
  createFactReader(db.as('worker')).read({ stream: CASE.caseNumber }, { rounds, orders: [] });
const ask = (round: string, stage: Stage) => read([{ round, stage }]);
const states = async (round: string) => {
  const filter = { caseNumber: CASE.caseNumber, round, untested: false, after: null, limit: 100 };
  const people = await listRoundPeople(db.pool, filter);
  return Object.fromEntries(people.map((one) => [one.person, one.reason ?? one.state]));
};
const sheetOf = (
  round: string,
  results: { [person: string]: string },
  command = `c-${Object.keys(results).join('')}`,
) =>
  inOne(async (client) => {
    await lockRound(client, CASE.caseNumber, round);
    const rows = Object.entries(results).map(([person, result]) => ({
      ...{ person, result, tube: null, reason: null, corrects: null },
    }));
    const key = { caseNumber: CASE.caseNumber, round, sheet: command };
    await insertSheet(client, key, { command, account: 'official-1' }, rows);
    const people = rows.filter((row) => row.result === 'positive').map((row) => row.person);
    if (people.length > 0) await insertIncident(client, key, command, { cause: 'antigen', tube: null, people });
  });

test('who must test is fixed when the round opens, the exempt with their reason; a repeat changes nothing', async () => {
  await put(['a'], ['b'], ['away'], ['out', { loop: 'outside' }], ['late', { joinedOn: addDays(DAY, 1) }]);
  const days = { from: DAY, to: DAY };
  await inOne(async (client) => {
    await setDays(client, 'person_absences', { person: 'away', ...days, reason: 'sick' });
    await setDays(client, 'person_exemptions', { person: 'b', ...days, reason: 'recovered' });
  });
  const round = await opened();
  expect(await states(round)).toEqual({ a: 'owes', b: 'recovered' });
  await put(['new']);
  await opened();
  expect(await states(round)).toEqual({ a: 'owes', b: 'recovered' });
  expect(Object.keys(await states(await opened({ test: 'evening' })))).toEqual(['a', 'b', 'new']);
});

test('five thousand are frozen and counted', async () => {
  await employ(
    db.pool,
    'e-1',
    Array.from({ length: 5000 }, (_none, n) => employee(`p${n}`)),
  );
  const round = await opened();
  expect(await counts(round)).toEqual({ owed: 5000, untested: 5000, ...NOTHING });
});

test('who leaves for good is excused from that day on in rounds that are not closed, unless the result is there', async () => {
  await put(['a'], ['b'], ['c']);
  const closed = await opened({ test: 'early' });
  await ask(closed, 'closed');
  const round = await opened();
  const yesterday = await opened({ date: addDays(DAY, -1) });
  await sheetOf(round, { b: 'negative' });
  const at = new Date('2026-05-10T03:00:00Z');
  await inOne((client) => excuse(client, ['a', 'b'], { on: DAY, at }));
  expect(await states(round)).toEqual({ a: 'excused', b: 'owes', c: 'owes' });
  for (const other of [closed, yesterday]) expect((await counts(other)).untested).toBe(3);
  expect(await counts(round)).toEqual({ ...NOTHING, owed: 2, negative: 1, untested: 1 });
  const { rows } = await db.pool.query(`SELECT excused_at FROM round_people WHERE state = 'excused'`);
  expect(rows).toEqual([{ excused_at: at }]);
});

test('leaving while a round opens: nobody who has left owes it', async () => {
  for (let n = 0; n < 20; n += 1) {
    const [person, date] = [`p${n}`, addDays(DAY, n)];
    await put([person]);
    const at = new Date();
    const leaves = inOne(async (client) => {
      await lockRoster(client, 'e-1');
      await leave(client, 'e-1', { people: [person], on: date, at });
      await excuse(client, [person], { on: date, at });
    });
    const [round] = await Promise.all([opened({ date }), leaves]);
    expect((await states(round))[person] ?? 'excused').toBe('excused');
  }
});

describe('what the case is told', () => {
  test('of a round that was never opened: nothing, so that it asks again; and nothing is closed meanwhile', async () => {
    await put(['a']);
    const round = await opened();
    const rounds = [round, `${DAY}/evening`].map((one) => ({ round: one, stage: 'closed' as const }));
    await expect(read(rounds)).rejects.toThrow('is not there');
    const { rows } = await db.pool.query('SELECT closed_at FROM test_rounds');
    expect(rows).toEqual([{ closed_at: null }]);
  });

  test('a sheet whose Update was lost is counted at the close all the same, with its incident', async () => {
    await put(['a'], ['b'], ['c']);
    const round = await opened();
    await sheetOf(round, { a: 'positive', b: 'negative' }, 'lost');
    const [incident] = await incidentsOf(db.pool, 'lost');
    expect(incident).toMatchObject({ cause: 'antigen', people: 1 });
    const told = { round, counts: { ...NOTHING, owed: 3, positive: 1, negative: 1, untested: 1 }, sheets: 1 };
    const closed = { rounds: [{ ...told, stage: 'closed', positives: [incident] }], orders: [] };
    expect(await ask(round, 'closed')).toEqual(closed);
    expect(await ask(round, 'closed')).toEqual(closed);
    await inOne((client) => markIncidentTaken(client, incident?.incident ?? ''));
    expect((await ask(round, 'closed')).rounds[0]?.positives).toEqual([]);
  });

  test('the close is once and for all, before that nothing closes', async () => {
    await put(['a']);
    const round = await opened();
    const closedAt = async () => (await inOne((client) => lockRound(client, CASE.caseNumber, round)))?.closedAt;
    for (const stage of ['open', 'due'] as const) await ask(round, stage);
    expect(await closedAt()).toBeNull();
    await ask(round, 'closed');
    const first = await closedAt();
    expect(first).toBeInstanceOf(Date);
    await ask(round, 'closed');
    expect(await closedAt()).toEqual(first);
  });
});
