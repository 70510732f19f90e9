/** The `reopening` workflow: one enterprise's case from its survey to its end. It holds the case, waits, and records behind its answers. */
import {
  allHandlersFinished,
  condition,
  patched,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import type { Envelope } from '../../proof/envelope';
import type { Questions } from '../../contracts/case/facts';
import { COMMAND_NAMES } from '../../contracts/words/glossary';
import type { ReopeningInput } from '../../contracts/case/start';
import type { Instant } from '../../domain/programme/edition';
import { agenda } from '../../domain/case/agenda';
import { COMMAND_TYPES } from '../../domain/case/acts';
import { readFacts, recordBatch } from './activity-proxies';
import { continueAsNewOnCurrentBuild, isNewRunDue, move, MOVE_DESCRIPTION } from '../continuing';
import { Alarm } from './alarm';
import { Case } from './case';
import { details, recordSummary, searchAttributeUpserter, timerSummary } from './display';
import { typeOfActivityFailure } from './failures';
import { firstJitterOf, jitterOf } from './jitter';
import * as messages from './messages';
import { startOrder, tellOrder } from './orders';

/**
 * An act of a person is recorded at once; what follows within a second of it is gathered into one batch, and so are search
 * attributes: under a burst that halves the server's work per act (docs/measured.md). Shorter than the 2 s for which a read
 * of one's own writes waits (docs/adr/0003-recording-bursts.md).
 */
const BURST_MS = 1000;
/** Long enough for an answer to be on its way before the run ends. */
const QUIET_MS = 100;
/** A ledger that refuses a batch needs a person; the case looks again this often. */
const REFUSED_RETRY_MS = 10 * 60_000;

/**
 * Messages, timers and the recording only change what is known here; what Temporal is to do about it is decided in one place,
 * `tend`, in one order. So it does not matter in which activation of the workflow each of them comes (docs/adr/0007).
 */
export async function reopening(input: ReopeningInput): Promise<string> {
  const theCase = input.kind === 'open' ? Case.open(input, Date.now()) : Case.resume(input);
  // Asked once a run: a jitter that changed within it would set a timer that the history does not have.
  const jitter = (patched('even-jitter') ? jitterOf : firstJitterOf)(theCase.state.caseNumber);
  const upsert = searchAttributeUpserter();
  /** Something has changed since the case was last tended. */
  let stirred = true;
  let activityOnItsWay = false;
  /** Orders whose child is being started, and signals to children on their way: this run must see them end. */
  const starting = new Set<number>();
  let telling = 0;
  /** The next batch waits until then: for the end of a burst, or after a refusal. */
  let notBefore: Instant = 0;
  let lastAnsweredAt = 0;
  /** Why the run cannot go on, such as a cancellation. */
  let failure: { readonly error: unknown } | undefined;

  const changed = (): void => {
    stirred = true;
    setCurrentDetails(details(theCase.state, theCase.needsAttention));
  };
  const wake = new Alarm(changed);
  const gathered = new Alarm(changed);
  const quiet = new Alarm(changed);

  const wakeAt = (): Instant | null => {
    const next = theCase.nextChange;
    return next === null ? null : next + jitter;
  };

  const tend = (): void => {
    const now = Date.now();
    if (now >= (wakeAt() ?? Infinity)) {
      theCase.passTime(now);
      changed();
    }
    const next = wakeAt();
    // One that rings too early costs less than one that is moved with every act.
    if (next !== null && next < (wake.at ?? Infinity)) wake.set(next, timerSummary(theCase.state, next));
    tendOrders();
    if (!activityOnItsWay) tendRecording(now);
    if (!activityOnItsWay && theCase.questions) ask(theCase.questions);
  };

  /** Starts the children of new orders and tells the others how far they are; a child that is gone needs to hear nothing. */
  const tendOrders = (): void => {
    for (const order of theCase.ordersToStart) {
      if (starting.has(order.id)) continue;
      starting.add(order.id);
      const begun = () => {
        theCase.orderStarted(order.id);
        starting.delete(order.id);
        changed();
      };
      void startOrder(theCase.state, order).then(begun, begun);
    }
    const news = theCase.orderNews;
    theCase.toldOrders();
    for (const one of news) {
      telling += 1;
      const told = () => {
        telling -= 1;
        changed();
      };
      void tellOrder(theCase.state.caseNumber, one).then(told, told);
    }
  };

  /** Asks PostgreSQL; what it tells is recorded without waiting for more. */
  const ask = (questions: Questions): void => {
    activityOnItsWay = true;
    theCase.asked(questions);
    void readFacts(questions)
      .then(
        (facts) => {
          theCase.learn(facts, Date.now());
          notBefore = 0;
        },
        (error: unknown) => (failure = { error }),
      )
      .then(() => {
        activityOnItsWay = false;
        changed();
      });
  };

  const tendRecording = (now: Instant): void => {
    const refused = theCase.needsAttention;
    if (theCase.unrecorded.length === 0) upsert(theCase.state, refused);
    else if (now >= notBefore || (theCase.closed && refused === null)) record(now);
    else {
      if (refused !== null) upsert(theCase.state, refused);
      const summary = refused === null ? '合并记账' : `台账拒绝写入(${refused}),稍后再试`;
      if (gathered.at === null) gathered.set(notBefore, summary);
    }
  };

  const record = (now: Instant): void => {
    const batch = theCase.batch();
    notBefore = now + BURST_MS;
    activityOnItsWay = true;
    upsert(theCase.state, theCase.needsAttention);
    const recorded = recordBatch(batch, recordSummary(batch.entries));
    void recorded
      .then(
        () => theCase.recorded(batch),
        (error: unknown) => {
          const type = typeOfActivityFailure(error);
          if (type === undefined) failure = { error };
          else theCase.needsAttention = type;
          notBefore = Date.now() + REFUSED_RETRY_MS;
        },
      )
      .then(() => {
        activityOnItsWay = false;
        changed();
      });
  };

  const answered = <T>(answer: T): T => {
    lastAnsweredAt = workflowInfo().historyLength;
    changed();
    return answer;
  };

  setHandler(messages.status, () => theCase.status(wakeAt()), {
    description: '事项全貌:阶段、待办、版本、签章',
  });
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

  setHandler(
    messages.orderMoved,
    (hint) => {
      theCase.hintOrder(hint);
      changed();
    },
    { description: '申领单有新的库存分配(提示:由事项自行向数据库核实)' },
  );
  setHandler(move, changed, { description: MOVE_DESCRIPTION });

  changed();
  for (;;) {
    await condition(() => stirred);
    await everythingTakenIn();
    stirred = false;
    tend();
    if (failure) throw failure.error;
    if (isOver()) return theCase.state.phase;
    if (shouldContinueAsNew()) {
      // Never in the activation in which a handler answered: its caller might not hear the answer (docs/temporal-facts.md#answers-at-the-end-of-a-run).
      if (workflowInfo().historyLength > lastAnsweredAt)
        await continueAsNewOnCurrentBuild<typeof reopening>(theCase.carried());
      if (quiet.at === null) quiet.set(Date.now() + QUIET_MS, '等待空闲以续办');
    }
  }

  function isOver(): boolean {
    return theCase.closed && theCase.unrecorded.length === 0 && !isBusy() && allHandlersFinished();
  }

  function isBusy(): boolean {
    return activityOnItsWay || starting.size > 0 || telling > 0 || theCase.orderNews.length > 0;
  }

  /** What is not recorded yet is carried on; only an activity on its way must come back to this run. */
  function shouldContinueAsNew(): boolean {
    return isNewRunDue() && !isBusy() && !theCase.closed && allHandlersFinished();
  }
}

/**
 * The SDK looks at conditions after each job of an activation, and answers are given by microtasks after all of them: whoever
 * goes on at the first look gives commands between two answers. At the second look everything of the activation is done.
 */
async function everythingTakenIn(): Promise<void> {
  let looks = 0;
  await condition(() => (looks += 1) > 1);
}
