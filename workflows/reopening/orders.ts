/** The children of a case, one workflow per order: how they are started and told how far their order is. */
import { getExternalWorkflowHandle, ParentClosePolicy, startChild } from '@temporalio/workflow';
import type { OrderNews } from '../../contracts/case/facts';
import { orderId } from '../../contracts/case/ids';
import type { Order, Reopening } from '../../domain/case/state';

/** The same id for the same order: one that was started by a run before is not started twice. */
export async function startOrder({ caseNumber, enterprise }: Reopening, { id, lines }: Order): Promise<void> {
  await startChild('supplyOrder', {
    workflowId: orderId(caseNumber, id),
    args: [
      {
        caseNumber,
        enterprise: enterprise.id,
        order: id,
        lines: lines.map(({ item, requested }) => ({ item, quantity: requested })),
      },
    ],
    // A case continues as new and ends while goods are still on their way (docs/temporal-facts.md#children).
    parentClosePolicy: ParentClosePolicy.ABANDON,
    staticSummary: `${enterprise.name.slice(0, 40)}申领单 ${caseNumber}/${id}`,
  });
}

/** Rejects when the child is gone: then it needs to hear nothing. */
export async function tellOrder(caseNumber: string, { order, stage }: OrderNews): Promise<void> {
  await getExternalWorkflowHandle(orderId(caseNumber, order)).signal('orderStage', { stage });
}
