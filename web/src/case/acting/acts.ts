/** Which acts settle a duty, which a person may do besides, and what of an act is known before a word is typed. */
import type { CommandType } from '../../../../domain/case/commands';
import type { DutyKind } from '../../../../domain/case/duty';
import type { Edition } from '../../../../domain/programme/edition';
import type { Phase } from '../../../../domain/case/state';
import type { CaseView } from '../../../../contracts/case/views';
import { PERMITTED } from '../../../../domain/case/authorisation';
import { addDays, localDate } from '../../../../domain/calendar/calendar';
import type { Me } from '../../accounts/session';
import { newestVersions, reviewedVersions, type AgendaItem } from './view';

/** In the order in which they are offered; the first is what one mostly does. */
const SETTLES: { readonly [K in DutyKind]: readonly CommandType[] } = {
  survey: ['recordSurvey'],
  commitment: ['commit'],
  evidence: ['submitEvidence'],
  recheck: ['recheckRequirement'],
  plan: ['addMaterial', 'submitPlan'],
  'sign-off': ['approve', 'approveWithConditions', 'returnPlan', 'consult', 'transfer', 'veto'],
  rectification: ['addMaterial', 'submitPlan'],
  consultation: ['answerConsultation'],
  team: ['formTeam'],
  liaison: ['assignLiaison'],
  arrival: ['arrive'],
  test: ['reportTests'],
  results: ['reportTests'],
  untested: ['accountForUntested'],
  certification: ['certifySampler'],
  visit: ['completeVisit'],
  'incident-isolate': ['takeIncidentStep'],
  'incident-recheck': ['reportRecheck'],
  'incident-inform': ['takeIncidentStep'],
  'incident-suspend': ['suspend'],
  'incident-transfer': ['takeIncidentStep'],
  'incident-disinfect': ['takeIncidentStep'],
  'incident-trace': ['takeIncidentStep'],
  'order-confirmation': ['confirmOrder', 'cancelOrder'],
  'order-back-order': [],
  'order-dispatch': ['dispatchOrder'],
  'order-delivery': ['deliverOrder'],
  'order-receipt': ['receiveOrder'],
  deviation: ['followUpDeviation'],
  finding: ['closeFinding'],
  report: ['reportDay'],
  'suspension-review': ['lift'],
  closing: ['complete'],
};

const OPEN: readonly Phase[] = ['survey', 'plan', 'sign-offs', 'stationing', 'operating', 'suspended'];
const RUNNING: readonly Phase[] = ['operating', 'suspended'];

/** What may be done without being owed, by phase: only what to offer; the case decides. */
const BESIDES: { readonly [T in CommandType]?: readonly Phase[] } = {
  recordSurvey: ['survey', 'plan'],
  commit: ['survey'],
  addMaterial: ['survey', 'plan', 'sign-offs'],
  submitPlan: ['plan', 'sign-offs'],
  guide: ['survey', 'plan', 'sign-offs'],
  takeBack: ['sign-offs'],
  issueNotice: ['sign-offs'],
  formTeam: ['stationing', 'operating', 'suspended'],
  assignLiaison: ['stationing'],
  nameStandIn: ['stationing', 'operating', 'suspended'],
  handOver: ['stationing', 'operating', 'suspended'],
  nameSampler: ['stationing', 'operating', 'suspended'],
  certifySampler: ['stationing', 'operating', 'suspended'],
  requestVisit: RUNNING,
  correctTests: RUNNING,
  requestSupplies: RUNNING,
  cancelOrder: RUNNING,
  countSupplies: RUNNING,
  reportMovements: RUNNING,
  formSelfManagement: ['stationing', 'operating', 'suspended'],
  recordInspection: RUNNING,
  suspend: ['operating'],
  lift: ['suspended'],
  complete: ['operating'],
  copy: OPEN,
  withdraw: OPEN,
};

/** These end something for good and are confirmed once more. */
export const DANGEROUS: ReadonlySet<CommandType> = new Set(['veto', 'withdraw', 'suspend', 'cancelOrder', 'complete']);

/** Words that the rules ask for although the schema does not: on these acts a reason is compulsory (docs/domain.md#sign-offs). */
const WORDS_NEEDED: { readonly [T in CommandType]?: string } = {
  returnPlan: 'opinion',
  veto: 'opinion',
  suspend: 'opinion',
  lift: 'opinion',
  accountForUntested: 'opinion',
  cancelOrder: 'reason',
  withdraw: 'reason',
  // Not asked of an antigen round, of which nobody takes samples.
  reportTests: 'sampling',
};

export function needsWords(type: CommandType, field: string): boolean {
  return WORDS_NEEDED[type] === field;
}

export interface Context {
  readonly view: CaseView;
  readonly me: Me;
  readonly rules: Edition;
  readonly duty?: Pick<AgendaItem, 'id' | 'kind'> | undefined;
}

export function actsOf({ duty, me, rules }: Pick<Context, 'duty' | 'me' | 'rules'>): readonly CommandType[] {
  if (!duty) return [];
  const department = rules.departments.find(({ id }) => id === me.department);
  return SETTLES[duty.kind].filter((type) => type !== 'veto' || department?.absoluteVeto === true);
}

export function actsBesides({ view, me, rules }: Context): CommandType[] {
  const owed = new Set(
    view.agenda.filter(({ owner }) => owner === me.role).flatMap((duty) => actsOf({ me, rules, duty })),
  );
  return (Object.keys(BESIDES) as CommandType[]).filter(
    (type) => (BESIDES[type] ?? []).includes(view.phase) && mayDo(type, me) && !owed.has(type),
  );
}

export function mayDo(type: CommandType, me: Me): boolean {
  return PERMITTED[type].includes(me.role);
}

/** Of the materials that the notice names, the first that has not been renewed yet. */
function firstDefective({ review, materials }: CaseView): string | undefined {
  if (review.status !== 'rectifying') return undefined;
  return review.defects.find(({ material, version }) => (materials[material]?.length ?? 0) <= version)?.material;
}

/** The part of a duty's id behind its kind. */
function which(duty: Context['duty']): string {
  return duty ? duty.id.slice(duty.kind.length + 1) : '';
}

export type Values = Record<string, unknown>;

/** `fixed` is sent as it is and not shown; `initial` stands in the form and may be changed. */
export interface Prefilled {
  readonly fixed: Values;
  readonly initial: Values;
}

export function prefill(type: CommandType, context: Context): Prefilled {
  const { view, me, rules, duty } = context;
  const today = localDate(view.clock, rules);
  const about = which(duty);
  const [order, consignment] = about.split('/').map(Number);
  const department = rules.departments.find(({ id }) => id === me.department);
  const verdict = {
    department: me.department ?? '',
    round: view.review.round,
    versions: reviewedVersions(view, department?.materials ?? []),
  };
  const ofRound = { department: verdict.department, round: verdict.round };
  const none = { fixed: {}, initial: {} };
  switch (type) {
    case 'recordSurvey':
      return { fixed: {}, initial: { visitedOn: today, visitors: me.name, readiness: {}, weakLinks: [] } };
    case 'commit':
      return { fixed: { rulebook: rules.rulebook }, initial: {} };
    case 'submitEvidence':
      return duty ? { fixed: { requirement: about }, initial: { documents: [] } } : none;
    case 'recheckRequirement': {
      const requirement = view.requirements.find(({ id }) => id === about);
      return { fixed: { requirement: about }, initial: { mode: requirement?.recheck ?? 'on-site' } };
    }
    case 'submitPlan':
      return { fixed: { versions: newestVersions(view) }, initial: {} };
    case 'approve':
    case 'approveWithConditions':
      return {
        fixed: verdict,
        initial: { checklist: [], ...(type === 'approveWithConditions' && { conditions: [{}] }) },
      };
    case 'returnPlan':
      return { fixed: verdict, initial: { defects: [{}] } };
    case 'veto':
    case 'transfer':
    case 'consult':
    case 'takeBack':
      return { fixed: ofRound, initial: {} };
    case 'guide':
      return { fixed: { department: verdict.department }, initial: {} };
    case 'issueNotice':
      return { fixed: { round: view.review.round }, initial: {} };
    case 'answerConsultation':
      return { fixed: { consultation: about }, initial: {} };
    case 'formTeam':
      return { fixed: {}, initial: { members: rules.teamParts.map((part) => ({ part })) } };
    case 'assignLiaison':
    case 'handOver':
      return { fixed: {}, initial: { from: today } };
    case 'nameStandIn':
      return { fixed: {}, initial: { from: addDays(today, 1), to: addDays(today, 1) } };
    case 'certifySampler':
      return duty ? { fixed: { person: about }, initial: {} } : none;
    case 'requestVisit':
      return { fixed: {}, initial: { date: today } };
    case 'completeVisit':
      return { fixed: { visit: about }, initial: { sampled: view.operation.headcount } };
    case 'accountForUntested':
      return { fixed: { round: about }, initial: {} };
    case 'takeIncidentStep':
      return {
        fixed: { incident: about, step: duty?.kind.slice('incident-'.length) },
        initial: { documents: [] },
      };
    case 'reportRecheck':
      return { fixed: { incident: about }, initial: {} };
    case 'suspend':
      return duty
        ? { fixed: { incident: about, reason: 'positive' }, initial: { scope: 'site' } }
        : { fixed: {}, initial: { scope: 'site' } };
    case 'lift':
      return duty ? { fixed: { suspension: about }, initial: {} } : none;
    case 'confirmOrder':
    case 'cancelOrder':
      return duty ? { fixed: { order }, initial: {} } : none;
    case 'dispatchOrder': {
      const { consignments = [], lines = [] } = view.supply.orders.find(({ id }) => id === order) ?? {};
      const sent = consignments.length;
      const ready = lines
        .map(({ item, allocated, dispatched }) => ({ item, quantity: allocated - dispatched }))
        .filter(({ quantity }) => quantity > 0);
      return { fixed: { order, consignment: sent + 1 }, initial: { lines: ready } };
    }
    case 'deliverOrder':
      return { fixed: { order, consignment }, initial: {} };
    case 'receiveOrder': {
      const lines = view.supply.orders
        .find(({ id }) => id === order)
        ?.consignments.find(({ id }) => id === consignment)?.lines;
      return { fixed: { order, consignment }, initial: { lines: (lines ?? []).map((line) => ({ ...line })) } };
    }
    case 'countSupplies': {
      const counts = Object.entries(view.supply.holdings).map(([item, { quantity }]) => ({
        item,
        quantity: Math.round(quantity),
      }));
      return { fixed: {}, initial: { counts: counts.length > 0 ? counts : [{}] } };
    }
    case 'requestSupplies':
      return { fixed: {}, initial: { lines: [{}] } };
    case 'followUpDeviation':
      return { fixed: { deviation: about }, initial: {} };
    case 'closeFinding':
      return { fixed: { finding: about }, initial: { photos: [] } };
    case 'recordInspection':
      return { fixed: {}, initial: { findings: [] } };
    case 'reportDay':
      return {
        fixed: duty ? { date: about } : {},
        // The figure of yesterday; how production and epidemic stand is said anew each day.
        initial: { present: view.operation.headcount },
      };
    case 'complete':
      return { fixed: {}, initial: { waivers: view.outstanding.map((item) => ({ item })) } };
    case 'urge':
      return { fixed: { duty: duty?.id }, initial: {} };
    case 'formSelfManagement':
      return { fixed: {}, initial: { members: [] } };
    case 'reportTests':
      return duty ? { fixed: { round: about }, initial: {} } : none;
    case 'addMaterial':
      return { fixed: {}, initial: { material: firstDefective(view) } };
    case 'arrive':
    case 'copy':
    case 'correctTests':
    case 'nameSampler':
    case 'reportMovements':
    case 'withdraw':
      return none;
  }
}
