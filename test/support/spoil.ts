/** Turns a sensible command into a wrong one: another sender, or one field of its body false in a way that people get it wrong. */
import { addDays, localDate } from '../../domain/calendar/calendar';
import { REPORTED_STEPS, type Command } from '../../domain/case/commands';
import type { Account } from '../../domain/ledger/entry';
import { nextRounds } from '../../domain/testing/rounds';
import type { Reopening } from '../../domain/case/state';
import type { Dice } from './dice';
import type { Proposal } from './proposals';
import { CAST, colleagueOf, DEPARTMENTS, EDITION, reviewerOf, text } from './town';

type Field = (value: unknown, state: Reopening, dice: Dice) => unknown;

/** Stands for "leave the field out". */
const ABSENT = undefined;

const otherDepartment: Field = (_value, _state, dice) => dice.of([...DEPARTMENTS, 'no-department']);
const otherDate: Field = (_value, state, dice) => addDays(localDate(state.clock, state.edition), dice.below(8) - 4);
const otherLiaison: Field = (_value, _state, dice) => dice.of(CAST);
const without: Field = (value, _state, dice) => dice.some(value as readonly unknown[]);
const another: Field = (value, _state, dice) =>
  typeof value === 'number' ? value + dice.of([-1, 1]) : dice.name('no');

/** Sign-off rounds are numbers, test rounds are ids. */
const otherRound: Field = (value, state, dice) => {
  if (typeof value === 'number') return value + dice.of([-1, 1]);
  const known = [...state.operation.rounds, ...nextRounds(state)].map((one) => one.id);
  return dice.of([...known, '2022-01-01/morning', 'no-round']);
};

const otherVersions: Field = (value, _state, dice) => {
  const seen = { ...(value as Record<string, number>) };
  const material = dice.of([...Object.keys(seen), 'no-material']);
  seen[material] = (seen[material] ?? 0) + dice.of([-1, 1]);
  return seen;
};

/** An item twice, one that nobody knows, one left out, or far too much of it. */
const otherLines: Field = (value, _state, dice) => {
  const lines = value as readonly { readonly item: string; readonly quantity: number }[];
  const first = lines[0] ?? { item: 'mask', quantity: 1 };
  return dice.of([
    [...lines, first],
    [...lines, { item: 'no-item', quantity: 1 }],
    lines.length > 1 ? lines.slice(1) : [...lines, first],
    lines.map((line) => ({ ...line, quantity: line.quantity + 100_000 })),
  ]);
};

const someKeys: Field = (value, _state, dice) =>
  Object.fromEntries(dice.some(Object.entries(value as Record<string, unknown>)));

const FIELDS: { readonly [field: string]: Field } = {
  department: otherDepartment,
  // Consulted is a department; stopped is a workshop that has to be named.
  of: (value, state, dice) => (typeof value === 'string' ? otherDepartment(value, state, dice) : ABSENT),
  round: otherRound,
  order: another,
  consignment: another,
  incident: another,
  step: (_value, _state, dice) => dice.of(REPORTED_STEPS),
  person: another,
  visit: another,
  deviation: another,
  finding: another,
  suspension: another,
  volunteer: otherLiaison,
  sampling: () => ABSENT,
  sampler: another,
  positive: another,
  note: () => ABSENT,
  lines: otherLines,
  versions: otherVersions,
  readiness: (value, state, dice) =>
    dice.chance(50) ? someKeys(value, state, dice) : { ...(value as object), 'no-preparation': 'ready' },
  weakLinks: (value, state, dice) => {
    const links = value as readonly { dueOn: string }[];
    return dice.chance(50) ? without(links, state, dice) : links.map((one) => ({ ...one, dueOn: '2022-01-01' }));
  },
  checklist: (value, state, dice) =>
    dice.chance(50)
      ? without(value, state, dice)
      : [...(value as readonly string[]), dice.of(['no-item', 'capacity', 'customers'])],
  notApplicable: (value, state, dice) => {
    const given = value as readonly object[];
    const other = { item: dice.of(['no-item', 'customers', 'orders', 'food']), reason: text('reason') };
    return dice.chance(25) ? ABSENT : dice.of([without(given, state, dice), [...given, other], [...given, ...given]]);
  },
  conditions: (value) => (value as readonly object[]).map((one) => ({ ...one, dueOn: '2022-01-01' })),
  defects: (_value, _state, dice) => {
    const material = dice.of([...EDITION.materials.map((one) => one.id), 'no-material']);
    return dice.chance(20) ? [] : [{ material, text: text('defect') }];
  },
  members: without,
  waivers: (value, state, dice) =>
    dice.chance(50)
      ? without(value, state, dice)
      : [...(value as readonly object[]), { item: 'no-item', reason: text('reason') }],
  documents: () => [],
  opinion: () => ABSENT,
  reason: (value) => (typeof value === 'string' ? value : ABSENT),
  material: another,
  requirement: another,
  consultation: another,
  duty: another,
  rulebook: another,
  passed: (value) => !value,
  counts: (value, state, dice) =>
    Array.isArray(value) ? otherLines(value, state, dice) : { ...(value as object), owed: dice.below(90) },
  visitedOn: otherDate,
  date: otherDate,
  from: otherDate,
  to: (value, state, dice) => (typeof value === 'string' ? otherDate : otherLiaison)(value, state, dice),
  liaison: otherLiaison,
};

function otherSender(by: Account, dice: Dice): Account {
  // As often as a stranger it is a colleague or someone of the next department: the mistakes that happen.
  if (by.department === undefined || dice.chance(34)) return dice.of(CAST);
  return dice.chance(50) ? colleagueOf(by.department) : reviewerOf(dice.of(DEPARTMENTS));
}

/** May by chance still be right: that is for the rules to say. A correction without a reason never leaves the API. */
export function spoil({ by, command }: Proposal, state: Reopening, dice: Dice): Proposal {
  const fields = Object.keys(command).filter(
    (field) => FIELDS[field] && !(command.type === 'correctTests' && field === 'reason'),
  );
  if (fields.length === 0 || dice.chance(25)) return { by: otherSender(by, dice), command };
  const field = dice.of(fields);
  const value = FIELDS[field]?.(command[field as keyof Command], state, dice);
  const spoilt: Record<string, unknown> = { ...command, [field]: value };
  if (value === ABSENT) delete spoilt[field];
  return { by, command: spoilt as unknown as Command };
}
