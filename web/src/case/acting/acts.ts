/** What a person is offered on a case, and what of an act is known before a word is typed. */
import type { CommandType } from '../../../../domain/case/commands';
import type { Edition } from '../../../../domain/programme/edition';
import type { CaseView } from '../../../../contracts/case/views';
import { ACTS } from '../../../../domain/case/acts';
import { settling, settlingOwn, unowed, type Asking } from '../../../../domain/case/offers';
import { addDays, localDate } from '../../../../domain/calendar/calendar';
import type { Me } from '../../accounts/me';
import { accountOf, isMine, newestVersions, reviewedVersions, type AgendaItem } from './view';

export interface Context {
  readonly view: CaseView;
  readonly me: Me;
  readonly rules: Edition;
  readonly duty?: Pick<AgendaItem, 'id' | 'kind'> | undefined;
}

/** The acts that settle a duty of one's own. */
export function actsOf({ duty, me, rules }: Pick<Context, 'duty' | 'me' | 'rules'>): readonly CommandType[] {
  return duty ? settlingOwn(duty.kind, { rules, by: accountOf(me) }) : [];
}

/** The acts by which one may settle a duty of the case: one's own, or the enterprise's in its place. */
export function actsOn(duty: AgendaItem, { view, me, rules }: Context): readonly CommandType[] {
  return settling(duty, view, askingOf({ view, me, rules }));
}

/** What one may do on the case besides what one owes. */
export function actsBesides({ view, me, rules }: Context): CommandType[] {
  const owed = new Set(view.agenda.filter((duty) => isMine(duty, me)).flatMap((duty) => actsOf({ me, rules, duty })));
  return unowed(view, askingOf({ view, me, rules })).filter((type) => !owed.has(type));
}

function askingOf({ view, me, rules }: Context): Asking {
  return { rules, today: localDate(view.clock, rules), by: accountOf(me) };
}

export function mayDo(type: CommandType, me: Me): boolean {
  return ACTS[type].by.includes(me.role);
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
