/** The `supplyOrder` workflow: has an order's goods promised, waits while stock is lacking, and shows how far the order is. It decides nothing. */
import {
  condition,
  defineSignal,
  getExternalWorkflowHandle,
  setCurrentDetails,
  setHandler,
} from '@temporalio/workflow';
import { reopeningId } from '../../contracts/case/ids';
import type {
  OrderAllocation,
  OrderProgress,
  OrderStage,
  SupplyOrderInput,
} from '../../contracts/supplies/supply-order';
import { allocateOrder } from '../reopening/activity-proxies';
import { continueAsNewOnCurrentBuild, isNewRunDue, move, MOVE_DESCRIPTION } from '../continuing';
import { orderMoved } from '../reopening/messages';

/** The case tells how far the order is. It needs no proof: before the workflow ends it, PostgreSQL has to agree. */
export const orderStage = defineSignal<[OrderStage]>('orderStage');
/** Stock has arrived: look at once. Only a hint. */
export const stockArrived = defineSignal('stockArrived');

/** Without a hint an order that waits for stock looks by itself (docs/adr/0009-stock-follows-the-ledger.md). */
const LOOK_AGAIN = '10 minutes';
/** The case's entry is recorded behind its word, within seconds unless PostgreSQL is away. */
const RECORDED_SOON = '10 seconds';
/** An order that was cancelled before its case knew of this workflow hears of no end: it finds it within a day. */
const LOOK_FOR_END = '1 day';

const STAGE_NAMES: { readonly [P in OrderProgress]: string } = {
  allocating: '分配库存',
  'back-ordered': '待补货',
  allocated: '已分配',
  dispatched: '已发放',
  delivered: '已送达',
  received: '已签收',
  cancelled: '已取消',
};

export async function supplyOrder(input: SupplyOrderInput): Promise<string> {
  let stage: OrderProgress = input.stage ?? 'allocating';
  let ended = false;
  let arrived = false;
  let allocation: OrderAllocation | undefined;
  const show = (): void => setCurrentDetails(details(input, STAGE_NAMES[stage], allocation));

  setHandler(
    orderStage,
    // Whoever reaches the server can send anything.
    (news: Partial<OrderStage> | undefined) => {
      const told: unknown = news?.stage;
      if (!isProgress(told)) return;
      stage = told;
      ended = stage === 'received' || stage === 'cancelled';
      show();
    },
    { description: '事项告知:发放、送达、签收、取消' },
  );
  setHandler(stockArrived, () => void (arrived = true), { description: '库存到货(提示)' });
  setHandler(move, () => undefined, { description: MOVE_DESCRIPTION });

  show();
  let told = 0;
  for (;;) {
    arrived = false;
    allocation = await allocateOrder(`${input.caseNumber}/${input.order}`);
    if (allocation.closed) return stage;
    const given = allocation.lines.reduce((sum, line) => sum + line.allocated, 0);
    const complete = allocation.lines.every((line) => line.allocated >= line.requested);
    if (stage === 'allocating' || stage === 'back-ordered') stage = complete ? 'allocated' : 'back-ordered';
    show();
    if (given > told) await hintCase(input);
    told = given;
    if (complete) {
      const summary = '等待发放与签收';
      await condition(() => ended || isNewRunDue(), LOOK_FOR_END, { summary });
      if (ended) return stage;
    } else {
      // Told of an end while goods are still lacking: true once PostgreSQL says so, until then goods are looked for.
      const heard = ended;
      ended = false;
      const summary = heard ? '等待记账后核对' : '待补货,稍后再看库存';
      await condition(() => ended || arrived || isNewRunDue(), heard ? RECORDED_SOON : LOOK_AGAIN, { summary });
    }
    if (isNewRunDue()) await continueAsNewOnCurrentBuild<typeof supplyOrder>({ ...input, stage });
  }
}

function isProgress(told: unknown): told is OrderProgress {
  return typeof told === 'string' && Object.hasOwn(STAGE_NAMES, told);
}

/** A case that has ended meanwhile needs no hint. */
async function hintCase({ caseNumber, enterprise, order }: SupplyOrderInput): Promise<void> {
  try {
    await getExternalWorkflowHandle(reopeningId(enterprise)).signal(orderMoved, { caseNumber, order });
  } catch {
    // Nobody is there to hear it.
  }
}

function details({ caseNumber, order }: SupplyOrderInput, stage: string, allocation?: OrderAllocation): string {
  const rows = (allocation?.lines ?? []).map((line) => `| ${line.item} | ${line.requested} | ${line.allocated} |`);
  return [
    `**申领单 ${caseNumber}/${order}** · ${stage}`,
    ...(rows.length > 0 ? ['', '| 物资 | 申领 | 已分配 |', '|---|---|---|', ...rows] : []),
  ].join('\n');
}
