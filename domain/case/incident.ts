/** What follows a positive 异常处置: held, rechecked, and, once confirmed, the emergency plan step by step, epidemic control first. */
import { authoriseDepartment } from './acts';
import type { Command, IncidentStep, Positive } from './commands';
import { epidemicControl, termed, type Duty, type Owner } from './duty';
import type { Term } from '../programme/edition';
import type { Account } from '../ledger/entry';
import { refuse } from '../ledger/rejection';
import type { Act, Incident, Reopening, Rule } from './state';
import { requireOwnLiaison } from './stationing';

/** A suspicion is held and rechecked. */
const SUSPICION: readonly IncidentStep[] = ['isolate', 'recheck'];
/** The emergency plan after a confirmation (docs/domain.md#incidents): epidemic control is told before anything else. */
const EMERGENCY_PLAN: readonly IncidentStep[] = ['inform', 'isolate', 'suspend', 'transfer', 'disinfect', 'trace'];
/** Incidents that are over and stay known: more than one outbreak of an enterprise has. */
const KEPT = 200;

/** A single nucleic-acid positive is a confirmation; antigen and mixed tubes are suspicions. */
function stepsOf({ status }: Pick<Incident, 'status'>): readonly IncidentStep[] {
  if (status === 'suspected') return SUSPICION;
  return status === 'confirmed' ? EMERGENCY_PLAN : [];
}

/** The step that is owed now; undefined when all are done: then only the lifting is left. */
export function nextStep(incident: Incident): IncidentStep | undefined {
  return stepsOf(incident).find((step) => !incident.done.includes(step));
}

export function isOver({ status }: Pick<Incident, 'status'>): boolean {
  return status === 'released' || status === 'closed';
}

/** Opens those that the case does not know yet; a list that comes twice opens nothing twice. */
export function openIncidents(state: Reopening, round: string, positives: readonly Positive[], act: Act): void {
  for (const { incident: id, cause, people } of positives) {
    if (state.incidents.some((one) => one.id === id)) continue;
    const status = cause === 'nucleic-acid' ? 'confirmed' : 'suspected';
    const opened: Incident = { id, cause, people, round, openedAt: act.at, status, done: [], stepSince: act.at };
    const over = state.incidents.filter(isOver).slice(-KEPT);
    state.incidents = [...state.incidents.filter((one) => !isOver(one) || over.includes(one)), opened];
    act.record('incident-opened', {
      incident: id,
      cause,
      round,
      people,
      status,
      tell: [...state.edition.incident.tell],
    });
  }
}

/** The health centre's single retests: all negative releases, one positive is a confirmation. */
export const reportRecheck: Rule<Command<'reportRecheck'>> = (state, command, act) => {
  const incident = incidentOf(state, command.incident);
  requireStep(incident, 'recheck');
  const { positive, negative } = command;
  if (positive + negative !== incident.people) {
    refuse('counts-do-not-add-up', { owed: incident.people, sum: positive + negative });
  }
  if (positive === 0) {
    change(state, incident, { status: 'released', done: [...incident.done, 'recheck'], stepSince: act.at });
    act.record('incident-released', { incident: incident.id, negative });
    return;
  }
  change(state, incident, {
    status: 'confirmed',
    people: positive,
    done: [...incident.done, 'recheck'],
    stepSince: act.at,
  });
  const tell = [...state.edition.incident.tell];
  act.record('incident-confirmed', { incident: incident.id, positive, negative, tell });
};

export const takeIncidentStep: Rule<Command<'takeIncidentStep'>> = (state, command, act) => {
  const incident = incidentOf(state, command.incident);
  const { step, note, documents, contacts } = command;
  requireStep(incident, step);
  requireOwner(state, step, act.by);
  requireOwnLiaison(state, act);
  change(state, incident, { done: [...incident.done, step], stepSince: act.at });
  act.record('incident-step', {
    incident: incident.id,
    step,
    ...(note && { note: { ...note } }),
    documents: documents.map((one) => ({ ...one })),
    ...(contacts !== undefined && { contacts }),
  });
};

/** Called with a suspension that names the incident. @throws Refused `not-the-next-step` */
export function suspendedFor(state: Reopening, id: string, act: Act): void {
  const incident = incidentOf(state, id);
  requireStep(incident, 'suspend');
  change(state, incident, { done: [...incident.done, 'suspend'], stepSince: act.at });
}

/** Called with the lifting of its suspension; the emergency plan must be done. @throws Refused `incident-under-way` */
export function liftedFor(state: Reopening, id: string, act: Act): void {
  const incident = state.incidents.find((one) => one.id === id);
  if (!incident || isOver(incident)) return;
  const step = nextStep(incident);
  if (step !== undefined) refuse('incident-under-way', { incident: id, step });
  change(state, incident, { status: 'closed', stepSince: act.at });
  act.record('incident-closed', { incident: id });
}

function incidentOf(state: Reopening, id: string): Incident {
  const found = state.incidents.find((one) => one.id === id);
  return found ?? refuse('unknown-incident', { incident: id });
}

function requireStep(incident: Incident, step: IncidentStep): void {
  if (incident.done.includes(step) || isOver(incident)) refuse('already-done', { incident: incident.id, step });
  const next = nextStep(incident);
  if (next !== step) refuse('not-the-next-step', { incident: incident.id, step, next: next ?? null });
}

function change(state: Reopening, incident: Incident, by: Partial<Incident>): void {
  state.incidents = state.incidents.map((one) => (one === incident ? { ...one, ...by } : one));
}

/** The liaison may do what the enterprise owes. */
function requireOwner(state: Reopening, step: IncidentStep, by: Account): void {
  const owner = ownerOf(state, step);
  if (owner === epidemicControl(state)) return authoriseDepartment(by, state.edition.epidemicControl);
  if (by.role !== owner && !(owner === 'enterprise' && by.role === 'liaison')) {
    refuse('forbidden', { role: by.role, owner, step });
  }
}

function ownerOf(state: Reopening, step: IncidentStep): Owner {
  switch (step) {
    case 'isolate':
    case 'inform':
    case 'disinfect':
      return 'enterprise';
    case 'recheck':
    case 'transfer':
      return 'health';
    case 'suspend':
    case 'trace':
      return epidemicControl(state);
  }
}

export function incidentDuties(state: Reopening): Duty[] {
  const terms: { readonly [S in IncidentStep]: Term } = state.edition.incident;
  return state.incidents.flatMap((incident) => {
    const step = nextStep(incident);
    if (step === undefined) return [];
    const owner = ownerOf(state, step);
    return [termed(state, `incident-${step}`, incident.id, owner, incident.stepSince, terms[step])];
  });
}
