/** What must hold of a case whatever people send and however time passes; each check throws a plain sentence when it does not. */
import { word } from '../../proof/chain';
import { duties, type Duty } from '../../domain/case/agenda';
import { DAY, HOUR, minutes } from '../../domain/calendar/calendar';
import type { Command } from '../../domain/case/commands';
import type { Instant } from '../../domain/programme/edition';
import type { Account, Draft } from '../../domain/ledger/entry';
import { currentVersions } from '../../domain/case/materials';
import { advance, type Outcome } from '../../domain/case/reopening';
import { stands } from '../../domain/case/sign-off';
import { isOver, nextStep } from '../../domain/case/incident';
import { EDGES, isClosed, isRunning, type Phase, type Reopening } from '../../domain/case/state';
import { nextChange } from '../../domain/case/time';
import { isAsked } from './town';

// Looked up once: a global costs more in jest's sandbox than the call.
const { freeze: makeFrozen, getPrototypeOf, isFrozen, prototype: PLAIN } = Object;

export function must(holds: boolean, otherwise: () => string): asserts holds {
  if (!holds) throw new Error(otherwise());
}

/** A state without its edition, which no rule may change: as text, for comparison and size. */
export function written(state: Reopening): string {
  const { edition: _, ...own } = state;
  return JSON.stringify(own);
}

export function sameOutcome(one: Outcome, other: Outcome, what: string): void {
  must(same(one.state, other.state), () => `${what}: the states differ`);
  must(same(one.entries, other.entries), () => `${what}: the entries differ`);
}

/** Whether two plain JSON values are deeply equal; what they share is not looked at again. */
export function same(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  if (typeof one !== 'object' || typeof other !== 'object' || one === null || other === null) return false;
  let keys = 0;
  for (const key in one) {
    keys += 1;
    if (!same(one[key as keyof object], other[key as keyof object])) return false;
  }
  for (const _ in other) keys -= 1;
  return keys === 0 && Array.isArray(one) === Array.isArray(other);
}

/**
 * Plain JSON all through, so that Temporal's converter gives back what it was given: no undefined, Map, Date or NaN. Freezes
 * what it has seen; what is frozen it has seen before.
 */
export function settle(value: unknown): void {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return;
  if (typeof value === 'number') return must(Number.isFinite(value), () => `the state holds ${value}`);
  must(typeof value === 'object', () => `the state holds ${typeof value}`);
  if (isFrozen(value)) return;
  if (Array.isArray(value)) for (const part of value) settle(part);
  else {
    must(getPrototypeOf(value) === PLAIN, () => `the state holds a ${value.constructor.name}`);
    for (const key in value) settle(value[key as keyof typeof value]);
  }
  makeFrozen(value);
}

/** What a step that leaves no entry made. */
export function settled(state: Reopening): Reopening {
  settle(state);
  return state;
}

/** (a) somebody owes something as long as the case is open, (l) ids are unique and only closing is standing; time moves on. */
export function standsWell(state: Reopening): readonly Duty[] {
  const owed = duties(state);
  const open = !isClosed(state.phase);
  const moving = owed.filter((duty) => duty.due !== null);
  must(open ? moving.length > 0 : owed.length === 0, () => `${state.phase} with ${moving.length} duties`);
  must(new Set(owed.map((duty) => duty.id)).size === owed.length, () => 'two duties have one id');
  for (const duty of owed) must(duty.due !== null || duty.kind === 'closing', () => `${duty.id} is never due`);
  const next = nextChange(state);
  if (open) must(next === null || next > state.clock, () => `time stands still at ${state.clock}`);
  else must(next === null, () => 'a closed case waits for time');
  return owed;
}

/** Counts what each duty's owner was told, for as long as the duty is there. */
export class Reminders {
  readonly #told: Map<string, { reminded: number; escalated: boolean }>;

  constructor(beginning: Reopening) {
    this.#told = new Map(Object.entries(beginning.reminders).map(([id, told]) => [id, { ...told }]));
  }

  /** (f) `owed`: the duties at the moment of the telling. */
  take(entry: Draft, owed: readonly Duty[], state: Reopening): void {
    if (entry.type !== 'duty-reminded' && entry.type !== 'duty-escalated') return;
    const id = word(entry, 'duty');
    must(
      owed.some((duty) => duty.id === id && duty.opens <= entry.at),
      () => `${entry.type} for ${id}, which nobody owes`,
    );
    must(!isQuiet(entry.at, state), () => `${entry.type} for ${id} in quiet hours`);
    const told = this.#told.get(id) ?? { reminded: 0, escalated: false };
    if (entry.type === 'duty-reminded') {
      told.reminded += 1;
      must(entry.details['count'] === told.reminded, () => `reminder of ${id} is miscounted`);
      must(told.reminded <= state.edition.reminders.maximum, () => `${id} was reminded too often`);
    } else {
      must(!told.escalated, () => `${id} was escalated twice`);
      told.escalated = true;
    }
    this.#told.set(id, told);
  }

  forget(owed: readonly Duty[]): void {
    for (const id of this.#told.keys()) if (!owed.some((duty) => duty.id === id)) this.#told.delete(id);
  }
}

/** Worked out apart from the domain's own calendar: 22:00 to 07:00 of the town's clock. */
function isQuiet(at: Instant, state: Reopening): boolean {
  const hour = ((at + minutes(state.edition.utcOffsetMinutes)) % DAY) / HOUR;
  return hour >= 22 || hour < 7;
}

/** At most so many events a day: two rounds, one report, one look at supplies; each comes, goes on, ends, is overdue, escalated, reminded three times. */
const EVENTS_A_DAY = 4 * 8;
/** Overdue, escalated, reminded three times. */
const EVENTS_OF_A_DUTY = 5;

/** (i) Time passes event by event exactly as it does in one go. */
export function pass(state: Reopening, now: Instant, reminders: Reminders): Outcome {
  const whole = advance(state, now);
  sameOutcome(whole, walk(state, now, reminders), 'one long wait and many short ones');
  return whole;
}

/** Lets time pass from one event to the next; every telling must be about a duty of that moment. */
export function walk(state: Reopening, now: Instant, reminders: Reminders): Outcome {
  let next = nextChange(state);
  if (next === null || next > now) return advance(state, now);
  let then = state;
  let owed: readonly Duty[] = duties(state);
  let left = Math.ceil(((now - state.clock) / DAY + 1) * EVENTS_A_DAY) + owed.length * EVENTS_OF_A_DUTY;
  const entries: Draft[] = [];
  for (; next !== null && next <= now; next = nextChange(then)) {
    must((left -= 1) >= 0, () => 'time does not come to an end');
    must(next > then.clock, () => `time stands still at ${next}`);
    const event = advance(then, next);
    must(event.state.clock === next, () => 'an event does not happen at its time');
    for (const entry of event.entries) reminders.take(entry, owed, event.state);
    then = event.state;
    settle(then);
    owed = duties(then);
    reminders.forget(owed);
    entries.push(...event.entries);
  }
  // What nobody needs to be woken for has happened meanwhile, too.
  const rest = advance(then, now);
  return { state: rest.state, entries: [...entries, ...rest.entries] };
}

/** (b) every phase entered lies on an edge from the phase before. */
/** (r) Nobody walks out of an incident or a suspension: what was open before an act that ends the case is not there after it. */
export function endsOverNothing(before: Reopening, after: Reopening): void {
  if (!isClosed(after.phase)) return;
  const open = before.incidents.filter(({ status }) => status === 'suspected' || status === 'confirmed');
  must(open.length === 0, () => `${after.phase} over the incident ${open[0]?.id ?? ''}`);
  must(before.operation.suspensions.length === 0, () => `${after.phase} over a suspension`);
}

/** (s) A report that is bad is told to those who must act, and no other is. */
export function alarmsWhereDue(state: Reopening, { type, details }: Draft, entries: readonly Draft[]): void {
  if (type !== 'day-reported') return;
  const bad = details['epidemic'] === 'abnormal' || details['production'] === 'stopped';
  const raised = entries.filter((one) => one.type === 'alarm-raised' && one.details['date'] === details['date']);
  must(raised.length === (bad ? 1 : 0), () => `${raised.length} alarms for a report that is ${bad ? 'bad' : 'good'}`);
  const tell = raised.flatMap((one) => one.details['tell'] as readonly string[]);
  const owed = bad ? ['official', `department/${state.edition.epidemicControl}`] : [];
  must(
    owed.every((one) => tell.includes(one)),
    () => `the alarm is told to ${tell.join(', ')}`,
  );
}

export function movesAlongEdges(before: Reopening, after: Reopening, entries: readonly Draft[]): void {
  let phase: Phase = before.phase;
  for (const { type, details } of entries) {
    if (type !== 'phase-entered') continue;
    const to = details['to'] as Phase;
    must(details['from'] === phase && EDGES[phase].includes(to), () => `no edge from ${phase} to ${to}`);
    phase = to;
  }
  must(phase === after.phase, () => `in ${after.phase} without having entered it`);
}

/** (k) */
export function inOrder(entries: readonly Draft[], from: Instant): Instant {
  let last = from;
  for (const entry of entries) {
    must(entry.at >= last, () => `${entry.type} is recorded before what came before it`);
    last = entry.at;
  }
  return last;
}

const SIGN_OFF = new Set<Command['type']>([
  'approve',
  'approveWithConditions',
  'returnPlan',
  'veto',
  'transfer',
  'consult',
  'takeBack',
]);

/** (c) a veto ends the case and nothing else refuses it; (e) only the department's own people act for it. */
export function actsRightly(before: Reopening, after: Reopening, by: Account, command: Command): void {
  if (SIGN_OFF.has(command.type) && 'department' in command) {
    must(by.role === 'reviewer' && by.department === command.department, () => `${by.account} acted for another`);
  }
  must((command.type === 'veto') === (after.phase === 'refused'), () => `${command.type} led to ${after.phase}`);
  if (command.type === 'approve' || command.type === 'approveWithConditions') {
    const reviewed = before.edition.departments.find((one) => one.id === command.department)?.materials ?? [];
    const blind = reviewed.find((id) => command.versions[id] !== before.review.frozenVersions[id]);
    must(blind === undefined, () => `${command.department} signed ${blind} unseen`);
  }
}

/** (d) no seal stands for versions its department did not see, and none is lost while they stay as they are. */
export function sealsStand(before: Reopening, after: Reopening, command: Command): void {
  const current = currentVersions(after);
  const { review, edition, phase } = after;
  for (const department of edition.departments) {
    const [old, kept] = [before.review.signatures[department.id], review.signatures[department.id]];
    const unchanged = old !== undefined && stands(old, department, current);
    if (unchanged) must(same(old, kept), () => `${department.id} lost its seal`);
    if (old && !kept) must(command.type === 'submitPlan', () => `${command.type} took ${department.id}'s seal`);
    if (kept && review.status !== 'rectifying') {
      must(stands(kept, department, current), () => `${department.id}'s seal stands for what it did not see`);
    }
    if (command.type === 'submitPlan') {
      must(
        review.departmentsAsked.includes(department.id) === !unchanged,
        () => `${department.id} is wrongly asked or not`,
      );
    }
    if (review.status === 'passed') must(kept !== undefined, () => `${phase} without ${department.id}'s seal`);
  }
}

/** The words of ids, enumerations, dates, times and keyed hashes; a sentence or a name has a space or a letter beyond them. */
const OPAQUE = /^[\w./:-]{1,100}$/;
/** Beside those, the name of the rulebook that was committed to: a title of the programme, not a person's words. */
const TITLES = new Set(['rulebook']);

/**
 * An approval is accepted exactly if each item that this enterprise is asked about is answered once: ticked, or not applicable with a
 * reason; and no other item is named. `refusal` is the code, null when it was accepted.
 */
export function answersChecklist(before: Reopening, command: Command, refusal: string | null): void {
  if (command.type !== 'approve' && command.type !== 'approveWithConditions') return;
  const department = before.edition.departments.find((one) => one.id === command.department);
  if (!department) return;
  const asked = new Set(department.checklist.filter((item) => isAsked(item, before.enterprise)).map(({ id }) => id));
  const excluded = (command.notApplicable ?? []).map(({ item }) => item);
  const named = [...new Set(command.checklist), ...excluded];
  const right =
    asked.size === named.length &&
    named.every((item) => asked.has(item)) &&
    new Set(named).size === named.length &&
    (command.notApplicable ?? []).every(({ reason }) => reason.text !== '');
  const codes = ['unknown-checklist-item', 'checklist-incomplete', 'too-many'];
  if (refusal === null) must(right, () => `${command.type} was accepted with ${named.join()} of ${[...asked].join()}`);
  else must(!right || !codes.includes(refusal), () => `${command.type} with every answer is refused: ${refusal}`);
}

/** (r) Nothing that a person wrote, and no name, stands in an entry. */
export function tellsNothing(entries: readonly Draft[]): void {
  for (const { type, details } of entries) {
    for (const key in details) if (!TITLES.has(key)) opaque(details[key], `${type}.${key}`);
  }
}

function opaque(value: unknown, where: string): void {
  if (typeof value === 'string') must(OPAQUE.test(value), () => `${where} tells ${value}`);
  else if (typeof value === 'object') {
    for (const key in value) {
      must(OPAQUE.test(key), () => `${where} tells ${key}`);
      opaque(value[key as keyof typeof value], where);
    }
  }
}

/**
 * (n) an incident that is not over has one duty, its next step, or waits for the lifting; (o) the phase is the suspensions';
 * (p) orders add up, and somebody owes something for each.
 */
export function operatesWell(state: Reopening, owed: readonly Duty[]): void {
  const { incidents, operation, supply, phase } = state;
  for (const incident of incidents) {
    const step = nextStep(incident);
    const lifting = operation.suspensions.some((one) => one.incident === incident.id);
    must(isOver(incident) || step !== undefined || lifting, () => `${incident.id} waits for nothing`);
    const own = owed.filter((duty) => duty.kind.startsWith('incident-') && duty.id.endsWith(`/${incident.id}`));
    const expected = step === undefined || isClosed(phase) ? [] : [`incident-${step}/${incident.id}`];
    must(
      same(
        own.map((duty) => duty.id),
        expected,
      ),
      () => `${incident.id} at ${step}: ${own.length} duties`,
    );
    const told = incident.done.indexOf('inform');
    const later = incident.done.findIndex((one) => ['suspend', 'transfer', 'disinfect', 'trace'].includes(one));
    must(later < 0 || (told >= 0 && told < later), () => `${incident.id} went on before epidemic control was told`);
  }
  const stopped = operation.suspensions.some((one) => one.scope === 'site');
  if (isRunning(state))
    must(stopped === (phase === 'suspended'), () => `${phase} with ${operation.suspensions.length}`);
  for (const order of supply.orders) {
    for (const { item, requested, allocated, dispatched } of order.lines) {
      must(
        0 <= dispatched && dispatched <= allocated && allocated <= requested,
        () => `${item} of ${order.id} does not add up`,
      );
    }
    const owes = order.lines.some((line) => line.dispatched < line.requested);
    const way = order.consignments.some((one) => one.status !== 'received');
    must(owes || way, () => `order ${order.id} is settled and still there`);
    must(
      owed.some((duty) => duty.kind.startsWith('order-') && duty.id.split('/')[1] === `${order.id}`),
      () => `nobody owes anything for order ${order.id}`,
    );
  }
  for (const { quantity } of Object.values(supply.holdings)) must(quantity >= 0, () => 'less than nothing is held');
}
