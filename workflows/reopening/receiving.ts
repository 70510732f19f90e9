/** Takes in the messages to a case: an Update for each act, signals, queries, and a request to cancel. */
import { CancellationScope, setHandler } from '@temporalio/workflow';
import { COMMAND_NAMES } from '../../contracts/words/glossary';
import { COMMAND_TYPES } from '../../domain/case/acts';
import { agenda } from '../../domain/case/agenda';
import type { Envelope } from '../../proof/envelope';
import { MOVE_DESCRIPTION } from '../continuing';
import type { Case } from './case';
import * as messages from './messages';

/** Messages only change what the case knows; what Temporal is to do about it the parts decide (workflows/reopening/workflow.ts). */
export function receiveMessages(theCase: Case): void {
  for (const type of COMMAND_TYPES) {
    setHandler(
      messages.commandUpdates[type],
      (envelope: Envelope) => theCase.answered(theCase.accept(envelope, Date.now())),
      {
        validator: (envelope: Envelope) => theCase.check(type, envelope, Date.now()),
        description: COMMAND_NAMES[type],
      },
    );
  }
  setHandler(messages.announceKey, (envelope: Envelope) => theCase.answered(theCase.acceptKey(envelope, Date.now())), {
    validator: (envelope: Envelope) => theCase.checkKey(envelope),
    description: '公布新的签名公钥',
  });
  setHandler(
    messages.submitLater,
    (envelope: Envelope) => theCase.answered(theCase.acceptLater(envelope, Date.now())),
    { description: '延后送达的指令(须有系统签名,否则不予理会)' },
  );
  setHandler(messages.orderMoved, (hint) => theCase.hintOrder(hint), {
    description: '申领单有新的库存分配(提示:由事项自行向数据库核实)',
  });
  setHandler(messages.move, () => theCase.stir(), { description: MOVE_DESCRIPTION });
  setHandler(messages.status, () => theCase.status(), { description: '事项全貌:阶段、待办、版本、签章' });
  setHandler(messages.agenda, () => agenda(theCase.state), { description: '待办清单:谁、何事、自何时、截止何时' });
  // Rejects once, when the server hands the request over; a run that nobody cancels leaves it open.
  CancellationScope.current().cancelRequested.catch(() => theCase.cancelRequested(Date.now()));
}
