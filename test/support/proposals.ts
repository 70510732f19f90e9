/** Commands as a careful person would send them in the present state of a case: one maker for every command. */
import { addDays, localDate } from '../../domain/calendar/calendar';
import { duties } from '../../domain/case/agenda';
import {
  DEVIATION_OUTCOMES,
  EPIDEMIC_STATUS,
  INCIDENT_CAUSES,
  PRODUCTION,
  READINESS,
  REPORTED_STEPS,
  SUSPENSION_REASONS,
  SUSPENSION_SCOPES,
} from '../../domain/case/commands';
import type { Command, Commands, CommandType } from '../../domain/case/commands';
import { outstanding } from '../../domain/case/completion';
import type { Instant, LocalDate } from '../../domain/programme/edition';
import type { Account, TextRef } from '../../domain/ledger/entry';
import { currentVersions } from '../../domain/case/materials';
import { nextStep } from '../../domain/case/incident';
import { liaisonOn } from '../../domain/case/stationing';
import { nextRounds } from '../../domain/testing/rounds';
import type { Reopening } from '../../domain/case/state';
import { preparationsOf } from '../../domain/case/survey';
import type { Dice } from './dice';
import * as town from './town';

export interface Proposal {
  readonly by: Account;
  readonly command: Command;
}

type Maker<T extends CommandType> = (
  state: Reopening,
  dice: Dice,
  now: Instant,
) => { by: Account; body: Readonly<Commands[T]> };

const LIAISONS = [town.LIAISON, town.SECOND_LIAISON, town.THIRD_LIAISON];
const free = (dice: Dice): TextRef => town.text(dice.name('text'));

/** For one in three the enterprise lets the official file. */
const filer = (dice: Dice): Account => (dice.chance(33) ? town.OFFICIAL : town.OWNER);

/** The department that still owes an act in this round, with the person whose turn it is. */
function turn(state: Reopening, dice: Dice) {
  const { review, edition } = state;
  const waiting = review.departmentsAsked.filter((id) => !review.verdicts[id]);
  const department = dice.ofOr(waiting, dice.of(town.DEPARTMENTS));
  const colleague = town.colleagueOf(department);
  const by = review.assigned[department] === colleague.account ? colleague : town.reviewerOf(department);
  const items = edition.departments.find((one) => one.id === department)?.checklist ?? [];
  const checklist = items.filter((one) => town.isAsked(one, state.enterprise)).map((item) => item.id);
  const seen = { department, round: review.round, versions: review.frozenVersions };
  return { by, department, checklist, seen, of: { department, round: review.round } };
}

/** Mostly every item is ticked; of some a reason says that they do not apply. */
function answers(items: readonly string[], dice: Dice) {
  const excluded = dice.chance(20) ? dice.some(items) : [];
  const checklist = items.filter((item) => !excluded.includes(item));
  return {
    checklist,
    ...(excluded.length > 0 && { notApplicable: excluded.map((item) => ({ item, reason: free(dice) })) }),
  };
}

function acted(state: Reopening, dice: Dice) {
  const department = dice.ofOr(Object.keys(state.review.verdicts), dice.of(town.DEPARTMENTS));
  const signer = town.CAST.find((one) => one.account === state.review.verdicts[department]?.by);
  return { by: signer ?? town.reviewerOf(department), body: { department, round: state.review.round } };
}

function onDuty(state: Reopening, date: LocalDate): Account {
  const account = liaisonOn(state, date);
  return LIAISONS.find((one) => one.account === account) ?? town.LIAISON;
}

function roundWhere(state: Reopening, dice: Dice): string {
  const { rounds } = state.operation;
  const waiting = rounds.filter((one) => (one.counts?.untested ?? 1) + (one.counts?.pending ?? 0) > 0);
  return dice.ofOr(waiting.length > 0 ? waiting : [...rounds, ...nextRounds(state)], { id: '2022-04-20/morning' }).id;
}

/** Of 57 people in the loop; one round in five has somebody untested, one in twelve a positive. */
function counts(dice: Dice): Commands['reportTests']['counts'] {
  const [pending, invalid, notTested] = [dice.below(3), dice.below(2), dice.below(3)];
  const [untested, positive, recheck] = [dice.chance(20) ? 1 : 0, dice.chance(8) ? 1 : 0, dice.chance(3) ? 10 : 0];
  const negative = 57 - pending - invalid - notTested - untested - positive - recheck;
  return { owed: 57, negative, positive, pending, invalid, recheck, notTested, untested };
}

function positives(found: Commands['reportTests']['counts'], dice: Dice): Commands['reportTests']['positives'] {
  const people = found.positive + found.recheck;
  return people === 0 ? [] : [{ incident: dice.name('i'), cause: dice.of(INCIDENT_CAUSES), people }];
}

/** The incident whose next step is one of these, or any. */
function incidentAt(
  state: Reopening,
  dice: Dice,
  ...steps: readonly string[]
): Reopening['incidents'][number] | undefined {
  const fitting = state.incidents.filter((one) => steps.includes(nextStep(one) ?? ''));
  return dice.ofOr(fitting.length > 0 ? fitting : state.incidents, undefined);
}

const STEP_OWNERS = {
  isolate: town.OWNER,
  inform: town.OWNER,
  transfer: town.HEALTH,
  disinfect: town.OWNER,
  trace: town.reviewerOf('epidemic-control'),
};
const ITEMS = town.EDITION.supplies.items.map((one) => one.id);

function orderWhere(state: Reopening, dice: Dice, fits: (order: Reopening['supply']['orders'][number]) => boolean) {
  const fitting = state.supply.orders.filter(fits);
  return dice.ofOr(fitting.length > 0 ? fitting : state.supply.orders, undefined);
}

function consignmentWhere(state: Reopening, dice: Dice, ...status: readonly string[]) {
  const order = orderWhere(state, dice, (one) => one.consignments.some((each) => status.includes(each.status)));
  const fitting = order?.consignments.filter((each) => status.includes(each.status)) ?? [];
  return { order, consignment: dice.ofOr(fitting.length > 0 ? fitting : (order?.consignments ?? []), undefined) };
}

function quantities(dice: Dice): { item: string; quantity: number }[] {
  const [first, ...rest] = dice.some(ITEMS);
  return [first ?? 'mask', ...rest].map((item) => ({ item, quantity: 1 + dice.below(400) }));
}

function requirementWhere(state: Reopening, dice: Dice, status: 'open' | 'to-recheck'): string {
  const fitting = state.requirements.filter((one) => one.status === status);
  return dice.ofOr(fitting.length > 0 ? fitting : state.requirements, { id: 'r1' }).id;
}

export const MAKERS: { readonly [T in CommandType]: Maker<T> } = {
  recordSurvey: (state, dice, now) => {
    const today = localDate(now, state.edition);
    const preparations = preparationsOf(state.edition, state.enterprise.kind);
    const readiness = preparations.map((one) => [one.id, dice.chance(80) ? READINESS[0] : READINESS[1]] as const);
    const weakLinks = readiness
      .filter(([, found]) => found === 'lacking')
      .map(([preparation]) => ({
        preparation,
        finding: free(dice),
        requirement: free(dice),
        dueOn: addDays(today, dice.below(4)),
        evidence: dice.of(['photo', 'document', 'none'] as const),
        recheck: dice.of(['on-site', 'video'] as const),
      }));
    const visitedOn = addDays(today, -dice.below(2));
    return {
      by: town.OFFICIAL,
      body: { visitors: free(dice), visitedOn, readiness: Object.fromEntries(readiness), weakLinks },
    };
  },
  commit: (state, dice) => ({
    by: filer(dice),
    body: { rulebook: state.edition.rulebook, document: town.file(dice.name('file')) },
  }),
  submitEvidence: (state, dice) => ({
    by: filer(dice),
    body: { requirement: requirementWhere(state, dice, 'open'), documents: [town.file(dice.name('file'))] },
  }),
  recheckRequirement: (state, dice) => {
    const id = requirementWhere(state, dice, 'to-recheck');
    const source = state.requirements.find((one) => one.id === id)?.source;
    const by = source?.from === 'condition' ? town.reviewerOf(source.department) : town.OFFICIAL;
    const opinion = free(dice);
    return { by, body: { requirement: id, passed: dice.chance(80), mode: dice.of(['on-site', 'video']), opinion } };
  },
  addMaterial: (state, dice) => {
    const current = currentVersions(state);
    const missing = town.EDITION.materials.map((one) => one.id).filter((id) => current[id] === undefined);
    const named = state.review.defects.filter((one) => current[one.material] === one.version);
    const wanted = missing.length > 0 ? missing : named.map((one) => one.material);
    const material = dice.ofOr(wanted, dice.of(town.EDITION.materials).id);
    return { by: filer(dice), body: { material, document: town.file(dice.name('file')) } };
  },
  guide: (state, dice) => {
    const department = dice.of(state.edition.departments);
    const material = dice.of(department.materials);
    return {
      by: town.reviewerOf(department.id),
      body: { department: department.id, text: free(dice), ...(dice.chance(50) && { material }) },
    };
  },
  submitPlan: (state, dice) => ({ by: filer(dice), body: { versions: currentVersions(state) } }),
  approve: (state, dice) => {
    const { by, seen, checklist } = turn(state, dice);
    return { by, body: { ...seen, ...answers(checklist, dice) } };
  },
  approveWithConditions: (state, dice, now) => {
    const { by, seen, checklist } = turn(state, dice);
    const dueOn = addDays(localDate(now, state.edition), dice.below(4));
    const conditions = [{ text: free(dice) }, { text: free(dice), dueOn }].slice(dice.below(2));
    return { by, body: { ...seen, ...answers(checklist, dice), conditions } };
  },
  returnPlan: (state, dice) => {
    const { by, seen, department } = turn(state, dice);
    const materials = state.edition.departments.find((one) => one.id === department)?.materials ?? [];
    const named = dice.some(materials);
    const defects = (named.length > 0 ? named : materials).map((material) => ({ material, text: free(dice) }));
    return { by, body: { ...seen, defects, opinion: free(dice) } };
  },
  veto: (state, dice) => {
    // One in five departments believes that it may.
    const department = dice.chance(80) ? state.edition.epidemicControl : dice.of(town.DEPARTMENTS);
    const mine = turn({ ...state, review: { ...state.review, departmentsAsked: [department], verdicts: {} } }, dice);
    return { by: mine.by, body: { ...mine.of, opinion: free(dice) } };
  },
  transfer: (state, dice) => {
    const { by, of, department } = turn(state, dice);
    const to = dice.of([town.colleagueOf(department), town.reviewerOf(department)]);
    return { by, body: { ...of, to } };
  },
  consult: (state, dice) => {
    const { by, of, department } = turn(state, dice);
    const others = [...town.DEPARTMENTS, 'enterprise'].filter((one) => one !== department);
    return { by, body: { ...of, of: dice.of(others), question: free(dice) } };
  },
  answerConsultation: (state, dice) => {
    const asked = state.review.consultations.filter((one) => one.answeredAt === null);
    const { id, of } = dice.ofOr(asked, state.review.consultations[0] ?? { id: 'c1', of: 'enterprise' });
    const by = of === 'enterprise' ? town.OWNER : town.reviewerOf(of);
    return { by, body: { consultation: id, answer: free(dice) } };
  },
  takeBack: acted,
  urge: (state, dice, now) => {
    const owed = duties(state).filter((one) => one.opens <= now && one.due !== null);
    return { by: dice.of([town.OFFICIAL, town.OWNER]), body: { duty: dice.ofOr(owed, { id: 'survey' }).id } };
  },
  copy: (_state, dice) => ({
    by: dice.of([town.OFFICIAL, town.reviewerOf('economy')]),
    body: { to: { account: `a-copied-${dice.below(1000)}`, role: 'village', village: 'beixing' } },
  }),
  issueNotice: (state) => ({ by: town.OFFICIAL, body: { round: state.review.round } }),
  formTeam: (state, dice) => ({
    by: town.OFFICIAL,
    body: { members: state.edition.teamParts.map((part) => ({ part, person: free(dice) })) },
  }),
  assignLiaison: (state, dice, now) => {
    const from = addDays(localDate(now, state.edition), dice.chance(70) ? 0 : dice.below(3));
    return { by: town.OFFICIAL, body: { liaison: dice.of(LIAISONS), from } };
  },
  arrive: (state, _dice, now) => ({ by: onDuty(state, localDate(now, state.edition)), body: {} }),
  nameStandIn: (state, dice, now) => {
    const from = addDays(localDate(now, state.edition), dice.below(10));
    const others = LIAISONS.filter((one) => one.account !== liaisonOn(state, from));
    return { by: town.OFFICIAL, body: { liaison: dice.of(others), from, to: addDays(from, dice.below(3)) } };
  },
  handOver: (state, dice, now) => {
    const last = state.stationing.postings.at(-1);
    const earliest = [localDate(now, state.edition), addDays(last?.from ?? '2022-04-20', 1)].sort().at(-1);
    const others = LIAISONS.filter((one) => one.account !== last?.liaison);
    const from = addDays(earliest ?? '2022-04-21', dice.below(3));
    return { by: town.OFFICIAL, body: { liaison: dice.of(others), from } };
  },
  reportTests: (state, dice) => {
    const found = counts(dice);
    const round = roundWhere(state, dice);
    const certified = state.sampling.samplers.find((one) => one.certifiedAt !== null);
    const self = certified && dice.chance(50);
    return {
      by: dice.chance(20) ? town.HEALTH : filer(dice),
      body: {
        round,
        sheet: dice.name('sheet'),
        rows: 57 - found.untested,
        sheets: (state.operation.rounds.find((one) => one.id === round)?.sheetsCounted ?? 0) + dice.below(2),
        counts: found,
        positives: positives(found, dice),
        ...(self ? { sampling: 'self' as const, sampler: certified.person } : { sampling: 'mobile' as const }),
      },
    };
  },
  correctTests: (state, dice, now) => {
    const found = counts(dice);
    const by = dice.chance(50) ? onDuty(state, localDate(now, state.edition)) : filer(dice);
    const round = dice.ofOr(state.operation.rounds, { id: '2022-04-20/morning' }).id;
    const rows = dice.below(5) + 1;
    return {
      by,
      body: {
        round,
        sheet: dice.name('sheet'),
        rows,
        sheets: 1,
        counts: found,
        positives: positives(found, dice),
        reason: free(dice),
      },
    };
  },
  accountForUntested: (state, dice) => ({
    by: town.reviewerOf(state.edition.epidemicControl),
    body: { round: dice.ofOr(state.operation.untested, { round: '2022-04-20/morning' }).round, opinion: free(dice) },
  }),
  nameSampler: (_state, dice) => ({ by: filer(dice), body: { person: dice.name('p') } }),
  certifySampler: (state, dice) => {
    const waiting = state.sampling.samplers.filter((one) => one.certifiedAt === null);
    return { by: town.HEALTH, body: { person: dice.ofOr(waiting, { person: 'p-1' }).person } };
  },
  requestVisit: (state, dice, now) => ({
    by: filer(dice),
    body: { date: addDays(localDate(now, state.edition), dice.below(4)) },
  }),
  completeVisit: (state, dice) => {
    const waiting = state.sampling.visits.filter((one) => one.completedAt === null);
    return { by: town.HEALTH, body: { visit: dice.ofOr(waiting, { id: 'visit-1' }).id, sampled: dice.below(60) } };
  },
  reportRecheck: (state, dice) => {
    const { id = 'i-1', people = 1 } = incidentAt(state, dice, 'recheck') ?? {};
    const positive = dice.chance(50) ? 0 : 1 + dice.below(people);
    return { by: town.HEALTH, body: { incident: id, positive, negative: people - positive } };
  },
  takeIncidentStep: (state, dice) => {
    const incident = incidentAt(state, dice, ...REPORTED_STEPS);
    const next = incident && nextStep(incident);
    const step = REPORTED_STEPS.find((one) => one === next) ?? dice.of(REPORTED_STEPS);
    return { by: STEP_OWNERS[step], body: { incident: incident?.id ?? 'i-1', step, note: free(dice), documents: [] } };
  },
  requestSupplies: (_state, dice) => ({ by: filer(dice), body: { lines: quantities(dice) } }),
  confirmOrder: (state, dice) => ({
    by: filer(dice),
    body: { order: orderWhere(state, dice, (one) => one.status === 'proposed')?.id ?? 1 },
  }),
  cancelOrder: (state, dice) => ({
    by: filer(dice),
    body: { order: orderWhere(state, dice, () => true)?.id ?? 1, reason: free(dice) },
  }),
  dispatchOrder: (state, dice) => {
    const order = orderWhere(state, dice, (one) => one.allocatedAt !== null);
    const ready = (order?.lines ?? []).flatMap(({ item, allocated, dispatched }) =>
      allocated > dispatched ? [{ item, quantity: 1 + dice.below(allocated - dispatched) }] : [],
    );
    const body = {
      order: order?.id ?? 1,
      consignment: (order?.consignments.length ?? 0) + 1,
      volunteer: town.VOLUNTEER,
    };
    return { by: town.STOREKEEPER, body: dice.chance(30) && ready.length > 0 ? { ...body, lines: ready } : body };
  },
  deliverOrder: (state, dice) => {
    const { order, consignment } = consignmentWhere(state, dice, 'on-the-way');
    return { by: town.VOLUNTEER, body: { order: order?.id ?? 1, consignment: consignment?.id ?? 1 } };
  },
  receiveOrder: (state, dice) => {
    const { order, consignment } = consignmentWhere(state, dice, 'delivered', 'on-the-way');
    const lines = (consignment?.lines ?? [{ item: 'mask', quantity: 1 }]).map(({ item, quantity }) => ({
      item,
      quantity: dice.chance(80) ? quantity : dice.below(quantity + 2),
    }));
    return { by: town.OWNER, body: { order: order?.id ?? 1, consignment: consignment?.id ?? 1, lines } };
  },
  countSupplies: (_state, dice) => ({ by: town.OWNER, body: { counts: quantities(dice) } }),
  reportMovements: (_state, dice) => ({
    by: town.OWNER,
    body: { list: dice.name('list'), moved: dice.below(60), deviations: dice.chance(40) ? [dice.name('v')] : [] },
  }),
  followUpDeviation: (state, dice, now) => ({
    by: onDuty(state, localDate(now, state.edition)),
    body: {
      deviation: dice.ofOr(state.movements.deviations, { id: 'v-1' }).id,
      outcome: dice.of(DEVIATION_OUTCOMES),
      note: free(dice),
    },
  }),
  formSelfManagement: (_state, dice) => ({ by: filer(dice), body: { members: [dice.name('p'), dice.name('p')] } }),
  recordInspection: (_state, dice) => ({
    by: town.OWNER,
    body: { area: free(dice), findings: dice.chance(60) ? [{ text: free(dice), photos: [] }] : [] },
  }),
  closeFinding: (state, dice) => ({
    by: town.OWNER,
    body: { finding: dice.ofOr(state.inspection.findings, { id: 'f1' }).id, note: free(dice), photos: [] },
  }),
  reportDay: (state, dice, now) => {
    const date = dice.ofOr(state.operation.owedReports, localDate(now, state.edition));
    const [production, epidemic] = [dice.of(PRODUCTION), dice.of(EPIDEMIC_STATUS)];
    return { by: onDuty(state, date), body: { date, production, epidemic, present: dice.below(60) } };
  },
  suspend: (state, dice) => {
    const incident = incidentAt(state, dice, 'suspend');
    const scope = dice.of(SUSPENSION_SCOPES);
    return {
      by: town.reviewerOf(state.edition.epidemicControl),
      body: {
        reason: dice.of(SUSPENSION_REASONS),
        scope,
        ...(scope !== 'site' && { of: free(dice) }),
        ...(incident && nextStep(incident) === 'suspend' && { incident: incident.id }),
        opinion: free(dice),
      },
    };
  },
  lift: (state, dice) => ({
    by: town.reviewerOf(state.edition.epidemicControl),
    body: {
      ...(state.operation.suspensions.length > 1 && { suspension: dice.of(state.operation.suspensions).id }),
      opinion: free(dice),
    },
  }),
  complete: (state, dice) => ({
    by: town.OFFICIAL,
    body: { waivers: outstanding(state).map((item) => ({ item, reason: free(dice) })) },
  }),
  withdraw: (_state, dice) => ({ by: filer(dice), body: { reason: free(dice) } }),
};

export function propose(type: CommandType, state: Reopening, dice: Dice, now: Instant): Proposal {
  const { by, body } = MAKERS[type](state, dice, now);
  return { by, command: { type, ...body } as Command };
}
