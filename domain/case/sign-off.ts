/** Sign-offs 部门会签 in rounds: every verb, the one combined rectification notice, and which seals still stand. */
import { dueAfter, localDate } from '../calendar/calendar';
import type { Command, Defect, Versions } from './commands';
import type { Department } from '../programme/edition';
import { heldFor } from '../programme/for-whom';
import { materialOf, requireVersions } from './materials';
import { refuse } from '../ledger/rejection';
import {
  departmentOf,
  enterPhase,
  type Act,
  type DatedCondition,
  type Reopening,
  type Rule,
  type Signature,
  type SignOffAct,
} from './state';
import type { Account } from '../ledger/entry';
import { changeRequirement, setRequirement } from './survey';
import { requireRoom } from './bounds';

/** Whether a signature was given for exactly the versions that count now, of the materials its department reviews. */
export function stands(signature: Signature | undefined, department: Department, versions: Versions): boolean {
  return signature !== undefined && department.materials.every((id) => signature.versions[id] === versions[id]);
}

/**
 * Freezes `versions` and asks, of all departments, those without a standing seal: that is those that returned, those that had
 * not acted and those whose materials changed. Conditions of a seal that fell are dropped with it; says which.
 */
export function beginRound(state: Reopening, versions: Versions, act: Act): { asked: string[]; dropped: string[] } {
  const { review } = state;
  const asked = state.edition.departments
    .filter((department) => !stands(review.signatures[department.id], department, versions))
    .map((department) => department.id);
  for (const department of asked) delete review.signatures[department];
  const dropped = state.requirements.filter(
    ({ source, status }) =>
      source.from === 'condition' && asked.includes(source.department) && status !== 'passed' && status !== 'dropped',
  );
  for (const { id } of dropped) changeRequirement(state, id, { status: 'dropped', statusSince: act.at });
  review.round += 1;
  review.status = 'reviewing';
  review.since = act.at;
  review.frozenVersions = { ...versions };
  review.departmentsAsked = asked;
  review.verdicts = {};
  review.assigned = {};
  review.takenBack = {};
  review.defects = [];
  return { asked, dropped: dropped.map((one) => one.id) };
}

export const approve: Rule<Command<'approve'>> = (state, command, act) => {
  const department = requireTurn(state, command, act);
  requireFrozenVersions(state, department, command.versions);
  requireChecklist(state, department, command);
  take(state, department, { verb: 'approve', conditions: [], defects: [] }, act);
  act.record('approved', {
    ...verdictOf(state, department, command.opinion),
    ...excludedOf(command.notApplicable),
  });
  endRoundIfAllActed(state, act);
};

export const approveWithConditions: Rule<Command<'approveWithConditions'>> = (state, command, act) => {
  const department = requireTurn(state, command, act);
  requireFrozenVersions(state, department, command.versions);
  requireChecklist(state, department, command);
  const today = localDate(act.at, state.edition);
  const conditions: DatedCondition[] = command.conditions.map((condition) => ({
    text: condition.text,
    dueOn: condition.dueOn ?? localDate(dueAfter(act.at, state.edition.terms.condition, state.edition), state.edition),
  }));
  for (const { dueOn } of conditions) {
    if (dueOn < today) refuse('wrong-date', { dueOn, earliest: today });
  }
  take(state, department, { verb: 'approve-with-conditions', conditions, defects: [] }, act);
  act.record('approved-with-conditions', {
    ...verdictOf(state, department, command.opinion),
    ...excludedOf(command.notApplicable),
    conditions: conditions.map(({ text, dueOn }) => ({ text: { ...text }, dueOn })),
  });
  endRoundIfAllActed(state, act);
};

export const returnPlan: Rule<Command<'returnPlan'>> = (state, command, act) => {
  const department = requireTurn(state, command, act);
  if (!command.opinion) refuse('opinion-required', { verb: 'returnPlan' });
  if (command.defects.length === 0) refuse('nothing-to-notify', { round: state.review.round });
  requireFrozenVersions(state, department, command.versions);
  for (const { material } of command.defects) {
    materialOf(state, material);
    if (!department.materials.includes(material)) refuse('not-reviewed', { material, yours: department.materials });
  }
  take(state, department, { verb: 'return', conditions: [], defects: command.defects }, act);
  act.record('returned', {
    ...verdictOf(state, department, command.opinion),
    defects: command.defects.map(({ material, text }) => ({ material, text: { ...text } })),
  });
  endRoundIfAllActed(state, act);
};

/** Absolute, for the departments so marked: the case ends at once, whatever the others have done. */
export const veto: Rule<Command<'veto'>> = (state, command, act) => {
  const department = requireTurn(state, command, act);
  if (!department.absoluteVeto) refuse('veto-not-absolute', { department: department.id });
  if (!command.opinion) refuse('opinion-required', { verb: 'veto' });
  act.record('vetoed', { department: department.id, round: state.review.round, opinion: { ...command.opinion } });
  enterPhase(state, 'refused', act);
};

export const transfer: Rule<Command<'transfer'>> = (state, command, act) => {
  const department = requireRound(state, command);
  requireOwed(state, department.id);
  if (command.to.role !== 'reviewer') refuse('wrong-role', { role: command.to.role, needed: 'reviewer' });
  if (command.to.department !== department.id) {
    refuse('wrong-department', { department: department.id, theirs: command.to.department ?? null });
  }
  if (state.review.assigned[department.id] === command.to.account) refuse('already-done', { to: command.to.account });
  state.review.assigned[department.id] = command.to.account;
  act.record('transferred', { department: department.id, round: state.review.round, to: command.to.account });
};

export const consult: Rule<Command<'consult'>> = (state, command, act) => {
  const department = requireTurn(state, command, act);
  if (command.of !== 'enterprise') departmentOf(state, command.of);
  if (command.of === department.id) refuse('wrong-department', { department: command.of, reason: 'yourself' });
  const { consultations } = state.review;
  if (consultations.some((one) => one.question.text === command.question.text)) refuse('already-done');
  const id = `c${consultations.length + 1}`;
  requireRoom('consultations', state.review.consultations.length);
  state.review.consultations = [
    ...consultations,
    { id, department: department.id, of: command.of, askedAt: act.at, question: command.question, answeredAt: null },
  ];
  act.record('consulted', {
    consultation: id,
    department: department.id,
    of: command.of,
    question: { ...command.question },
  });
};

export const answerConsultation: Rule<Command<'answerConsultation'>> = (state, command, act) => {
  const consultation = state.review.consultations.find((one) => one.id === command.consultation);
  if (!consultation) refuse('unknown-consultation', { consultation: command.consultation });
  const { role, department } = act.by;
  const mine =
    consultation.of === 'enterprise' ? role === 'enterprise' : role === 'reviewer' && department === consultation.of;
  if (!mine) refuse('not-consulted', { of: consultation.of });
  if (consultation.answeredAt !== null) refuse('already-done');
  state.review.consultations = state.review.consultations.map((one) =>
    one === consultation ? { ...one, answeredAt: act.at } : one,
  );
  act.record('consultation-answered', { consultation: consultation.id, answer: { ...command.answer } });
};

export const takeBack: Rule<Command<'takeBack'>> = (state, command, act) => {
  const department = requireRound(state, command);
  const taken = state.review.verdicts[department.id];
  if (!taken) refuse('nothing-to-take-back', { department: department.id });
  if (taken.by !== act.by.account) refuse('not-the-signer', { department: department.id });
  delete state.review.verdicts[department.id];
  state.review.takenBack[department.id] = act.at;
  act.record('taken-back', { department: department.id, round: state.review.round });
};

/** An official ends the round without the departments that are overdue; their defects join the next round. */
export const issueNotice: Rule<Command<'issueNotice'>> = (state, command, act) => {
  const { review } = state;
  if (review.status !== 'reviewing' && command.round === review.round) refuse('already-done', { round: review.round });
  requireSameRound(state, command.round);
  const open = review.departmentsAsked.filter((id) => !review.verdicts[id]);
  const early = open.filter((id) => signOffDue(state, departmentOf(state, id)) > act.at);
  if (early.length > 0) refuse('not-yet-overdue', { departments: early });
  if (!Object.values(review.verdicts).some((one) => one.verb === 'return'))
    refuse('nothing-to-notify', { round: review.round });
  endRound(state, act, open);
};

export function signOffDue(state: Reopening, department: Department): number {
  return dueAfter(state.review.since, department.term, state.edition);
}

function requireSameRound(state: Reopening, round: number): void {
  if (round !== state.review.round) refuse('stale-round', { yours: round, current: state.review.round });
}

type InRound = { readonly department: string; readonly round: number };

/** In the round in course; whether the department still owes an act is the next question. */
function requireRound(state: Reopening, command: InRound): Department {
  const department = departmentOf(state, command.department);
  requireSameRound(state, command.round);
  if (state.review.status !== 'reviewing')
    refuse('stale-round', { yours: command.round, current: state.review.round, ended: true });
  return department;
}

function requireOwed(state: Reopening, department: string): void {
  if (!state.review.departmentsAsked.includes(department))
    refuse('not-asked', { department, asked: state.review.departmentsAsked });
  if (state.review.verdicts[department]) refuse('already-done', { department });
}

/** The department owes an act in this round, and the actor is the one to give it. */
function requireTurn(state: Reopening, command: InRound, act: Act<Account>): Department {
  const department = requireRound(state, command);
  requireOwed(state, department.id);
  const assigned = state.review.assigned[department.id];
  if (assigned !== undefined && assigned !== act.by.account) refuse('transferred-away', { to: assigned });
  return department;
}

function requireFrozenVersions(state: Reopening, department: Department, seen: Versions): void {
  for (const material of Object.keys(seen)) materialOf(state, material);
  requireVersions(seen, state.review.frozenVersions, department.materials);
}

/** Every item that is for this enterprise is ticked, or does not apply for a reason; no other is named. */
function requireChecklist(
  state: Reopening,
  department: Department,
  { checklist: ticked, notApplicable = [] }: Pick<Command<'approve'>, 'checklist' | 'notApplicable'>,
): void {
  const known = heldFor(department.checklist, state.enterprise).map((item) => item.id);
  const excluded = notApplicable.map(({ item }) => item);
  for (const item of [...ticked, ...excluded]) {
    if (!known.includes(item)) refuse('unknown-checklist-item', { item, known });
  }
  excluded.forEach((item, index) => {
    if (ticked.includes(item) || excluded.indexOf(item) !== index) refuse('too-many', { item });
  });
  const missing = known.filter((id) => !ticked.includes(id) && !excluded.includes(id));
  if (missing.length > 0) refuse('checklist-incomplete', { missing });
}

/** Only when something was said: the entries of before have no such detail. */
function excludedOf(notApplicable: Command<'approve'>['notApplicable']) {
  return notApplicable && { notApplicable: notApplicable.map(({ item, reason }) => ({ item, reason: { ...reason } })) };
}

function take(
  state: Reopening,
  department: Department,
  verdict: Pick<SignOffAct, 'verb' | 'conditions' | 'defects'>,
  act: Act<Account>,
): void {
  state.review.verdicts[department.id] = {
    ...verdict,
    by: act.by.account,
    at: act.at,
    versions: reviewedVersions(state, department),
  };
}

function reviewedVersions(state: Reopening, department: Department): Versions {
  return Object.fromEntries(department.materials.map((id) => [id, state.review.frozenVersions[id] ?? 0]));
}

function verdictOf(state: Reopening, department: Department, opinion: Defect['text'] | undefined) {
  return {
    department: department.id,
    round: state.review.round,
    versions: { ...reviewedVersions(state, department) },
    ...(opinion && { opinion: { ...opinion } }),
  };
}

function endRoundIfAllActed(state: Reopening, act: Act): void {
  if (state.review.departmentsAsked.every((id) => state.review.verdicts[id])) endRound(state, act, []);
}

/** Approvals become seals, conditions become requirements; a single return makes it one notice with every defect. */
function endRound(state: Reopening, act: Act, without: readonly string[]): void {
  const { review } = state;
  const defects: Reopening['review']['defects'][number][] = [];
  for (const department of state.edition.departments) {
    const taken = review.verdicts[department.id];
    if (!taken) continue;
    if (taken.verb === 'return') {
      for (const { material, text } of taken.defects) {
        defects.push({ department: department.id, material, version: review.frozenVersions[material] ?? 0, text });
      }
      continue;
    }
    review.signatures[department.id] = { by: taken.by, at: taken.at, round: review.round, versions: taken.versions };
    setConditions(state, department.id, taken.conditions, act);
  }
  review.since = act.at;
  review.defects = defects;
  if (defects.length === 0) {
    review.status = 'passed';
    enterPhase(state, 'stationing', act);
    return;
  }
  review.status = 'rectifying';
  act.record('notice-issued', {
    round: review.round,
    without: [...without],
    defects: defects.map(({ department, material, version, text }) => ({
      department,
      material,
      version,
      text: { ...text },
    })),
  });
}

function setConditions(state: Reopening, department: string, conditions: readonly DatedCondition[], act: Act): void {
  for (const { text, dueOn } of conditions) {
    const requirement = setRequirement(
      state,
      {
        source: { from: 'condition', department, round: state.review.round },
        blocks: state.edition.conditionsBlock,
        text,
        dueOn,
        evidence: 'document',
        recheck: 'on-site',
      },
      act.at,
    );
    act.record('requirement-set', {
      requirement: requirement.id,
      source: { ...requirement.source },
      blocks: requirement.blocks,
      text: { ...text },
      dueOn: requirement.dueOn,
    });
  }
}
