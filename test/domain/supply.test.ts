/** Supplies of an enterprise: orders from request to receipt with differences, estimates from the headcount, top-ups by the programme. */
import fc from 'fast-check';
import { daysOfCover, holdingAt } from '../../domain/supplies/supply';
import type { Edition } from '../../domain/programme/edition';
import type { EntryType } from '../../domain/ledger/entry';
import { caseAt, type Story } from '../support/story';
import { EDITION, LIAISON, OFFICIAL, OWNER, STOREKEEPER, text, VOLUNTEER } from '../support/town';

const MASK = EDITION.supplies.items[0] ?? { id: '', name: '', unit: '', perHeadPerDay: 0 };

/** Operating, with one order of masks that the stock has promised in full. */
function ordered(quantity: number, edition: Edition = EDITION): Story {
  const story = caseAt('operating', edition).untilTime('2022-04-21', '08:00');
  story.do(OWNER, 'requestSupplies', { lines: [{ item: 'mask', quantity }] });
  return story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: quantity }] }] });
}

function delivered(story: Story, quantity: number): Story {
  const consignment = (story.state.supply.orders[0]?.consignments.length ?? 0) + 1;
  const lines = [{ item: 'mask', quantity }];
  story.do(STOREKEEPER, 'dispatchOrder', { order: 1, consignment, volunteer: VOLUNTEER, lines });
  return story.do(VOLUNTEER, 'deliverOrder', { order: 1, consignment });
}

test('an order is promised, dispatched, delivered and received; a difference is recorded', () => {
  const story = ordered(100);
  expect(story.duty('order-dispatch/1').owner).toBe('storekeeper');
  story.do(STOREKEEPER, 'dispatchOrder', { order: 1, consignment: 1, volunteer: VOLUNTEER });
  expect(story.duty('order-delivery/1/1')).toMatchObject({ owner: 'volunteer', account: VOLUNTEER.account });
  const stranger = { ...VOLUNTEER, account: 'a-other' };
  expect(story.refused(stranger, 'deliverOrder', { order: 1, consignment: 1 }).code).toBe('forbidden');
  story.do(VOLUNTEER, 'deliverOrder', { order: 1, consignment: 1 });
  const lines = [{ item: 'mask', quantity: 98 }];
  story.do(LIAISON, 'receiveOrder', { order: 1, consignment: 1, lines, note: text('two torn') });
  expect(story.told('order-received')).toMatchObject([{ lines: [{ item: 'mask', received: 98, difference: -2 }] }]);
  expect(story.state.supply.orders).toEqual([]);
  expect(story.refused(OWNER, 'receiveOrder', { order: 1, consignment: 1, lines }).code).toBe('already-done');
  expect(story.refused(OWNER, 'cancelOrder', { order: 9 }).code).toBe('unknown-order');
});

test('what is back-ordered is owed by the storekeeper, what has come goes out in parts', () => {
  const story = caseAt('operating').do(OWNER, 'requestSupplies', { lines: [{ item: 'mask', quantity: 100 }] });
  expect(story.duty('order-back-order/1').owner).toBe('storekeeper');
  story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: 40 }] }] });
  const beyond = { order: 1, consignment: 1, volunteer: VOLUNTEER, lines: [{ item: 'mask', quantity: 41 }] };
  expect(story.refused(STOREKEEPER, 'dispatchOrder', beyond)).toMatchObject({
    code: 'not-allocated',
    about: { ready: [{ item: 'mask', quantity: 40 }] },
  });
  expect(story.refused(STOREKEEPER, 'dispatchOrder', { ...beyond, consignment: 2 }).code).toBe('stale-consignment');
  delivered(story, 40).do(OWNER, 'receiveOrder', { order: 1, consignment: 1, lines: [{ item: 'mask', quantity: 40 }] });
  story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: 100 }] }] });
  expect(story.owed).not.toContain('order-back-order/1');
  delivered(story, 60).do(OWNER, 'receiveOrder', { order: 1, consignment: 2, lines: [{ item: 'mask', quantity: 60 }] });
  expect(story.state.supply.orders).toEqual([]);
});

test('at the end of a case what is on its way is written down, apart from what goes back', () => {
  const story = delivered(ordered(100), 30).do(OFFICIAL, 'withdraw', { reason: text('reason') });
  expect(story.told('order-cancelled')).toEqual([
    {
      order: 1,
      placed: true,
      lines: [{ item: 'mask', quantity: 70 }],
      onTheWay: [{ consignment: 1, lines: [{ item: 'mask', quantity: 30 }] }],
      because: 'case-closed',
    },
  ]);
});

test('what is not dispatched can be cancelled with a reason; what is on the way is still received', () => {
  const story = delivered(ordered(100), 30);
  expect(story.refused(OWNER, 'cancelOrder', { order: 1 }).code).toBe('opinion-required');
  story.do(OWNER, 'cancelOrder', { order: 1, reason: text('enough') });
  expect(story.told('order-cancelled')).toMatchObject([{ placed: true, lines: [{ item: 'mask', quantity: 70 }] }]);
  expect(story.owed).toContain('order-receipt/1/1');
  story.do(OWNER, 'receiveOrder', { order: 1, consignment: 1, lines: [{ item: 'mask', quantity: 30 }] });
  expect(story.state.supply.orders).toEqual([]);
});

test('a case that ends gives back what was promised to it', () => {
  const story = ordered(100).do(OFFICIAL, 'withdraw', { reason: text('reason') });
  expect(story.told('order-cancelled')).toMatchObject([{ order: 1, placed: true, because: 'case-closed' }]);
});

test('days of cover come from headcount and use, and a count corrects them', () => {
  const story = delivered(ordered(1140), 1140);
  story.do(OWNER, 'receiveOrder', { order: 1, consignment: 1, lines: [{ item: 'mask', quantity: 1140 }] });
  // 57 people use two masks a day each: 114 a day.
  expect(daysOfCover(story.state, MASK, story.now)).toBe(10);
  expect(holdingAt(story.state, MASK, story.now + 24 * 3_600_000)).toBe(1026);
  story.do(OWNER, 'countSupplies', { counts: [{ item: 'mask', quantity: 570 }] });
  expect(story.told('supplies-counted')).toEqual([{ counts: [{ item: 'mask', counted: 570, estimated: 1140 }] }]);
  expect(daysOfCover(story.state, MASK, story.now)).toBe(5);
});

describe('a top-up', () => {
  const low = (edition: Edition): Story =>
    caseAt('operating', edition)
      .untilTime('2022-04-21', '08:00')
      .do(OWNER, 'countSupplies', { counts: [{ item: 'mask', quantity: 400 }] });

  test('is proposed below the threshold, once, up to the target, and confirmed by the enterprise', () => {
    const story = low(EDITION).untilTime('2022-04-21', '10:00');
    // 400 masks last 3.5 days: enough today, too few tomorrow.
    expect(story.told('order-proposed')).toEqual([]);
    story.untilTime('2022-04-22', '10:00');
    const [proposal] = story.told('order-proposed');
    // Seven days of 114 are 798; what is left of 400 after a day and two hours is taken off.
    expect(proposal).toMatchObject({ order: 1, source: 'top-up', lines: [{ item: 'mask', quantity: 522 }] });
    story.untilTime('2022-04-23', '10:00');
    expect(story.told('order-proposed')).toHaveLength(1);
    story.do(OWNER, 'confirmOrder', { order: 1 });
    expect(story.told('order-placed')).toMatchObject([{ order: 1, source: 'top-up' }]);
    expect(story.refused(OWNER, 'confirmOrder', { order: 1 }).code).toBe('already-done');
  });

  test('is placed by itself where the programme says so', () => {
    const story = low({ ...EDITION, supplies: { ...EDITION.supplies, topUp: 'place' } }).untilTime(
      '2022-04-22',
      '10:00',
    );
    expect(story.told('order-proposed')).toEqual([]);
    expect(story.told('order-placed')).toMatchObject([{ order: 1, source: 'top-up' }]);
  });

  test('waits for what is on the way, not for what has come or for another item of the same order', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '08:00');
    story.do(OWNER, 'countSupplies', { counts: [{ item: 'mask', quantity: 10 }] });
    const lines = [
      { item: 'mask', quantity: 100 },
      { item: 'suit', quantity: 1 },
    ];
    story
      .do(OWNER, 'requestSupplies', { lines })
      .learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: 100 }] }] });
    delivered(story, 100).untilTime('2022-04-21', '10:00');
    expect(story.told('order-proposed')).toEqual([]);
    story.do(OWNER, 'receiveOrder', { order: 1, consignment: 1, lines: lines.slice(0, 1) });
    story.untilTime('2022-04-22', '10:00');
    expect(story.owed).toContain('order-back-order/1');
    expect(story.told('order-proposed')).toMatchObject([{ order: 2, lines: [{ item: 'mask' }] }]);
  });

  test('that is only proposed has nothing allocated, whatever is told', () => {
    const story = low(EDITION).untilTime('2022-04-22', '10:00');
    const { state } = story;
    expect(story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: 9 }] }] }).state).toEqual(state);
    story.do(OWNER, 'cancelOrder', { order: 1, reason: text('enough') });
    expect(story.told('order-cancelled')).toMatchObject([{ order: 1, placed: false }]);
    expect(story.state.supply.orders).toEqual([]);
  });

  test('is not made for what nobody received or counted', () => {
    expect(caseAt('operating').untilTime('2022-04-25', '12:00').told('supplies-checked')).toEqual([]);
  });
});

test('however allocation is told, in any order and again, an order never has more than it asked for', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(200), { minLength: 1, maxLength: 8 }), (told) => {
      const story = caseAt('operating').do(OWNER, 'requestSupplies', { lines: [{ item: 'mask', quantity: 100 }] });
      for (const allocated of told) story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated }] }] });
      expect(story.state.supply.orders[0]?.lines[0]?.allocated).toBe(Math.min(100, Math.max(...told)));
    }),
    { numRuns: 200 },
  );
});

test('whatever is allocated, sent, received and cancelled, in whatever order, every mask of an order is accounted for', () => {
  const acts = fc.array(fc.tuple(fc.constantFrom('allocate', 'send', 'deliver', 'receive', 'cancel'), fc.nat(999)), {
    minLength: 10,
    maxLength: 60,
    size: 'max',
  });
  fc.assert(
    fc.property(acts, (tried) => {
      const story = caseAt('operating').do(OWNER, 'requestSupplies', { lines: [{ item: 'mask', quantity: 100 }] });
      for (const [act, number] of tried) moved(story, act, number);
      const order = story.state.supply.orders[0];
      const { requested, allocated, dispatched } = order?.lines[0] ?? { requested: 0, allocated: 0, dispatched: 0 };
      expect(0 <= dispatched && dispatched <= allocated && allocated <= requested).toBe(true);
      const sent = masks(story, 'order-dispatched', 'quantity');
      const cancelled = masks(story, 'order-cancelled', 'quantity');
      const received = masks(story, 'order-received', 'received') - masks(story, 'order-received', 'difference');
      const onTheWay = (order?.consignments ?? []).filter((one) => one.status !== 'received');
      expect(sent).toBe(received + onTheWay.reduce((sum, one) => sum + (one.lines[0]?.quantity ?? 0), 0));
      expect(sent + cancelled + (requested - dispatched)).toBe(100);
      expect(story.state.supply.holdings['mask']?.quantity ?? 0).toBe(masks(story, 'order-received', 'received'));
    }),
    { numRuns: 200 },
  );
});

/** Does it if it can be done now, to the consignment and with the quantity that the number picks. */
function moved(story: Story, act: string, number: number): void {
  const order = story.state.supply.orders[0];
  const line = order?.lines[0];
  if (!order || !line) return;
  if (act === 'allocate') story.learn({ orders: [{ order: 1, lines: [{ item: 'mask', allocated: number % 101 }] }] });
  if (act === 'cancel' && number % 5 === 0 && line.requested > line.dispatched) {
    story.do(OWNER, 'cancelOrder', { order: 1, reason: text('enough') });
  }
  const ready = line.allocated - line.dispatched;
  if (act === 'send' && ready > 0) {
    const lines = [{ item: 'mask', quantity: 1 + (number % ready) }];
    const consignment = order.consignments.length + 1;
    story.do(STOREKEEPER, 'dispatchOrder', { order: 1, consignment, volunteer: VOLUNTEER, lines });
  }
  const one = order.consignments[number % order.consignments.length];
  if (!one) return;
  const body = { order: 1, consignment: one.id };
  if (act === 'deliver' && one.status === 'on-the-way') story.do(VOLUNTEER, 'deliverOrder', body);
  if (act === 'receive' && one.status !== 'received') {
    story.do(OWNER, 'receiveOrder', { ...body, lines: [{ item: 'mask', quantity: number % 120 }] });
  }
}

/** All that the entries of a type say of one figure. */
function masks(story: Story, type: EntryType, figure: 'quantity' | 'received' | 'difference'): number {
  const lines = story.told(type).flatMap((told) => told['lines'] as unknown as Record<typeof figure, number>[]);
  return lines.reduce((sum, line) => sum + line[figure], 0);
}
