/** What people mostly do in the present state of a case; a type that stands twice is twice as likely. */
import type { CommandType } from '../../domain/case/commands';
import { nextStep } from '../../domain/case/incident';
import type { Reopening } from '../../domain/case/state';
import { signOffDue } from '../../domain/case/sign-off';
import type { Dice } from './dice';

export function usual(state: Reopening, dice: Dice): CommandType {
  return dice.of([...ofPhase(state, dice), ...ofRequirements(state)]);
}

function ofPhase(state: Reopening, dice: Dice): readonly CommandType[] {
  switch (state.phase) {
    case 'survey':
      return state.survey.visitedAt === null
        ? ['recordSurvey', 'recordSurvey', 'recordSurvey', 'commit', 'urge']
        : ['recordSurvey', 'commit', 'commit', 'urge'];
    case 'plan':
      return Object.keys(state.materials).length < state.edition.materials.length
        ? ['addMaterial', 'addMaterial', 'addMaterial', 'addMaterial', 'submitPlan', 'guide']
        : ['addMaterial', 'submitPlan', 'submitPlan', 'submitPlan', 'guide'];
    case 'sign-offs':
      return state.review.status === 'reviewing'
        ? [...ofReview(state), ...(dice.chance(12) ? (['veto'] as const) : [])]
        : ['addMaterial', 'addMaterial', 'addMaterial', 'submitPlan', 'submitPlan', 'urge', 'takeBack'];
    case 'stationing':
      return state.stationing.postings.length === 0
        ? ['assignLiaison', 'assignLiaison', 'formTeam', 'arrive', 'urge']
        : [
            'formTeam',
            'arrive',
            'arrive',
            'arrive',
            'nameStandIn',
            'handOver',
            'urge',
            'nameSampler',
            'requestSupplies',
          ];
    case 'operating':
      return [...ofTheDay(state), ...ofTheDay(state), ...ofPeople(state), ...ofSupplies(state), ...SELDOM, 'complete'];
    case 'suspended':
      return [...ofTheDay(state), ...ofPeople(state), ...ofSupplies(state), 'lift', 'lift', 'urge', 'suspend'];
    case 'completed':
    case 'withdrawn':
    case 'refused':
      return ['withdraw', 'correctTests', 'approve'];
  }
}

const VERDICTS: readonly CommandType[] = ['approve', 'approve', 'approve', 'approveWithConditions', 'returnPlan'];

function ofReview(state: Reopening): readonly CommandType[] {
  const { review, edition, clock } = state;
  const late = edition.departments.some((one) => !review.verdicts[one.id] && signOffDue(state, one) <= clock);
  return [
    ...VERDICTS,
    ...VERDICTS,
    ...(['transfer', 'consult', 'urge', 'addMaterial'] as const),
    ...(Object.keys(review.verdicts).length > 0 ? (['takeBack'] as const) : []),
    ...(review.consultations.some((one) => one.answeredAt === null) ? (['answerConsultation'] as const) : []),
    ...(late ? (['issueNotice', 'issueNotice', 'issueNotice'] as const) : []),
  ];
}

const SELDOM: readonly CommandType[] = ['nameStandIn', 'handOver', 'formTeam', 'suspend', 'urge'];

function ofTheDay(state: Reopening): readonly CommandType[] {
  const { rounds, owedReports, untested } = state.operation;
  return [
    ...(rounds.some((one) => (one.counts?.untested ?? 1) > 0)
      ? (['reportTests', 'reportTests', 'reportTests'] as const)
      : []),
    ...(rounds.length > 0 ? (['correctTests'] as const) : []),
    ...(untested.length > 0 ? (['accountForUntested'] as const) : []),
    ...(owedReports.length > 0 ? (['reportDay', 'reportDay'] as const) : (['reportTests'] as const)),
  ];
}

/** Samplers, positives, movements, inspections. */
function ofPeople(state: Reopening): readonly CommandType[] {
  const { sampling, incidents, movements, inspection, operation } = state;
  const steps = incidents.map(nextStep);
  return [
    ...(sampling.samplers.some((one) => one.certifiedAt === null)
      ? (['certifySampler'] as const)
      : (['nameSampler'] as const)),
    ...(sampling.visits.some((one) => one.completedAt === null)
      ? (['completeVisit'] as const)
      : (['requestVisit'] as const)),
    ...steps.flatMap((step): CommandType[] => {
      if (step === undefined) return operation.suspensions.length > 0 ? ['lift'] : [];
      if (step === 'recheck') return ['reportRecheck', 'reportRecheck'];
      return step === 'suspend' ? ['suspend', 'suspend'] : ['takeIncidentStep', 'takeIncidentStep'];
    }),
    ...(movements.deviations.length > 0 ? (['followUpDeviation'] as const) : (['reportMovements'] as const)),
    ...(inspection.team.length > 0 ? (['recordInspection'] as const) : (['formSelfManagement'] as const)),
    ...(inspection.findings.length > 0 ? (['closeFinding'] as const) : []),
  ];
}

function ofSupplies(state: Reopening): readonly CommandType[] {
  const { orders, holdings } = state.supply;
  return [
    ...(orders.length < 2 ? (['requestSupplies'] as const) : (['cancelOrder'] as const)),
    ...orders.flatMap((order): CommandType[] => [
      ...(order.status === 'proposed'
        ? (['confirmOrder', 'confirmOrder', 'confirmOrder', 'confirmOrder'] as const)
        : []),
      ...(order.allocatedAt !== null ? (['dispatchOrder', 'dispatchOrder'] as const) : []),
      ...order.consignments.flatMap(({ status }): CommandType[] =>
        status === 'on-the-way'
          ? ['deliverOrder', 'deliverOrder']
          : status === 'delivered'
            ? ['receiveOrder', 'receiveOrder']
            : [],
      ),
    ]),
    ...(Object.keys(holdings).length > 0 ? (['countSupplies'] as const) : []),
  ];
}

function ofRequirements(state: Reopening): readonly CommandType[] {
  return state.requirements.flatMap(({ status }): CommandType[] =>
    status === 'open' ? ['submitEvidence'] : status === 'to-recheck' ? ['recheckRequirement'] : [],
  );
}
