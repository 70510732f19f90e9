/** Rosters of two enterprises through random lists, departures, absences and changes: nobody is on two, everyone or nobody, once. */
import { PEOPLE_ACTS } from '../../domain/people/acts';
import { absence, change, importRoster, leave, quietUntil, type Known, type Line } from '../../domain/people/roster';
import type { Dice } from '../support/dice';
import { asked, day, doneBy, lives, perhaps } from '../support/outside';

const ENTERPRISES = ['e-1', 'e-2'];
const DOCUMENTS = ['d1', 'd2', 'd3', 'd4', 'd5', 'd6', 'd7'];
const STRANGER = 'p-nobody';
const SAID = ['name', 'workshop', 'team', 'loop', 'chronic', 'partyMember'] as const;

interface Someone extends Known {
  readonly joinedOn: string;
  readonly left: string | null;
}

class Rosters {
  people: Someone[] = [];
  #born = 0;

  active(enterprise?: string): Someone[] {
    return this.people.filter((one) => one.left === null && (enterprise ?? one.enterprise) === one.enterprise);
  }

  change(ids: readonly string[], over: Partial<Someone>): void {
    this.people = this.people.map((one) => (ids.includes(one.id) ? { ...one, ...over } : one));
  }

  born(enterprise: string, line: Line, joinedOn: string): void {
    const { at: _at, ...rest } = line;
    const marks = { chronic: line.chronic ?? false, partyMember: line.partyMember ?? false };
    this.people.push({ ...rest, ...marks, id: `p-${(this.#born += 1)}`, enterprise, joinedOn, left: null });
  }
}

const lineOf = (dice: Dice, documentKey: string, n: number): Line => ({
  at: `/rows/${n}/document`,
  documentKey,
  phoneKey: dice.of(['t1', 't2']),
  name: dice.of(['甲', '乙']),
  workshop: dice.of([null, '一车间']),
  team: dice.of([null, '早班', '晚班']),
  loop: dice.of(['on-site', 'lodging', 'outside']),
  chronic: dice.of([null, true, false]),
  partyMember: dice.of([null, true, false]),
});

/** What stands on the roster once the line is in it: what it does not say stays. */
function after(one: Someone, line: Line): Someone {
  const said = Object.fromEntries(SAID.flatMap((field) => (line[field] === null ? [] : [[field, line[field]]])));
  return { ...one, ...said, phoneKey: line.phoneKey };
}

function imports(dice: Dice, rosters: Rosters): void {
  const enterprise = dice.of(ENTERPRISES);
  const lines = dice.some(DOCUMENTS).map((document, n) => lineOf(dice, document, n));
  const holder = (line: Line) => rosters.active().find((one) => one.documentKey === line.documentKey);
  const known = rosters.active().filter((one) => lines.some((line) => line.documentKey === one.documentKey));
  const answer = asked(importRoster, known, enterprise, lines);
  const elsewhere = lines.filter((line) => (holder(line)?.enterprise ?? enterprise) !== enterprise);
  if (elsewhere.length > 0) {
    expect(answer.refused).toEqual({
      code: 'table-invalid',
      about: { mistakes: elsewhere.length },
      wrong: elsewhere.map(({ at }) => ({ at, why: 'on-another-roster' })),
    });
    return;
  }
  const { added, updated, unchanged, details } = doneBy(PEOPLE_ACTS.importRoster, answer);
  expect(added).toEqual(lines.filter((line) => holder(line) === undefined));
  const others = lines.flatMap((line) => {
    const one = holder(line);
    return one && JSON.stringify(after(one, line)) !== JSON.stringify(one) ? [{ ...line, id: one.id }] : [];
  });
  expect(updated).toEqual(others);
  expect(added.length + updated.length + unchanged).toBe(lines.length);
  expect(details).toEqual({ added: added.length, updated: updated.length });
  for (const line of updated)
    rosters.people = rosters.people.map((one) => (one.id === line.id ? after(one, line) : one));
  for (const line of added) rosters.born(enterprise, line, day(dice.below(10)));
  // The same list again finds everyone as it says.
  const again = doneBy(PEOPLE_ACTS.importRoster, asked(importRoster, rosters.active(), enterprise, lines));
  expect([again.added, again.updated, again.unchanged]).toEqual([[], [], lines.length]);
}

function named(dice: Dice, rosters: Rosters, enterprise: string) {
  const ids = [...rosters.people.map((one) => one.id), STRANGER].filter(() => dice.chance(25));
  const people = ids.length > 0 ? [...ids, ...dice.some(ids)] : [STRANGER];
  const present = rosters.active(enterprise).filter((one) => people.includes(one.id));
  const unknown = people.filter((id) => !present.some((one) => one.id === id));
  return { people, present, unknown };
}

function leaves(dice: Dice, rosters: Rosters): void {
  const { people, present, unknown } = named(dice, rosters, dice.of(ENTERPRISES));
  const [on, now] = [day(dice.below(12)), dice.below(1000)];
  const at = perhaps(dice, [dice.below(1000)]);
  const answer = asked(leave, present, { people, on, at }, now);
  if (unknown.length > 0) {
    expect(answer.refused).toMatchObject({ code: 'unknown-person', about: { people: unknown.slice(0, 10) } });
    return;
  }
  if (present.some((one) => one.joinedOn > on)) {
    expect(answer.refused).toMatchObject({ code: 'wrong-date', about: { on } });
    return;
  }
  const left = doneBy(PEOPLE_ACTS.leave, answer);
  expect([...left.people].sort()).toEqual(present.map((one) => one.id).sort());
  expect([left.on, left.at]).toEqual([on, at === undefined ? now : at]);
  expect(left.details).toEqual({ people: present.length, on });
  rosters.change(left.people, { left: on });
  expect(asked(leave, [], { people, on, at }, now).refused?.code).toBe('unknown-person');
}

function isAway(dice: Dice, rosters: Rosters): void {
  const { people, present } = named(dice, rosters, dice.of(ENTERPRISES));
  const person = people[0] ?? STRANGER;
  const days = { person, from: day(dice.below(5)), to: day(dice.below(5)), reason: 'leave' };
  const answer = asked(absence, present, days);
  if (!present.some((one) => one.id === person)) {
    expect(answer.refused).toMatchObject({ code: 'unknown-person', about: { people: [person] } });
  } else if (days.to < days.from) {
    expect(answer.refused).toMatchObject({ code: 'wrong-date', about: { from: days.from, to: days.to } });
  } else expect(doneBy(PEOPLE_ACTS.absence, answer)).toMatchObject({ days, details: days });
}

function changes(dice: Dice, rosters: Rosters): void {
  const { people, present } = named(dice, rosters, dice.of(ENTERPRISES));
  const person = people[0] ?? STRANGER;
  const over = Object.fromEntries(dice.some(['team', 'chronic', 'loop']).map((field) => [field, 'secret']));
  const answer = asked(change, present, person, over);
  if (!present.some((one) => one.id === person)) expect(answer.refused?.code).toBe('unknown-person');
  else {
    const { details } = doneBy(PEOPLE_ACTS.change, answer);
    expect(new Set([details['changed']].flat())).toEqual(new Set(Object.keys(over)));
    expect(JSON.stringify(details)).not.toContain('secret');
    rosters.change([person], over);
  }
}

test('whatever lists come and whoever goes: one roster for each, and a refusal says for whom', () => {
  lives('rosters', (dice) => {
    const rosters = new Rosters();
    for (let step = 0; step < 15; step += 1) {
      dice.of([imports, imports, leaves, isAway, changes])(dice, rosters);
      const documents = rosters.active().map((one) => one.documentKey);
      expect(new Set(documents).size).toBe(documents.length);
      for (const { joinedOn, left } of rosters.people) expect(left === null || left >= joinedOn).toBe(true);
    }
  });
});

test('of many who are wrong so many are named as one mends, and how many there are is said', () => {
  const dice = { of: <T>(list: readonly T[]) => list[0] } as unknown as Dice;
  const lines = Array.from({ length: 300 }, (_, n) => lineOf(dice, `x${n}`, n));
  const known = lines.map((line, n) => ({
    ...line,
    id: `p-${n}`,
    enterprise: 'e-2',
    chronic: true,
    partyMember: true,
  }));
  const { refused } = asked(importRoster, known, 'e-1', lines);
  expect([refused?.about, refused?.wrong.length]).toEqual([{ mistakes: 300 }, 200]);
  const ids = lines.map((_, n) => `p-${n}`);
  const gone = asked(leave, [], { people: ids, on: day(0), at: undefined }, 0);
  expect(gone.refused?.about).toEqual({ people: ids.slice(0, 10) });
});

test('who joins a running enterprise is new for so many days; before operation nobody is', () => {
  lives('quiet days', (dice) => {
    const [joined, days] = [dice.below(400), dice.below(30)];
    expect(quietUntil(day(joined), days)).toBe(day(joined + days));
    expect(quietUntil(day(joined), undefined)).toBeNull();
  });
});
