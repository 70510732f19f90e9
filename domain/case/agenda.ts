/** The agenda: every duty of a case, derived from its state alone, who owes what, since when, due when. */
import { dueAfter, endOfOffice, localDate } from '../calendar/calendar';
import { closableSince } from './completion';
import { deviationDuties } from '../people/deviation';
import { duty, termed, type Duty, type Owner } from './duty';
import type { Instant } from '../programme/edition';
import { incidentDuties } from './incident';
import { inspectionDuties } from './inspection';
import { operationDuties } from './operation';
import { samplingDuties } from '../testing/sampling';
import { signOffDue } from './sign-off';
import { departmentOf, isClosed, type Reopening } from './state';
import { liaisonOn } from './stationing';
import { supplyDuties } from '../supplies/supply';
import { testingDuties } from '../testing/rounds';

export { DUTY_KINDS, OWNERS, type Duty, type DutyKind, type Owner } from './duty';

/** A duty with what was done to have it done. */
export interface AgendaItem extends Duty {
  readonly overdue: boolean;
  readonly reminded: number;
  readonly urgedAt: Instant | null;
  readonly escalated: boolean;
}

export function agenda(state: Reopening): AgendaItem[] {
  return duties(state).map((duty) => {
    const told = state.reminders[duty.id];
    return {
      ...duty,
      overdue: told?.overdue ?? false,
      reminded: told?.reminded ?? 0,
      urgedAt: told?.urgedAt ?? null,
      escalated: told?.escalated ?? false,
    };
  });
}

/** An open case always has at least one duty that is not standing; a closed one has none. */
export function duties(state: Reopening): Duty[] {
  if (isClosed(state.phase)) return [];
  return [
    ...surveyDuties(state),
    ...requirementDuties(state),
    ...planDuties(state),
    ...consultationDuties(state),
    ...stationingDuties(state),
    ...testingDuties(state),
    ...samplingDuties(state),
    ...incidentDuties(state),
    ...supplyDuties(state),
    ...deviationDuties(state),
    ...inspectionDuties(state),
    ...operationDuties(state),
    ...closingDuties(state),
  ];
}

function surveyDuties(state: Reopening): Duty[] {
  if (state.phase !== 'survey') return [];
  const { terms } = state.edition;
  const { visitedAt } = state.survey;
  if (visitedAt === null) return [termed(state, 'survey', null, 'official', state.openedAt, terms.survey)];
  return [termed(state, 'commitment', null, 'enterprise', visitedAt, terms.commitment)];
}

function requirementDuties(state: Reopening): Duty[] {
  return state.requirements.flatMap((requirement) => {
    const { id, status, statusSince, source, dueOn } = requirement;
    if (status === 'open') {
      // A failed recheck may come after the date that was set: then a whole new term for conditions is given.
      const set = endOfOffice(dueOn, state.edition);
      const due = statusSince < set ? set : dueAfter(statusSince, state.edition.terms.condition, state.edition);
      return [duty('evidence', id, 'enterprise', statusSince, due)];
    }
    if (status !== 'to-recheck') return [];
    const owner: Owner = source.from === 'condition' ? `department/${source.department}` : 'official';
    return [termed(state, 'recheck', id, owner, statusSince, state.edition.terms.recheck)];
  });
}

function planDuties(state: Reopening): Duty[] {
  const { review, edition } = state;
  if (state.phase === 'plan') return [termed(state, 'plan', null, 'enterprise', state.phaseSince, edition.terms.plan)];
  if (state.phase !== 'sign-offs') return [];
  if (review.status === 'rectifying') {
    return [termed(state, 'rectification', `${review.round}`, 'enterprise', review.since, edition.terms.rectification)];
  }
  return review.departmentsAsked
    .filter((department) => !review.verdicts[department])
    .map((department) => {
      const account = review.assigned[department];
      const due = signOffDue(state, departmentOf(state, department));
      const since = review.takenBack[department] ?? review.since;
      return duty('sign-off', `${review.round}/${department}`, `department/${department}`, since, due, account);
    });
}

function consultationDuties(state: Reopening): Duty[] {
  return state.review.consultations
    .filter((consultation) => consultation.answeredAt === null)
    .map(({ id, of, askedAt }) => {
      const owner: Owner = of === 'enterprise' ? 'enterprise' : `department/${of}`;
      return termed(state, 'consultation', id, owner, askedAt, state.edition.terms.consultation);
    });
}

function stationingDuties(state: Reopening): Duty[] {
  if (state.phase !== 'stationing') return [];
  const { stationing, edition, phaseSince } = state;
  const owed: Duty[] = [];
  if (!stationing.team) owed.push(termed(state, 'team', null, 'official', phaseSince, edition.terms.team));
  const { assignedAt } = stationing;
  if (assignedAt === null) owed.push(termed(state, 'liaison', null, 'official', phaseSince, edition.terms.liaison));
  else if (stationing.arrivedAt === null) {
    // After a hand-over before anyone arrived, it is the newest liaison who must come.
    const first = endOfOffice(stationing.postings.at(-1)?.from ?? localDate(assignedAt, edition), edition);
    const due = Math.max(first, dueAfter(assignedAt, edition.terms.arrival, edition));
    owed.push(duty('arrival', null, 'liaison', assignedAt, due, liaisonOn(state, localDate(due, edition))));
  }
  return owed;
}

function closingDuties(state: Reopening): Duty[] {
  const closable = closableSince(state);
  return closable === null ? [] : [duty('closing', null, 'official', closable, null)];
}
