/** The case 复工事项: how it opens, the table of its commands, and the one way in which a command changes it. */
import { authorise, filesOnBehalf, requirePossible } from './acts';
import type { Command, Commands, CommandType } from './commands';
import { complete, withdraw } from './completion';
import type { Edition, Instant } from '../programme/edition';
import type { Account, Draft } from '../ledger/entry';
import { followUpDeviation, reportMovements } from '../people/deviation';
import { reportRecheck, takeIncidentStep } from './incident';
import { closeFinding, formSelfManagement, recordInspection } from './inspection';
import { beginOperationWhenReady, lift, reportDay, suspend } from './operation';
import { addMaterial, guide, submitPlan } from './plan';
import { refuse, Refused, type Rejection } from '../ledger/rejection';
import {
  answerConsultation,
  approve,
  approveWithConditions,
  consult,
  issueNotice,
  returnPlan,
  takeBack,
  transfer,
  veto,
} from './sign-off';
import { isClosed, SCHEMA, type Act, type EnterpriseRef, type Reopening, type Rule } from './state';
import { certifySampler, completeVisit, nameSampler, requestVisit } from '../testing/sampling';
import { arrive, assignLiaison, formTeam, handOver, nameStandIn } from './stationing';
import { commit, recheckRequirement, recordSurvey, submitEvidence } from './survey';
import {
  cancelOrder,
  confirmOrder,
  countSupplies,
  deliverOrder,
  dispatchOrder,
  receiveOrder,
  requestSupplies,
  takeOrderFacts,
  type OrderFacts,
} from '../supplies/supply';
import { accountForUntested, correctTests, reportTests, takeRoundFacts, type RoundFacts } from '../testing/rounds';
import { forgetDone, passTime, THE_CASE, urge } from './time';
import { requireRoom } from './bounds';

/** 抄送: the account sees the case from now on, whatever its role. */
const copy: Rule<Command<'copy'>> = (state, command, act) => {
  if (state.copies.includes(command.to.account)) refuse('already-done');
  requireRoom('copies', state.copies.length);
  state.copies = [...state.copies, command.to.account];
  act.record('copied', { to: command.to.account, role: command.to.role });
};

/** The rule of each act; what is true of an act before its rule is asked stands in its row (acts.ts). */
const RULES: { readonly [T in CommandType]: Rule<{ readonly type: T } & Readonly<Commands[T]>> } = {
  recordSurvey,
  commit,
  submitEvidence,
  recheckRequirement,
  addMaterial,
  guide,
  submitPlan,
  approve,
  approveWithConditions,
  returnPlan,
  veto,
  transfer,
  consult,
  answerConsultation,
  takeBack,
  urge,
  copy,
  issueNotice,
  formTeam,
  assignLiaison,
  arrive,
  nameStandIn,
  handOver,
  reportTests,
  correctTests,
  accountForUntested,
  nameSampler,
  certifySampler,
  requestVisit,
  completeVisit,
  reportRecheck,
  takeIncidentStep,
  requestSupplies,
  confirmOrder,
  cancelOrder,
  dispatchOrder,
  deliverOrder,
  receiveOrder,
  countSupplies,
  reportMovements,
  followUpDeviation,
  formSelfManagement,
  recordInspection,
  closeFinding,
  reportDay,
  suspend,
  lift,
  complete,
  withdraw,
};

export interface Opening {
  readonly caseNumber: string;
  readonly enterprise: EnterpriseRef;
  readonly edition: Edition;
}

export interface Outcome {
  readonly state: Reopening;
  readonly entries: readonly Draft[];
}

/** Who sends a command under which id, and the signature of the act: both mark every entry that the command causes. */
export interface Sender {
  readonly by: Account;
  readonly command: string;
  readonly act?: string;
}

function marks({ command, act }: Sender): Pick<Draft, 'command' | 'act'> {
  return { command, ...(act !== undefined && { act }) };
}

export function open(opening: Opening, sender: Sender, now: Instant): Outcome {
  const state: Reopening = {
    schema: SCHEMA,
    caseNumber: opening.caseNumber,
    enterprise: opening.enterprise,
    edition: opening.edition,
    phase: 'survey',
    phaseSince: now,
    openedAt: now,
    clock: now,
    survey: { visits: 0, lastVisit: null, readiness: {}, committedAt: null, visitedAt: null },
    requirements: [],
    materials: {},
    review: {
      round: 0,
      status: 'not-submitted',
      since: now,
      frozenVersions: {},
      departmentsAsked: [],
      verdicts: {},
      assigned: {},
      takenBack: {},
      signatures: {},
      defects: [],
      consultations: [],
    },
    stationing: { team: null, postings: [], assignedAt: null, arrivedAt: null, standIns: [] },
    operation: {
      startsOn: null,
      rounds: [],
      openedTo: now,
      reportedTo: null,
      owedReports: [],
      untested: [],
      roundsComplete: 0,
      daysReported: 0,
      suspensions: [],
      suspended: 0,
      headcount: 0,
    },
    sampling: { samplers: [], visits: [] },
    incidents: [],
    supply: { holdings: {}, checkedOn: null, orders: [], ordersMade: 0 },
    movements: { lists: [], deviations: [] },
    inspection: { team: [], inspections: 0, lastArea: null, findings: [], findingsMade: 0 },
    copies: [],
    reminders: {},
  };
  const { enterprise, edition } = opening;
  const details = {
    enterprise: enterprise.id,
    kind: enterprise.kind,
    village: enterprise.village,
    edition: edition.id,
  };
  return { state, entries: [{ at: now, by: sender.by, type: 'opened', ...marks(sender), details }] };
}

/** The case after time has passed to `now`; `state` itself stays as it is. */
export function advance(state: Reopening, now: Instant): Outcome {
  const draft = draftOf(state);
  const entries = passTime(draft, now);
  return { state: draft, entries };
}

/** What PostgreSQL tells a case that asked: the counts of rounds, the allocation of orders. */
export interface Facts {
  readonly rounds: readonly RoundFacts[];
  readonly orders: readonly OrderFacts[];
}

/** The case after it was told; what it knows already, or never asked for, changes nothing. */
export function learn(state: Reopening, facts: Facts, now: Instant): Outcome {
  const draft = draftOf(state);
  const entries = passTime(draft, now);
  if (isClosed(draft.phase)) return { state: draft, entries };
  const act: Act = {
    by: THE_CASE,
    at: draft.clock,
    record: (type, details = {}) => entries.push({ at: draft.clock, by: THE_CASE, type, details }),
  };
  for (const round of facts.rounds) takeRoundFacts(draft, round, act);
  for (const order of facts.orders) takeOrderFacts(draft, order, act);
  forgetDone(draft);
  entries.push(...passTime(draft, draft.clock));
  return { state: draft, entries };
}

/**
 * What a command does: the next state with its entries, time having passed to `now` first, or why it is refused. Pure; the
 * workflow's validator and handler both call it, so both always say the same.
 */
export function decide(
  state: Reopening,
  command: Command,
  sender: Sender,
  now: Instant,
): Outcome | { rejection: Rejection } {
  const draft = draftOf(state);
  const entries = passTime(draft, now);
  const act: Act<Account> = {
    by: sender.by,
    at: draft.clock,
    record: (type, details = {}) =>
      entries.push({
        at: draft.clock,
        by: sender.by,
        type,
        ...marks(sender),
        ...(filesOnBehalf(command.type, sender.by.role) && { onBehalfOf: 'enterprise' as const }),
        details,
      }),
  };
  try {
    authorise(command.type, sender.by, draft.enterprise);
    if (isClosed(draft.phase)) refuse('case-closed', { phase: draft.phase });
    requirePossible(draft, command, sender.by);
    (RULES[command.type] as Rule<Command>)(draft, command, act);
    beginOperationWhenReady(draft, act);
    forgetDone(draft);
  } catch (error) {
    // The rules of a case stop by `refuse`, which knows its codes only.
    if (error instanceof Refused) return { rejection: error.rejection as Rejection };
    throw error;
  }
  // What the command makes due at this very instant (the first round, an overdue act taken back) happens with it.
  entries.push(...passTime(draft, draft.clock));
  return { state: draft, entries };
}

/** A copy to work on, as deep as rules change things in place; the types keep them from changing what is shared. */
function draftOf(state: Reopening): Reopening {
  const { review } = state;
  return {
    ...state,
    survey: { ...state.survey },
    materials: { ...state.materials },
    review: {
      ...review,
      verdicts: { ...review.verdicts },
      assigned: { ...review.assigned },
      takenBack: { ...review.takenBack },
      signatures: { ...review.signatures },
    },
    stationing: { ...state.stationing },
    operation: { ...state.operation },
    sampling: { ...state.sampling },
    supply: { ...state.supply },
    movements: { ...state.movements },
    inspection: { ...state.inspection },
    reminders: { ...state.reminders },
  };
}
