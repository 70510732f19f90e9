/** One order from request to receipt, and what it costs the case and the order's own workflow. */
import type { Client } from '@temporalio/client';
import { orderId } from '../../../contracts/case/ids';
import type { Town } from '../../demo/town';
import { costOf, eventsOf, type Cost } from './history';
import type { Life } from './life';

const LINES = [
  { item: 'medical-mask', quantity: 100 },
  { item: 'gloves', quantity: 100 },
];

/** Of the case and of the order's own workflow together. */
export interface OrderCost extends Cost {
  /** Events of the case alone. */
  readonly ofCase: number;
  /** Events of the order's own workflow alone. */
  readonly ofOrder: number;
}

/**
 * Requested, allocated from stock, dispatched, delivered, received: four acts by three people, each when the one before is recorded.
 * Before the first operating day, so that no time has to be moved meanwhile.
 */
export async function oneOrder(life: Life, town: Town, temporal: Client): Promise<OrderCost> {
  const { story } = life;
  const [storekeeper, volunteer] = [town.account('storekeeper'), town.account('volunteer')];
  const carrier = await town.get<{ id: string }>('/me', volunteer);
  await town.post('/stock/receipts', { as: storekeeper, body: { source: 'purchase', lines: LINES } });
  await life.quiet();
  const before = (await eventsOf(temporal, life.workflowId)).length;
  await story.act('request-supplies', story.owner, { lines: LINES });
  const { supply } = await story.until((view) => view.supply.orders.every(isAllocated), 'allocation');
  const order = supply.ordersMade;
  const sent = { order, consignment: 1 };
  await life.quiet();
  await story.act('dispatch-order', storekeeper, { ...sent, volunteer: carrier.id });
  await story.seenBy(volunteer);
  await life.quiet();
  await story.act('deliver-order', volunteer, sent);
  await life.quiet();
  await story.act('receive-order', story.owner, { ...sent, lines: LINES });
  await life.quiet();
  const ofCase = (await eventsOf(temporal, life.workflowId)).slice(before);
  const ofOrder = await eventsOf(temporal, orderId(story.caseNumber, order));
  return { ...costOf([...ofCase, ...ofOrder]), ofCase: ofCase.length, ofOrder: ofOrder.length };
}

function isAllocated({ lines }: { readonly lines: readonly { requested: number; allocated: number }[] }): boolean {
  return lines.every(({ requested, allocated }) => allocated >= requested);
}
