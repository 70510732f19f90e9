/** Sheets and what follows positives, on a real PostgreSQL: taken back without a trace, nobody in two incidents, rechecked, traced. */
import fc from 'fast-check';
import {
  endIncident,
  fileRecheck,
  incidentPeople,
  markIncidentTaken,
  settleRecheck,
  takeStepBack,
  tellIncidents,
  trace,
} from '../../db/testing/incidents';
import { transaction, type Client } from '../../db/sql/pool';
import { listRoundPeople } from '../../db/testing/rounds';
import {
  candidates,
  heldAmong,
  incidentsOf,
  insertIncident,
  insertSheet,
  takeSheetBack,
} from '../../db/testing/sheets';
import { RESULTS } from '../../contracts/documents/sheets';
import { TestDatabase } from '../support/postgres';
import { employ, employee, openRound } from '../support/frozen-rounds';

const CASE = { caseNumber: '2026-0001', enterprise: 'e-1' };
const EVERYONE = ['a', 'b', 'c', 'd'];

let db: TestDatabase;
let round: string;
beforeAll(async () => {
  db = await TestDatabase.start();
  await db.register(CASE.caseNumber, CASE.enterprise, 'k'.repeat(64));
});
afterAll(() => db.stop());
beforeEach(fresh);

async function fresh(): Promise<void> {
  await db.pool.query('TRUNCATE people, test_rounds CASCADE');
  const early = { workshop: '一车间', team: '早班' };
  await employ(
    db.pool,
    'e-1',
    EVERYONE.map((id) => employee(id, id === 'd' ? {} : early)),
  );
  round = await openRound(db.pool, CASE);
}

const inOne = <T>(work: (client: Client) => Promise<T>) => transaction(db.pool, work);
const key = (sheet: string) => ({ caseNumber: CASE.caseNumber, round, sheet });
const file = (command: string, results: { [person: string]: string }, corrects: string | null = null) =>
  inOne((client) =>
    insertSheet(
      client,
      key(command),
      { command, account: 'official-1' },
      Object.entries(results).map(([person, result]) => ({ person, result, tube: null, reason: null, corrects })),
    ),
  );
const takeBack = (command: string) => inOne((client) => takeSheetBack(client, command));
const results = async () => {
  const filter = { caseNumber: CASE.caseNumber, round, untested: false, after: null, limit: 10 };
  const people = await listRoundPeople(db.pool, filter);
  return Object.fromEntries(people.flatMap((one) => (one.result === null ? [] : [[one.person, one.result]])));
};
const incident = async (command: string, people: readonly string[], cause: 'tube' | 'nucleic-acid' = 'tube') => {
  await file(command, { [people[0] ?? '']: 'recheck' });
  await inOne((client) => insertIncident(client, key(command), command, { cause, tube: null, people }));
  return (await incidentsOf(db.pool, command))[0]?.incident ?? '';
};
const statuses = async (id: string) =>
  Object.fromEntries((await incidentPeople(db.pool, id)).map((one) => [one.person, one.status]));

test('sheets in any order, some of them taken back: the newest that stands counts', async () => {
  const one = fc.record({
    results: fc.dictionary(fc.constantFrom(...EVERYONE), fc.constantFrom(...RESULTS), { minKeys: 1 }),
    takenBackAfter: fc.option(fc.nat(4)),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(one, { maxLength: 5 }), async (sheets) => {
      await fresh();
      const gone = new Set<number>();
      for (const [now, sheet] of sheets.entries()) {
        await file(`s${now}`, sheet.results);
        for (const [n, { takenBackAfter }] of sheets.slice(0, now + 1).entries()) {
          if (takenBackAfter === null || n + takenBackAfter !== now) continue;
          await takeBack(`s${n}`);
          gone.add(n);
        }
      }
      const standing = sheets.filter((_sheet, n) => !gone.has(n));
      expect(await results()).toEqual(Object.assign({}, ...standing.map((sheet) => sheet.results)));
      const { rows } = await db.pool.query('SELECT count(*) AS sheets FROM test_sheets');
      expect(rows).toEqual([{ sheets: standing.length }]);
    }),
    { numRuns: 40 },
  );
});

test('a sheet whose result was corrected meanwhile can be taken back; the correction stands', async () => {
  await file('first', { a: 'negative' });
  const [found] = await inOne((client) => candidates(client, CASE.caseNumber, round));
  await file('correction', { a: 'invalid' }, found?.resultId ?? null);
  await takeBack('first');
  expect(await results()).toEqual({ a: 'invalid' });
});

describe('an incident', () => {
  test('goes with its sheet, unless the case may know of it already', async () => {
    for (const [command, known] of [
      ['refused', () => Promise.resolve()],
      ['told', () => inOne((client) => tellIncidents(client, CASE.caseNumber, round))],
      ['taken', async (id: string) => inOne((client) => markIncidentTaken(client, id))],
    ] as const) {
      const id = await incident(command, ['a']);
      await known(id);
      await takeBack(command);
      expect([command, await results()]).toEqual([command, {}]);
      expect(Object.keys(await statuses(id))).toEqual(command === 'refused' ? [] : ['a']);
    }
  });

  test('holds its people until it is over; two sheets at once do not both take somebody', async () => {
    const take = (command: string) =>
      inOne(async (client) => {
        const held = await heldAmong(client, ['a', 'b']);
        const people = ['a', 'b'].filter((person) => !held.has(person));
        await insertIncident(client, key(command), command, { cause: 'tube', tube: null, people });
        return people.length;
      });
    const taken = await Promise.all(['x', 'y', 'z'].map(take));
    expect(taken.sort()).toEqual([0, 0, 2]);
    for (const command of ['x', 'y', 'z']) {
      for (const { incident: id } of await incidentsOf(db.pool, command)) {
        await inOne((client) => endIncident(client, id));
      }
    }
    expect(await take('later')).toBe(2);
  });

  test('has the results of the recheck that the case accepted, whatever was sent besides', async () => {
    const id = await incident('s', ['a', 'b']);
    const sent = (command: string, a: 'positive' | 'negative') =>
      inOne((client) =>
        fileRecheck(client, id, command, [
          { person: 'a', result: a },
          { person: 'b', result: 'negative' },
        ]),
      );
    await sent('lost', 'negative');
    await sent('accepted', 'positive');
    await sent('accepted', 'negative');
    expect(await statuses(id)).toEqual({ a: 'held', b: 'held' });
    for (let twice = 0; twice < 2; twice += 1) await inOne((client) => settleRecheck(client, id, 'accepted'));
    await sent('too late', 'negative');
    await inOne((client) => takeStepBack(client, 'too late'));
    expect(await statuses(id)).toEqual({ a: 'positive', b: 'negative' });
  });

  test('has as contacts the team, those of its tube as well, and who shares a room; and loses them when the case refuses', async () => {
    const id = await incident('s', ['a', 'b']);
    const tested = [
      { person: 'a', result: 'positive' as const },
      { person: 'b', result: 'negative' as const },
    ];
    await inOne(async (client) => {
      await fileRecheck(client, id, 'r', tested);
      await settleRecheck(client, id, 'r');
    });
    const roommates = (_client: Client, people: readonly string[]) => {
      expect(people).toEqual(['a']);
      return Promise.resolve(['d']);
    };
    const traced = (command: string) => inOne((client) => trace(client, id, command, roommates));
    expect(await traced('t')).toBe(3);
    expect(await traced('t')).toBe(3);
    expect(await statuses(id)).toEqual({ a: 'positive', b: 'contact', c: 'contact', d: 'contact' });
    await inOne((client) => takeStepBack(client, 'another'));
    expect(await traced('t')).toBe(3);
    await inOne((client) => takeStepBack(client, 't'));
    expect(await statuses(id)).toEqual({ a: 'positive', b: 'negative' });
  });
});
