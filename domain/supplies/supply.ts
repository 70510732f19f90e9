/** Supplies 物资 of one enterprise: what it holds and for how many days, top-ups, and its orders 申领单 from request to receipt. */
import { addDays, DAY, dueAfter, instantOf, localDate } from '../calendar/calendar';
import type { Command, Quantity } from '../case/commands';
import { duty, termed, type Duty } from '../case/duty';
import type { Instant, SupplyItem } from '../programme/edition';
import { refuse } from '../ledger/rejection';
import { isRunning, type Act, type Order, type Reopening, type Rule } from '../case/state';
import { requireOwnLiaison } from '../case/stationing';

/** Open orders of one enterprise; more are a mistake of whoever orders. */
const MOST_ORDERS = 50;
/** Holdings are estimates: thousandths of a unit are enough. */
const round = (quantity: number): number => Math.round(quantity * 1000) / 1000;

/** What PostgreSQL says of an order's allocation. */
export interface OrderFacts {
  readonly order: number;
  readonly lines: readonly { readonly item: string; readonly allocated: number }[];
}

/** The items used per day and person, by what the programme says. */
function itemOf(state: Reopening, id: string): SupplyItem {
  const { items } = state.edition.supplies;
  return items.find((one) => one.id === id) ?? refuse('unknown-item', { item: id, known: items.map((one) => one.id) });
}

/** What is left at `now` of what was held: use is estimated from the headcount, and corrected by counts. */
export function holdingAt(state: Reopening, item: SupplyItem, now: Instant): number {
  const held = state.supply.holdings[item.id];
  if (!held) return 0;
  const used = (item.perHeadPerDay * state.operation.headcount * (now - held.at)) / DAY;
  return round(Math.max(0, held.quantity - used));
}

/** For how many days what is held lasts; null for what nobody uses up. */
export function daysOfCover(state: Reopening, item: SupplyItem, now: Instant): number | null {
  const perDay = item.perHeadPerDay * state.operation.headcount;
  return perDay === 0 ? null : round(holdingAt(state, item, now) / perDay);
}

function hold(state: Reopening, item: string, quantity: number, at: Instant): void {
  state.supply.holdings = { ...state.supply.holdings, [item]: { quantity: round(Math.max(0, quantity)), at } };
}

/** When the days of cover are looked at next; a day's time is looked at on every operating day. */
export function nextSupplyCheck(state: Reopening, never: Instant): Instant {
  const { startsOn } = state.operation;
  if (!isRunning(state) || startsOn === null) return never;
  const { checkedOn } = state.supply;
  const date = checkedOn === null ? startsOn : addDays(checkedOn, 1);
  return instantOf(date, state.edition.supplies.checkAt, state.edition);
}

/** Below the threshold a top-up is proposed or placed; items on order already are left out. */
export function checkSupplies(state: Reopening, act: Act): void {
  const { supply, edition } = state;
  supply.checkedOn = localDate(act.at, edition);
  const { items, thresholdDays, targetDays, topUp } = edition.supplies;
  const onOrder = new Set(supply.orders.flatMap(coming));
  const known = items.filter((item) => item.perHeadPerDay > 0 && supply.holdings[item.id] !== undefined);
  if (known.length === 0 || state.operation.headcount === 0) return;
  const covers = known.map((item) => ({
    item: item.id,
    quantity: holdingAt(state, item, act.at),
    days: daysOfCover(state, item, act.at) ?? 0,
  }));
  for (const { item, quantity } of covers) hold(state, item, quantity, act.at);
  act.record('supplies-checked', { headcount: state.operation.headcount, covers });
  const lines = known.flatMap((item) => {
    const days = daysOfCover(state, item, act.at) ?? 0;
    if (days >= thresholdDays || onOrder.has(item.id)) return [];
    const perDay = item.perHeadPerDay * state.operation.headcount;
    return [{ item: item.id, quantity: Math.ceil(targetDays * perDay - holdingAt(state, item, act.at)) }];
  });
  if (lines.length > 0) makeOrder(state, lines, topUp === 'place' ? 'placed' : 'proposed', 'top-up', act);
}

/** The items of an order that are still to be dispatched or received: what has come of it already fills no gap. */
function coming(order: Order): string[] {
  const owed = order.lines.filter((line) => line.requested > line.dispatched);
  const onTheWay = order.consignments.filter((one) => one.status !== 'received').flatMap((one) => one.lines);
  return [...owed, ...onTheWay].map((line) => line.item);
}

function makeOrder(
  state: Reopening,
  lines: readonly Quantity[],
  status: Order['status'],
  source: 'requested' | 'top-up',
  act: Act,
): void {
  const { supply } = state;
  supply.ordersMade += 1;
  const id = supply.ordersMade;
  const order: Order = {
    id,
    status,
    since: act.at,
    lines: lines.map(({ item, quantity }) => ({ item, requested: quantity, allocated: 0, dispatched: 0 })),
    allocatedAt: null,
    consignments: [],
    child: 'none',
    // What is placed is promised from stock as soon as it is recorded.
    hasNews: status === 'placed',
  };
  supply.orders = [...supply.orders, order];
  const details = { order: id, source, lines: lines.map(({ item, quantity }) => ({ item, quantity })) };
  act.record(status === 'placed' ? 'order-placed' : 'order-proposed', details);
}

export const requestSupplies: Rule<Command<'requestSupplies'>> = (state, { lines }, act) => {
  requireOwnLiaison(state, act);
  for (const { item } of lines) itemOf(state, item);
  requireOnce(lines);
  const same = state.supply.orders.find(
    (order) =>
      order.lines.length === lines.length &&
      lines.every(({ item, quantity }, index) => {
        const line = order.lines[index];
        return line?.item === item && line.requested === quantity;
      }),
  );
  if (same) refuse('already-done', { order: same.id });
  if (state.supply.orders.length >= MOST_ORDERS) refuse('too-many', { most: MOST_ORDERS });
  makeOrder(state, lines, 'placed', 'requested', act);
};

/** @throws Refused `too-many` when an item stands there twice: one line says how much */
function requireOnce(lines: readonly Quantity[]): void {
  const twice = lines.find(({ item }, index) => lines.findIndex((one) => one.item === item) !== index);
  if (twice) refuse('too-many', { item: twice.item });
}

export const confirmOrder: Rule<Command<'confirmOrder'>> = (state, command, act) => {
  const order = orderOf(state, command.order);
  if (order.status !== 'proposed') refuse('already-done', { order: order.id });
  change(state, order, { status: 'placed', since: act.at, hasNews: true });
  const lines = order.lines.map(({ item, requested }) => ({ item, quantity: requested }));
  act.record('order-placed', { order: order.id, source: 'top-up', lines });
};

/** What is not dispatched yet is cancelled; what is on the way is still received. */
export const cancelOrder: Rule<Command<'cancelOrder'>> = (state, command, act) => {
  const order = orderOf(state, command.order);
  const left = order.lines.filter((line) => line.requested > line.dispatched);
  if (left.length === 0) refuse('already-done', { order: order.id, reason: 'dispatched' });
  if (!command.reason) refuse('opinion-required', { verb: 'cancelOrder' });
  act.record('order-cancelled', {
    order: order.id,
    placed: order.status === 'placed',
    lines: left.map(({ item, requested, dispatched }) => ({ item, quantity: requested - dispatched })),
    reason: { ...command.reason },
  });
  const lines = order.lines.map((line) => ({ ...line, requested: line.dispatched, allocated: line.dispatched }));
  change(state, order, { lines, allocatedAt: null });
  closeSettled(state);
};

export const dispatchOrder: Rule<Command<'dispatchOrder'>> = (state, command, act) => {
  const order = orderOf(state, command.order);
  const { volunteer } = command;
  if (volunteer.role !== 'volunteer') refuse('wrong-role', { role: volunteer.role, needed: 'volunteer' });
  const id = order.consignments.length + 1;
  if (command.consignment !== id) {
    refuse('stale-consignment', { order: order.id, seen: command.consignment, current: id });
  }
  const ready = order.lines.flatMap(({ item, allocated, dispatched }) =>
    allocated > dispatched ? [{ item, quantity: allocated - dispatched }] : [],
  );
  const lines = command.lines ?? ready;
  requireOnce(lines);
  const beyond = lines.filter(
    ({ item, quantity }) => quantity > (ready.find((one) => one.item === item)?.quantity ?? 0),
  );
  if (lines.length === 0 || beyond.length > 0) refuse('not-allocated', { order: order.id, ready });
  const sent = lines.map(({ item, quantity }) => ({ item, quantity }));
  const after = order.lines.map((line) => {
    const quantity = sent.find((one) => one.item === line.item)?.quantity ?? 0;
    return { ...line, dispatched: line.dispatched + quantity };
  });
  change(state, order, {
    lines: after,
    allocatedAt: after.some((line) => line.allocated > line.dispatched) ? order.allocatedAt : null,
    consignments: [
      ...order.consignments,
      { id, volunteer: volunteer.account, lines: sent, status: 'on-the-way', since: act.at },
    ],
  });
  act.record('order-dispatched', { order: order.id, consignment: id, volunteer: volunteer.account, lines: sent });
};

export const deliverOrder: Rule<Command<'deliverOrder'>> = (state, command, act) => {
  const order = orderOf(state, command.order);
  const consignment = consignmentOf(order, command.consignment);
  if (consignment.volunteer !== act.by.account) refuse('forbidden', { reason: 'another-volunteer' });
  if (consignment.status !== 'on-the-way') refuse('already-done', { consignment: consignment.id });
  changeConsignment(state, order, consignment.id, { status: 'delivered', since: act.at });
  act.record('order-delivered', { order: order.id, consignment: consignment.id });
};

/** What came is counted; a difference to what was dispatched is recorded with it 签收. */
export const receiveOrder: Rule<Command<'receiveOrder'>> = (state, command, act) => {
  requireOwnLiaison(state, act);
  const order = orderOf(state, command.order);
  const consignment = consignmentOf(order, command.consignment);
  if (consignment.status === 'received') refuse('already-done', { consignment: consignment.id });
  requireOnce(command.lines);
  for (const { item } of command.lines) itemOf(state, item);
  const missing = consignment.lines.filter(({ item }) => !command.lines.some((one) => one.item === item));
  const foreign = command.lines.filter(({ item }) => !consignment.lines.some((one) => one.item === item));
  if (missing.length > 0 || foreign.length > 0) {
    refuse('not-on-the-way', { consignment: consignment.id, lines: consignment.lines.map((line) => ({ ...line })) });
  }
  const lines = command.lines.map(({ item, quantity }) => {
    const dispatched = consignment.lines.find((one) => one.item === item)?.quantity ?? 0;
    return { item, received: quantity, difference: quantity - dispatched };
  });
  for (const { item, received } of lines) {
    hold(state, item, holdingAt(state, itemOf(state, item), act.at) + received, act.at);
  }
  changeConsignment(state, order, consignment.id, { status: 'received', since: act.at });
  act.record('order-received', {
    order: order.id,
    consignment: consignment.id,
    lines,
    ...(command.note && { note: { ...command.note } }),
  });
  closeSettled(state);
};

/** A count corrects the estimate. */
export const countSupplies: Rule<Command<'countSupplies'>> = (state, { counts }, act) => {
  requireOwnLiaison(state, act);
  requireOnce(counts);
  const same = counts.every(
    ({ item, quantity }) => state.supply.holdings[itemOf(state, item).id]?.quantity === quantity,
  );
  const today = localDate(act.at, state.edition);
  const now = counts.every(({ item }) => {
    const at = state.supply.holdings[item]?.at;
    return at !== undefined && localDate(at, state.edition) === today;
  });
  if (same && now) refuse('already-done');
  const corrections = counts.map(({ item, quantity }) => {
    const estimated = holdingAt(state, itemOf(state, item), act.at);
    return { item, counted: quantity, estimated };
  });
  for (const { item, quantity } of counts) hold(state, item, quantity, act.at);
  act.record('supplies-counted', { counts: corrections });
};

/** The allocation as PostgreSQL has it; what it has given stays given until it is dispatched or cancelled. */
export function takeOrderFacts(state: Reopening, facts: OrderFacts, act: Act): void {
  const order = state.supply.orders.find((one) => one.id === facts.order);
  // Nothing is allocated to what nobody has ordered yet.
  if (order?.status !== 'placed') return;
  const lines = order.lines.map((line) => {
    const told = facts.lines.find((one) => one.item === line.item)?.allocated ?? line.allocated;
    return { ...line, allocated: Math.min(line.requested, Math.max(line.allocated, told)) };
  });
  const isLacking = lines.some((line) => line.allocated < line.requested);
  if (isLacking && order.child === 'none') change(state, order, { child: 'needed' });
  const more = lines.some((line, index) => line.allocated > (order.lines[index]?.allocated ?? 0));
  if (!more) return;
  change(state, order, { lines, allocatedAt: order.allocatedAt ?? act.at });
  act.record('order-allocated', {
    order: order.id,
    lines: lines.map(({ item, requested, allocated }) => ({ item, requested, allocated })),
  });
}

/** A case that ends needs nothing more: what was not dispatched goes back to the town's stock, what is on its way is written down. */
export function cancelOpenOrders(state: Reopening, act: Act): void {
  for (const order of state.supply.orders) {
    const left = order.lines.filter((line) => line.requested > line.dispatched);
    const onTheWay = order.consignments.filter((one) => one.status !== 'received');
    act.record('order-cancelled', {
      order: order.id,
      placed: order.status === 'placed',
      lines: left.map(({ item, requested, dispatched }) => ({ item, quantity: requested - dispatched })),
      // Has left the stock and will not be signed for: the ledger keeps what it was.
      ...(onTheWay.length > 0 && { onTheWay: onTheWay.map(({ id, lines }) => ({ consignment: id, lines })) }),
      because: 'case-closed',
    });
  }
  state.supply.orders = [];
}

/** A hint that an order's allocation has changed: the case asks PostgreSQL. Of another order nothing happens. */
export function hintOrder(state: Reopening, id: number): void {
  const order = state.supply.orders.find((one) => one.id === id && one.status === 'placed');
  if (order) change(state, order, { hasNews: true });
}

/** The orders of whose allocation PostgreSQL may have news, by their numbers. */
export function ordersWithNews(state: Reopening): number[] {
  return state.supply.orders.filter((order) => order.hasNews).map((order) => order.id);
}

export function orderAsked(state: Reopening, id: number): void {
  const order = state.supply.orders.find((one) => one.id === id);
  if (order) change(state, order, { hasNews: false });
}

/** Orders whose goods are lacking and whose workflow is not started yet. */
export function ordersThatWait(state: Reopening): Order[] {
  return state.supply.orders.filter((order) => order.child === 'needed');
}

export function orderStarted(state: Reopening, id: number): void {
  const order = state.supply.orders.find((one) => one.id === id);
  if (order) change(state, order, { child: 'started' });
}

function orderOf(state: Reopening, id: number): Order {
  const found = state.supply.orders.find((one) => one.id === id);
  if (found) return found;
  if (id <= state.supply.ordersMade && id > 0) refuse('already-done', { order: id });
  return refuse('unknown-order', { order: id, open: state.supply.orders.map((one) => one.id) });
}

function consignmentOf(order: Order, id: number): Order['consignments'][number] {
  const found = order.consignments.find((one) => one.id === id);
  return found ?? refuse('not-on-the-way', { order: order.id, consignment: id });
}

function change(state: Reopening, order: Order, by: Partial<Order>): void {
  state.supply.orders = state.supply.orders.map((one) => (one.id === order.id ? { ...one, ...by } : one));
}

function changeConsignment(
  state: Reopening,
  order: Order,
  id: number,
  by: Partial<Order['consignments'][number]>,
): void {
  const consignments = order.consignments.map((one) => (one.id === id ? { ...one, ...by } : one));
  change(state, order, { consignments });
}

/** Whether nothing of it is to be dispatched or received any more. */
function isSettled(order: Order): boolean {
  return (
    order.lines.every((line) => line.dispatched >= line.requested) &&
    order.consignments.every((one) => one.status === 'received')
  );
}

function closeSettled(state: Reopening): void {
  state.supply.orders = state.supply.orders.filter((order) => !isSettled(order));
}

export function supplyDuties(state: Reopening): Duty[] {
  const { supplies } = state.edition;
  return state.supply.orders.flatMap((order) => {
    const id = `${order.id}`;
    if (order.status === 'proposed') {
      return [termed(state, 'order-confirmation', id, 'enterprise', order.since, supplies.confirm)];
    }
    const owed: Duty[] = [];
    if (order.lines.some((line) => line.allocated < line.requested)) {
      owed.push(termed(state, 'order-back-order', id, 'storekeeper', order.since, supplies.backOrder));
    }
    if (order.allocatedAt !== null) {
      owed.push(termed(state, 'order-dispatch', id, 'storekeeper', order.allocatedAt, supplies.dispatch));
    }
    for (const { id: consignment, status, volunteer, since } of order.consignments) {
      const which = `${id}/${consignment}`;
      if (status === 'on-the-way') {
        const due = dueAfter(since, supplies.deliver, state.edition);
        owed.push(duty('order-delivery', which, 'volunteer', since, due, volunteer));
      }
      if (status === 'delivered') {
        owed.push(termed(state, 'order-receipt', which, 'enterprise', since, supplies.receive));
      }
    }
    return owed;
  });
}
