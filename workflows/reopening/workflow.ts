/** The `reopening` workflow: one enterprise's case from its survey to its end. */
import { CancellationScope } from '@temporalio/workflow';
import type { ReopeningInput } from '../../contracts/case/start';
import type { Phase } from '../../domain/case/state';
import { continueAsNewOnCurrentBuild } from '../continuing';
import { Case } from './case';
import { DueTimer } from './due-timer';
import { LedgerWriter } from './ledger-writer';
import { OrderChildren } from './order-children';
import { QuietMoment } from './quiet-moment';
import { receiveMessages } from './receiving';

/**
 * Messages, timers and recordings only change what the case knows. What Temporal is to do about it the parts decide, in one place
 * and one order, so that it does not matter in which activation each of them comes (docs/adr/0007).
 */
export async function reopening(input: ReopeningInput): Promise<Phase> {
  const theCase = Case.from(input); // refuses what is not proven, or of a schema that it does not know
  const parts = [
    new DueTimer(theCase),
    new OrderChildren(theCase),
    new LedgerWriter(theCase),
    new QuietMoment(theCase),
  ];
  receiveMessages(theCase); // every act's Update, the signals, the queries, a request to cancel

  // Somebody who asks the run to end is written down for an operator: a case ends by an act, with all of it in the ledger.
  return CancellationScope.nonCancellable(async () => {
    while (!theCase.isSettled) {
      await theCase.changed(); // by a message, by time, by what PostgreSQL answered
      for (const part of parts) part.issue(); // the only place that gives Temporal commands
      if (theCase.mayContinueAsNew) await continueAsNewOnCurrentBuild<typeof reopening>(theCase.carried());
    }
    return theCase.phase;
  });
}
