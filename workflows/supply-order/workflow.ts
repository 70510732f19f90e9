/** The `supplyOrder` workflow: has an order's goods promised as stock arrives, and tells the case. It decides nothing. */
import {
  CancellationScope,
  condition,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { reopeningId } from '../../contracts/case/ids';
import type { OrderAllocation, SupplyOrderInput } from '../../contracts/supplies/supply-order';
import { allocateOrder } from '../activity-proxies';
import { noteCancelRequests } from '../cancel-requests';
import { continueAsNewOnCurrentBuild, isNewRunDue, MOVE_DESCRIPTION } from '../continuing';
import { orderMoved } from '../reopening/messages';
import { move, stockArrived } from './messages';

/** Without a hint an order that waits for stock looks by itself (docs/adr/0009-stock-follows-the-ledger.md). */
const LOOK_AGAIN = '10 minutes';

type End = 'allocated' | 'closed';

/** @returns why nothing is waited for any more: all is promised, or the order is received or cancelled */
export async function supplyOrder(input: SupplyOrderInput): Promise<End> {
  let hasNews = false;
  const look = (): void => void (hasNews = true);
  setHandler(stockArrived, look, { description: '库存到货(提示)' });
  setHandler(move, look, { description: MOVE_DESCRIPTION });
  const cancelRequests = noteCancelRequests();

  return CancellationScope.nonCancellable(async () => {
    let { told = 0 } = input;
    for (;;) {
      hasNews = false;
      const allocation = await allocateOrder(`${input.caseNumber}/${input.order}`);
      const end = endOf(allocation);
      setCurrentDetails(details(input, allocation, end));
      const allocated = allocation.lines.reduce((sum, line) => sum + line.allocated, 0);
      if (allocated > told) await hintCase(input);
      told = allocated;
      await cancelRequests.noted();
      if (end !== null) return end;
      if (isNewRunDue()) await continueAsNewOnCurrentBuild<typeof supplyOrder>({ ...input, told });
      await condition(() => hasNews, LOOK_AGAIN, { summary: '待补货,稍后再看库存' });
    }
  });
}

function endOf({ closed, lines }: OrderAllocation): End | null {
  if (closed) return 'closed';
  return lines.every((line) => line.allocated >= line.requested) ? 'allocated' : null;
}

/** A case that has ended meanwhile needs no hint. */
async function hintCase({ caseNumber, enterprise, order }: SupplyOrderInput): Promise<void> {
  try {
    await getExternalWorkflowHandle(reopeningId(enterprise)).signal(orderMoved, { caseNumber, order });
  } catch {
    // Nobody is there to hear it.
  }
}

const STAGE_NAMES = { allocated: '已分配', closed: '已了结' } as const;

function details({ caseNumber, order }: SupplyOrderInput, { lines }: OrderAllocation, end: End | null): string {
  const rows = lines.map((line) => `| ${line.item} | ${line.requested} | ${line.allocated} |`);
  return [
    `**申领单 ${caseNumber}/${order}** · ${end === null ? '待补货' : STAGE_NAMES[end]}`,
    ...['', '| 物资 | 申领 | 已分配 |', '|---|---|---|', ...rows],
  ].join('\n');
}
