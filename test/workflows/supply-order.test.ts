/** The workflow of one order: looks for stock until everything is promised, follows the order to its end, and believes PostgreSQL only. */
import { randomUUID } from 'node:crypto';
import type { WorkflowHandle } from '@temporalio/client';
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { orderId, TASK_QUEUE } from '../../contracts/case/ids';
import type { OrderAllocation, SupplyOrderInput } from '../../contracts/supplies/supply-order';
import { ownTime, skip } from '../../api/case/time-skipping';
import { doDuties } from '../support/daily-acts';
import { DrivenCase } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { bundle, eventually, Temporal } from '../support/temporal';
import { stockArrived } from '../../workflows/supply-order/messages';

const MINUTE = 60_000;

/** PostgreSQL as the order sees it, and how often it has looked. */
class Shelf {
  looks = 0;
  /** How often it fails first, for good. */
  fails = 0;
  allocation: OrderAllocation | undefined = { closed: false, lines: [] };

  /** Of a hundred masks. */
  give(allocated: number, closed = false): void {
    this.allocation = { closed, lines: [{ item: 'medical-mask', requested: 100, allocated }] };
  }

  async allocateOrder(): Promise<OrderAllocation> {
    this.looks += 1;
    if (this.looks <= this.fails) throw ApplicationFailure.nonRetryable('as it should not be');
    if (!this.allocation) throw new Error('not recorded yet');
    return this.allocation;
  }

  async looked(times: number): Promise<void> {
    await eventually(
      () => this.looks,
      (looks) => looks >= times,
    );
  }
}

let temporal: Temporal;
const shelves = new Map<string, Shelf>();
const ledger = new MemoryLedger();
const activities = {
  ...ledger.activities,
  allocateOrder: (order: string): Promise<OrderAllocation> => {
    const shelf = shelves.get(order);
    if (!shelf) throw new Error(`no shelf for ${order}`);
    return shelf.allocateOrder();
  },
};

async function begin(shelf: Shelf): Promise<WorkflowHandle> {
  const caseNumber = `2026-${Math.floor(Math.random() * 1e9)}`;
  // Nobody is there to be told of what is allocated: the order goes on all the same.
  const input: SupplyOrderInput = { caseNumber, enterprise: `e-${randomUUID()}`, order: 1 };
  shelves.set(`${caseNumber}/1`, shelf);
  return temporal.client.workflow.start('supplyOrder', {
    taskQueue: TASK_QUEUE,
    workflowId: orderId(caseNumber, 1),
    args: [input],
  });
}

interface Metadata {
  readonly currentDetails: string;
}
/** What the Temporal UI shows of it now. */
async function shown(handle: WorkflowHandle): Promise<string> {
  return (await handle.query<Metadata>('__temporal_workflow_metadata')).currentDetails;
}
async function showing(handle: WorkflowHandle, words: string): Promise<void> {
  await eventually(
    () => shown(handle),
    (details) => details.includes(words),
  );
}
const isRunning = async (handle: WorkflowHandle) => (await handle.describe()).status.name === 'RUNNING';

describe('one server', () => {
  beforeAll(async () => {
    temporal = await Temporal.start();
    await temporal.work(activities);
  });
  afterAll(() => temporal.stop());

  test('an order with all its goods has nothing to wait for', async () => {
    const shelf = new Shelf();
    shelf.give(100);
    const handle = await begin(shelf);
    expect(await handle.result()).toBe('allocated');
    expect(await shown(handle)).toContain('| medical-mask | 100 | 100 |');
    expect(shelf.looks).toBe(1);
  });

  test('an order that is not recorded yet is asked for until it is', async () => {
    const shelf = new Shelf();
    shelf.allocation = undefined;
    const handle = await begin(shelf);
    await shelf.looked(3);
    shelf.give(100);
    expect(await handle.result()).toBe('allocated');
  });

  test('while goods are lacking it looks at once when stock arrives, and by itself after ten minutes', async () => {
    const shelf = new Shelf();
    shelf.give(0);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    expect(shelf.looks).toBe(1);
    shelf.give(40);
    await handle.signal(stockArrived);
    await showing(handle, '| 100 | 40 |');
    await shelf.looked(2);
    shelf.give(100);
    // Of one that waits for stock only: the server skips no time while anything is under way.
    const before = (await ownTime(temporal.client, handle.workflowId)) ?? Date.now();
    await skip(temporal.client, handle.workflowId, 10 * MINUTE);
    await handle.result();
    expect((await ownTime(temporal.client, handle.workflowId)) ?? 0).toBeGreaterThanOrEqual(
      before + 10 * MINUTE - 1000,
    );
    expect(shelf.looks).toBe(3);
  });

  test('an order that is received or cancelled ends with its next look', async () => {
    const shelf = new Shelf();
    shelf.give(10);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    shelf.give(0, true);
    await skip(temporal.client, handle.workflowId, 10 * MINUTE);
    expect(await handle.result()).toBe('closed');
    // One that was cancelled before its workflow began.
    const late = new Shelf();
    late.give(0, true);
    expect(await (await begin(late)).result()).toBe('closed');
  });

  test('foolish signals neither end it nor break it', async () => {
    const shelf = new Shelf();
    shelf.give(10);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    await handle.signal(stockArrived.name, { everything: true });
    await handle.signal('noSuchSignal');
    await shelf.looked(2);
    expect(await isRunning(handle)).toBe(true);
    shelf.give(100);
    await handle.signal(stockArrived);
    expect(await handle.result()).toBe('allocated');
  });

  test('an activity that fails for good is asked again, and the order goes on', async () => {
    const shelf = new Shelf();
    shelf.fails = 1;
    shelf.give(100);
    expect(await (await begin(shelf)).result()).toBe('allocated');
    expect(shelf.looks).toBe(2);
  });

  test('asked to be cancelled, the order writes it down, asks for a person and goes on', async () => {
    const shelf = new Shelf();
    shelf.give(10);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    await handle.cancel();
    await eventually(
      () => ledger.cancelRequests,
      (noted) => noted.includes(handle.workflowId),
    );
    await eventually(
      () => handle.describe(),
      ({ searchAttributes }) => JSON.stringify(searchAttributes['NeedsAttention']) === '[true]',
    );
    shelf.give(100);
    await handle.signal(stockArrived);
    expect(await handle.result()).toBe('allocated');
  });

  test('every timer and activity says in Chinese what it is for, and the history replays', async () => {
    const shelf = new Shelf();
    shelf.give(0);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    shelf.give(100);
    await handle.signal(stockArrived);
    await handle.result();
    const history = await handle.fetchHistory();
    const summaries = (history.events ?? [])
      .filter((one) => one.timerStartedEventAttributes ?? one.activityTaskScheduledEventAttributes)
      .map((one) => Buffer.from(one.userMetadata?.summary?.data ?? []).toString());
    // Two looks and the wait between them at least.
    expect(summaries.length).toBeGreaterThanOrEqual(3);
    for (const summary of summaries) expect(summary).toMatch(/[\u4e00-\u9fff]/);
    await Worker.runReplayHistory({ workflowBundle: await bundle() }, history, handle.workflowId);
  });

  test('the case hears of what is allocated, and goes on by itself', async () => {
    const ledger = new MemoryLedger();
    ledger.stock = () => 0;
    await temporal.rest();
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    await one.toOperating();
    const lines = [{ item: 'medical-mask', quantity: 100 }];
    await one.send(one.enterprise, { type: 'requestSupplies', lines });
    const child = temporal.client.workflow.getHandle(orderId(one.caseNumber, 1));
    await eventually(
      () => child.describe().catch(() => undefined),
      (described) => described !== undefined,
    );
    ledger.stock = (_item, requested) => requested;
    await child.signal(stockArrived);
    await eventually(
      () => one.status(),
      ({ view }) => view.supply.orders.some((order) => order.allocatedAt !== null),
    );
    for (const kind of ['order-dispatch', 'order-delivery', 'order-receipt']) {
      await doDuties(one, { skip: (id) => !id.startsWith(kind) });
    }
    expect(await child.result()).toBe('allocated');
    await temporal.rest();
    await temporal.work(activities);
  });
});

describe('continue-as-new, provoked by the server', () => {
  beforeAll(async () => {
    temporal = await Temporal.start('limit.historyCount.suggestContinueAsNew=40');
    await temporal.work(activities);
  });
  afterAll(() => temporal.stop());

  test('an order that waits long keeps what it has told, and its runs stay short', async () => {
    const shelf = new Shelf();
    shelf.give(10);
    const handle = await begin(shelf);
    await showing(handle, '待补货');
    const current = temporal.client.workflow.getHandle(handle.workflowId);
    const { runId } = await current.describe();
    for (let looks = shelf.looks; (await current.describe()).runId === runId; looks = shelf.looks) {
      expect(looks).toBeLessThan(20);
      await current.signal(stockArrived);
      await shelf.looked(looks + 1);
    }
    expect((await current.describe()).historyLength).toBeLessThan(40);
    shelf.give(100);
    await current.signal(stockArrived);
    expect(await current.result()).toBe('allocated');
  });
});
