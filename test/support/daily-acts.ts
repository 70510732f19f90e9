/** The daily acts of a case's people: whatever is due at the case's clock is done by whoever owes it. */
import type { CaseView } from '../../contracts/case/views';
import type { DutyKind } from '../../domain/case/agenda';
import { localDate } from '../../domain/calendar/calendar';
import type { Command, Positive, REPORTED_STEPS, TestCounts } from '../../domain/case/commands';
import { nextStep } from '../../domain/case/incident';
import type { Account } from '../../domain/ledger/entry';
import type { Order } from '../../domain/case/state';
import {
  countsOf,
  HEALTH,
  LIAISON,
  LOOP,
  reviewer,
  STOREKEEPER,
  text,
  VOLUNTEER,
  type DrivenCase,
} from './driven-case';

/** What the sheet of an open round says; whoever is not named is negative. */
export interface Findings extends Partial<TestCounts> {
  readonly positives?: readonly Positive[];
}

export interface DueWork {
  readonly skip?: (duty: string) => boolean;
  readonly findings?: (round: string) => Findings;
}

/** @returns how many acts were done; 0 when nothing is left that somebody could do now */
export async function doDuties(one: DrivenCase, { skip = () => false, findings = () => ({}) }: DueWork = {}) {
  const { view } = await one.status();
  let done = 0;
  for (const { id, kind, opens } of view.agenda) {
    if (opens > view.clock || skip(id)) continue;
    const which = id.slice(kind.length + 1);
    const act = ACTS[kind]?.({ one, which, view, found: findings(which) });
    if (!act) continue;
    await one.send(...act);
    done += 1;
  }
  return done;
}

interface Owed {
  readonly one: DrivenCase;
  /** What the duty is about: a round, an incident, an order … */
  readonly which: string;
  readonly view: CaseView;
  readonly found: Findings;
}

type Act = readonly [by: Account, command: Command] | undefined;

/** Undefined for what nobody can do now. Duties of the plan's phases, and of the town's stock, are not among them. */
const ACTS: { readonly [K in DutyKind]?: (owed: Owed) => Act } = {
  test: testOf,
  results: ({ one, which, view }) => {
    const { pending, negative, ...counts } = countsIn(view, which) ?? countsOf();
    return [HEALTH, one.sheet(which, { ...counts, pending: 0, negative: negative + pending })];
  },
  untested: ({ one, which }) => [control(one), { type: 'accountForUntested', round: which, opinion: text() }],
  certification: ({ which }) => [HEALTH, { type: 'certifySampler', person: which }],
  visit: ({ one, which, view }) => {
    const visit = view.sampling.visits.find(({ id }) => id === which);
    if (!visit || visit.date > localDate(view.clock, one.edition)) return undefined;
    return [HEALTH, { type: 'completeVisit', visit: which, sampled: LOOP }];
  },
  'incident-isolate': stepBy('isolate', ({ one }) => one.enterprise),
  'incident-inform': stepBy('inform', ({ one }) => one.enterprise),
  'incident-transfer': stepBy('transfer', () => HEALTH),
  'incident-disinfect': stepBy('disinfect', ({ one }) => one.enterprise),
  'incident-trace': stepBy('trace', ({ one }) => control(one)),
  'incident-recheck': ({ which, view }) => {
    const people = view.incidents.find(({ id }) => id === which)?.people ?? 0;
    return [HEALTH, { type: 'reportRecheck', incident: which, positive: people, negative: 0 }];
  },
  'incident-suspend': ({ one, which }) => [
    control(one),
    { type: 'suspend', reason: 'positive', scope: 'site', incident: which, opinion: text() },
  ],
  'suspension-review': ({ one, which, view }) => {
    const stopped = view.operation.suspensions.find(({ id }) => id === which);
    const incident = view.incidents.find(({ id }) => id === stopped?.incident);
    const isUnderWay = incident && nextStep(incident) !== undefined;
    return isUnderWay ? undefined : [control(one), { type: 'lift', suspension: which, opinion: text() }];
  },
  report: ({ which, view }) => {
    const { headcount: present, suspensions } = view.operation;
    const stands = suspensions.length > 0;
    const said = stands
      ? ({ production: 'stopped', epidemic: 'abnormal' } as const)
      : ({ production: 'normal', epidemic: 'nothing-to-report' } as const);
    return [LIAISON, { type: 'reportDay', date: which, present, ...said }];
  },
  deviation: ({ which }) => [LIAISON, { type: 'followUpDeviation', deviation: which, outcome: 'warned', note: text() }],
  finding: ({ one, which }) => [one.enterprise, { type: 'closeFinding', finding: which, note: text(), photos: [] }],
  'order-confirmation': ({ one, which }) => [one.enterprise, { type: 'confirmOrder', order: Number(which) }],
  'order-dispatch': ({ which, view }) => {
    const { order, consignments } = orderOf(which, view);
    const consignment = consignments.length + 1;
    return [STOREKEEPER, { type: 'dispatchOrder', order, consignment, volunteer: VOLUNTEER }];
  },
  'order-delivery': ({ which, view }) => {
    const { order, consignment } = orderOf(which, view);
    return [VOLUNTEER, { type: 'deliverOrder', order, consignment }];
  },
  'order-receipt': ({ one, which, view }) => {
    const { order, consignment, consignments } = orderOf(which, view);
    const lines = consignments.find(({ id }) => id === consignment)?.lines ?? [];
    return [one.enterprise, { type: 'receiveOrder', order, consignment, lines }];
  },
};

function control(one: DrivenCase): Account {
  return reviewer(one.edition.epidemicControl);
}

/** The whole round on one sheet; nothing when it says what is known already. */
function testOf({ one, which, view, found: { positives = [], ...found } }: Owed): Act {
  const known = countsIn(view, which);
  const counts = countsOf({ owed: known?.owed ?? LOOP, ...found });
  if (known?.untested === counts.untested) return undefined;
  const sampler = view.sampling.samplers.find(({ certifiedAt }) => certifiedAt !== null)?.person;
  return [one.enterprise, one.sheet(which, counts, positives, sampler)];
}

function countsIn(view: CaseView, round: string): TestCounts | undefined {
  return view.operation.rounds.find(({ id }) => id === round)?.counts ?? undefined;
}

function stepBy(step: (typeof REPORTED_STEPS)[number], who: (owed: Owed) => Account): (owed: Owed) => Act {
  const contacts = step === 'trace' ? { contacts: 7 } : {};
  return (owed) => [who(owed), { type: 'takeIncidentStep', incident: owed.which, step, documents: [], ...contacts }];
}

/** `<order>` or `<order>/<consignment>`. */
function orderOf(
  which: string,
  view: CaseView,
): { order: number; consignment: number; consignments: Order['consignments'] } {
  const [order = 0, consignment = 0] = which.split('/').map(Number);
  const { consignments = [] } = view.supply.orders.find(({ id }) => id === order) ?? {};
  return { order, consignment, consignments };
}
