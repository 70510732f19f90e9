/** Survey 调研走访 and improvement requirements 改进要求: what was found, what must be mended, who rechecks it; the commitment. */
import type { Command } from './commands';
import { localDate } from '../calendar/calendar';
import type { Edition } from '../programme/edition';
import { heldFor } from '../programme/for-whom';
import { refuse } from '../ledger/rejection';
import { enterPhase, type Reopening, type Requirement, type Rule } from './state';
import { authoriseDepartment } from './acts';
import { requireRoom } from './bounds';

export function preparationsOf(edition: Edition, kind: Reopening['enterprise']['kind']): Edition['preparations'] {
  return heldFor(edition.preparations, { kind });
}

export const recordSurvey: Rule<Command<'recordSurvey'>> = (state, command, act) => {
  const preparations = preparationsOf(state.edition, state.enterprise.kind);
  for (const id of [...Object.keys(command.readiness), ...command.weakLinks.map((link) => link.preparation)]) {
    if (!preparations.some((one) => one.id === id)) {
      refuse('unknown-preparation', { preparation: id, known: preparations.map((one) => one.id) });
    }
  }
  const last = state.survey.lastVisit;
  if (last?.visitedOn === command.visitedOn && last.visitors.text === command.visitors.text) refuse('already-done');
  const today = localDate(act.at, state.edition);
  if (command.visitedOn > today) refuse('wrong-date', { visitedOn: command.visitedOn, latest: today });
  const missing = preparations.filter((one) => !(one.id in command.readiness)).map((one) => one.id);
  if (missing.length > 0) refuse('readiness-incomplete', { missing });
  const lacking = preparations.filter((one) => command.readiness[one.id] === 'lacking').map((one) => one.id);
  const linked = new Set(command.weakLinks.map((link) => link.preparation));
  const unlinked = lacking.filter((id) => !linked.has(id));
  if (unlinked.length > 0) refuse('weak-link-missing', { preparations: unlinked });
  for (const link of command.weakLinks) {
    if (link.dueOn < today) refuse('wrong-date', { dueOn: link.dueOn, earliest: today });
  }

  state.survey.visits += 1;
  state.survey.lastVisit = { visitedOn: command.visitedOn, visitors: command.visitors };
  state.survey.readiness = { ...command.readiness };
  state.survey.visitedAt ??= act.at;
  act.record('surveyed', {
    visit: state.survey.visits,
    visitedOn: command.visitedOn,
    visitors: { ...command.visitors },
    readiness: { ...command.readiness },
    ...(command.opinions && { opinions: { ...command.opinions } }),
    ...(command.keyMatters && { keyMatters: { ...command.keyMatters } }),
  });
  for (const link of command.weakLinks) {
    const preparation = preparations.find((one) => one.id === link.preparation);
    const requirement = setRequirement(
      state,
      {
        source: { from: 'survey', preparation: link.preparation },
        blocks: preparation?.blocks ?? 'operation',
        text: link.requirement,
        dueOn: link.dueOn,
        evidence: link.evidence,
        recheck: link.recheck,
      },
      act.at,
    );
    act.record('requirement-set', {
      requirement: requirement.id,
      source: { ...requirement.source },
      blocks: requirement.blocks,
      finding: { ...link.finding },
      text: { ...link.requirement },
      dueOn: link.dueOn,
    });
  }
};

/** Adds an open requirement with the case's next number. @throws Refused `too-many` */
export function setRequirement(
  state: Reopening,
  set: Pick<Requirement, 'source' | 'blocks' | 'text' | 'dueOn' | 'evidence' | 'recheck'>,
  at: number,
): Requirement {
  requireRoom('requirements', state.requirements.length);
  const requirement: Requirement = {
    id: `r${state.requirements.length + 1}`,
    ...set,
    status: 'open',
    statusSince: at,
    documents: [],
  };
  state.requirements = [...state.requirements, requirement];
  return requirement;
}

export function changeRequirement(
  state: Reopening,
  id: string,
  change: Partial<Pick<Requirement, 'status' | 'statusSince' | 'documents'>>,
): void {
  state.requirements = state.requirements.map((one) => (one.id === id ? { ...one, ...change } : one));
}

export const commit: Rule<Command<'commit'>> = (state, command, act) => {
  if (state.survey.visitedAt === null) refuse('too-early', { needed: 'survey' });
  if (command.rulebook !== state.edition.rulebook) refuse('wrong-rulebook', { rulebook: state.edition.rulebook });
  state.survey.committedAt = act.at;
  act.record('committed', { rulebook: command.rulebook, document: { ...command.document } });
  enterPhase(state, 'plan', act);
};

export const submitEvidence: Rule<Command<'submitEvidence'>> = (state, command, act) => {
  const requirement = requirementOf(state, command.requirement);
  if (requirement.status !== 'open') refuse('already-done', { status: requirement.status });
  if (requirement.evidence !== 'none' && command.documents.length === 0) {
    refuse('no-evidence-yet', { requirement: requirement.id, needed: requirement.evidence });
  }
  changeRequirement(state, requirement.id, {
    status: 'to-recheck',
    statusSince: act.at,
    documents: command.documents,
  });
  act.record('evidence-submitted', {
    requirement: requirement.id,
    documents: command.documents.map((document) => ({ ...document })),
    ...(command.note && { note: { ...command.note } }),
  });
};

export const recheckRequirement: Rule<Command<'recheckRequirement'>> = (state, command, act) => {
  const requirement = requirementOf(state, command.requirement);
  const { source } = requirement;
  if (source.from === 'condition') authoriseDepartment(act.by, source.department);
  else if (act.by.role !== 'official') refuse('forbidden', { role: act.by.role, permitted: ['official'] });
  if (requirement.status === 'passed' || requirement.status === 'dropped') {
    refuse('already-done', { status: requirement.status });
  }
  if (requirement.status === 'open') refuse('no-evidence-yet', { requirement: requirement.id });
  if (!command.passed && !command.opinion) refuse('opinion-required', { verb: 'recheckRequirement' });
  changeRequirement(state, requirement.id, { status: command.passed ? 'passed' : 'open', statusSince: act.at });
  act.record(command.passed ? 'requirement-passed' : 'requirement-failed', {
    requirement: requirement.id,
    mode: command.mode,
    ...(command.opinion && { opinion: { ...command.opinion } }),
  });
};

function requirementOf(state: Reopening, id: string): Requirement {
  const requirement = state.requirements.find((one) => one.id === id);
  return requirement ?? refuse('unknown-requirement', { requirement: id });
}
