/** The `reopening` workflow: one enterprise's case from its survey to its end. It holds the case, waits, and records behind its answers. */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { Envelope } from '../contracts/envelope';
import { COMMAND_NAMES } from '../contracts/glossary';
import type { ReopeningInput } from '../contracts/start';
import type { Instant } from '../domain/edition';
import { agenda } from '../domain/agenda';
import { COMMAND_TYPES } from '../domain/reopening';
import { recordBatch } from './activity-proxies';
import { Case } from './case';
import { details, recordSummary, searchAttributeUpserter, timerSummary } from './display';
import { typeOfActivityFailure } from './failures';
import { jitterOf } from './jitter';
import * as messages from './messages';

/**
 * An act of a person is recorded at once; what follows within a second of it is gathered into one batch, and so are search
 * attributes: under a burst that halves the server's work per act (docs/measured.md). Shorter than the 2 s for which a read
 * of one's own writes waits (ARCHITECTURE §3).
 */
const BURST_MS = 1000;
/** Long enough for an answer to be on its way before the run ends. */
const QUIET = '100 ms';
/** A ledger that refuses a batch needs a person; the case looks again this often, and whenever something new comes. */
const REFUSED_RETRY = '10 minutes';

export async function reopening(input: ReopeningInput): Promise<string> {
  const theCase = input.kind === 'open' ? Case.open(input, Date.now()) : Case.resume(input);
  const upsert = searchAttributeUpserter();
  let nextWake: Instant | null = null;
  /** The recorder runs: it waits out a burst, or an activity is on its way. */
  let recording = false;
  let activityOnItsWay = false;
  let lastBatchAt = 0;
  let lastAnsweredAt = 0;

  /** After every change: show it, and let the recorder start if it does not run. */
  const changed = (): void => {
    nextWake = wakeOf(theCase);
    setCurrentDetails(details(theCase.state, theCase.needsAttention));
    if (!recording) void record();
  };

  const show = (): void => {
    upsert(theCase.state, theCase.needsAttention);
    setCurrentDetails(details(theCase.state, theCase.needsAttention));
  };

  const record = async (): Promise<void> => {
    recording = true;
    while (theCase.unrecorded.length > 0) {
      const pause = lastBatchAt + BURST_MS - Date.now();
      if (pause > 0) await condition(() => theCase.closed, pause, { summary: '合并记账' });
      const batch = theCase.batch();
      lastBatchAt = Date.now();
      upsert(theCase.state, theCase.needsAttention);
      activityOnItsWay = true;
      try {
        await recordBatch(batch, recordSummary(batch.entries)).finally(() => (activityOnItsWay = false));
        theCase.recorded(batch);
      } catch (error) {
        const type = typeOfActivityFailure(error);
        if (type === undefined) throw error;
        theCase.needsAttention = type;
        show();
        await sleep(REFUSED_RETRY, { summary: `台账拒绝写入(${type}),稍后再试` });
      }
    }
    recording = false;
    show();
  };

  const answered = <T>(answer: T): T => {
    lastAnsweredAt = workflowInfo().historyLength;
    changed();
    return answer;
  };

  setHandler(messages.status, () => theCase.status(nextWake), { description: '事项全貌:阶段、待办、版本、签章' });
  setHandler(messages.agenda, () => agenda(theCase.state), { description: '待办清单:谁、何事、自何时、截止何时' });
  for (const type of COMMAND_TYPES) {
    setHandler(messages.commandUpdates[type], (envelope: Envelope) => answered(theCase.accept(envelope, Date.now())), {
      validator: (envelope: Envelope) => theCase.check(type, envelope, Date.now()),
      description: COMMAND_NAMES[type],
    });
  }
  setHandler(messages.announceKey, (envelope: Envelope) => answered(theCase.acceptKey(envelope, Date.now())), {
    validator: (envelope: Envelope) => theCase.checkKey(envelope),
    description: '公布新的签名公钥',
  });
  setHandler(messages.submitLater, (envelope: Envelope) => answered(theCase.acceptLater(envelope, Date.now())), {
    description: '延后送达的指令(须有系统签名,否则不予理会)',
  });

  changed();
  while (!theCase.closed) {
    if (mayContinueAsNew()) await continueAsNew<typeof reopening>(theCase.carried());
    await nextMoment();
    if (theCase.closed) break;
    theCase.passTime(Date.now());
    changed();
  }
  await condition(() => theCase.unrecorded.length === 0 && !recording && allHandlersFinished());
  return theCase.state.phase;

  /** Waits for the case's next moment, an earlier one, a close, or for a quiet moment in which to continue as new. */
  async function nextMoment(): Promise<void> {
    // The suggestion came in the activation of an answer: wait for another one, in which nobody is answered.
    if (shouldContinueAsNew()) return sleep(QUIET, { summary: '等待空闲以续办' });
    const armed = nextWake;
    const disturbed = (): boolean =>
      theCase.closed || (nextWake ?? Infinity) < (armed ?? Infinity) || shouldContinueAsNew();
    if (armed === null) return condition(disturbed);
    const wait = Math.max(1, armed - Date.now());
    await condition(disturbed, wait, { summary: timerSummary(theCase.state, armed) });
  }

  /** What is not recorded yet is carried on; only an activity on its way must come back to this run. */
  function shouldContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested && !activityOnItsWay && allHandlersFinished();
  }

  /** Never in the activation in which a handler answered: its caller might not hear the answer (FACTS §6). */
  function mayContinueAsNew(): boolean {
    return shouldContinueAsNew() && workflowInfo().historyLength > lastAnsweredAt;
  }
}

function wakeOf(theCase: Case): Instant | null {
  const next = theCase.nextChange;
  return next === null ? null : next + jitterOf(theCase.state.caseNumber);
}
