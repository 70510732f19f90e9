/** What people mostly do in the present state of a case; a type that stands twice is twice as likely. */
import type { CommandType } from '../../domain/commands';
import type { Reopening } from '../../domain/state';
import { signOffDue } from '../../domain/sign-off';
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
        : ['formTeam', 'arrive', 'arrive', 'arrive', 'nameStandIn', 'handOver', 'urge'];
    case 'operating':
      return [
        ...ofTheDay(state),
        ...ofTheDay(state),
        'nameStandIn',
        'handOver',
        'formTeam',
        'suspend',
        'complete',
        'urge',
      ];
    case 'suspended':
      return [...ofTheDay(state), 'lift', 'urge'];
    case 'completed':
    case 'withdrawn':
    case 'refused':
      return ['withdraw', 'correctTests', 'approve'];
  }
}

const VERDICTS: readonly CommandType[] = ['approve', 'approve', 'approve', 'approveWithConditions', 'returnPlan'];

function ofReview(state: Reopening): readonly CommandType[] {
  const { review, edition, clock } = state;
  const late = edition.departments.some((one) => !review.acts[one.id] && signOffDue(state, one) <= clock);
  return [
    ...VERDICTS,
    ...VERDICTS,
    ...(['transfer', 'consult', 'urge', 'addMaterial'] as const),
    ...(Object.keys(review.acts).length > 0 ? (['takeBack'] as const) : []),
    ...(review.consultations.some((one) => one.answeredAt === null) ? (['answerConsultation'] as const) : []),
    ...(late ? (['issueNotice', 'issueNotice', 'issueNotice'] as const) : []),
  ];
}

function ofTheDay(state: Reopening): readonly CommandType[] {
  const { rounds, owedReports } = state.operation;
  return [
    ...(rounds.some((one) => !one.closed && !one.report) ? (['reportTests', 'reportTests'] as const) : []),
    ...(rounds.some((one) => one.report) ? (['correctTests'] as const) : []),
    ...(owedReports.length > 0 ? (['reportDay', 'reportDay'] as const) : (['reportTests'] as const)),
  ];
}

function ofRequirements(state: Reopening): readonly CommandType[] {
  return state.requirements.flatMap(({ status }): CommandType[] =>
    status === 'open' ? ['submitEvidence'] : status === 'to-recheck' ? ['recheckRequirement'] : [],
  );
}
