/** The children of a case: one workflow for each order whose goods are lacking, which waits for stock in its stead. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/common';
import { ParentClosePolicy, startChild } from '@temporalio/workflow';
import { orderId } from '../../contracts/case/ids';
import type { Order, Reopening } from '../../domain/case/state';
import { ordersThatWait } from '../../domain/supplies/supply';
import { Alarm } from './alarm';
import type { Case } from './case';

/** A child that cannot be started has a cause that a person mends; the case tries again this often. */
const AGAIN_MS = 60_000;

export class OrderChildren {
  readonly #starting = new Set<number>();
  readonly #again: Alarm;

  constructor(private readonly theCase: Case) {
    this.#again = new Alarm(() => theCase.stir());
  }

  issue(): void {
    // A start that failed waits for its next try.
    if (this.#again.at !== null) return;
    for (const order of ordersThatWait(this.theCase.state)) if (!this.#starting.has(order.id)) this.#start(order);
  }

  #start(order: Order): void {
    const { theCase } = this;
    this.#starting.add(order.id);
    const started = (): void => {
      this.#starting.delete(order.id);
      theCase.attend('orders', null);
      theCase.orderStarted(order.id);
    };
    theCase.follow(start(theCase.state, order), started, (error) => {
      // Started by a run before.
      if (error instanceof WorkflowExecutionAlreadyStartedError) return started();
      this.#starting.delete(order.id);
      theCase.attend('orders', 'OrderNotStarted');
      this.#again.set(theCase.now + AGAIN_MS, theCase.now, '申领单流程未能启动,稍后再试');
    });
  }
}

/** The same id for the same order: one that was started by a run before is not started twice. */
async function start({ caseNumber, enterprise }: Reopening, { id }: Order): Promise<void> {
  await startChild('supplyOrder', {
    workflowId: orderId(caseNumber, id),
    args: [{ caseNumber, enterprise: enterprise.id, order: id }],
    // A case continues as new and ends while an order still waits (docs/temporal-facts.md#children).
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${enterprise.name.slice(0, 40)}申领单 ${caseNumber}/${id}`,
  });
}
