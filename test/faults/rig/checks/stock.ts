/** Compares the town's stock with its movements, and both with the ledger: nothing is promised twice, nothing moves without an entry. */
import type { Entry } from '../../../../domain/ledger/entry';
import type { Quantity } from '../../../../domain/case/commands';
import type { Evidence, MovementRow } from '../evidence';
import { grouped, type Comparison } from './check';

const sum = (numbers: readonly number[]): number => numbers.reduce((all, one) => all + one, 0);

export const stockAddsUp: Comparison = ({ tables: { stock, movements, orders } }) => {
  const findings = stock.flatMap(({ item, onHand, promised }) => {
    const moved = sum(movements.filter((one) => one.item === item).map(({ quantity }) => quantity));
    const open = orders.filter((one) => one.item === item && !one.closed);
    const allocated = sum(open.map((one) => one.allocated - one.dispatched));
    return [
      ...(onHand === moved ? [] : [`${onHand} ${item} on hand, the movements make ${moved}`]),
      ...(promised === allocated ? [] : [`${promised} ${item} promised, open orders have ${allocated}`]),
      ...(promised >= 0 && promised <= onHand ? [] : [`${promised} of ${onHand} ${item} are promised`]),
    ];
  });
  for (const { order, item, closed, allocated, dispatched } of orders)
    if (closed && allocated !== dispatched) findings.push(`order ${order} is closed and holds ${item}`);
  return { holds: `${stock.length} items of the stock are the sum of ${movements.length} movements`, findings };
};

/** Every dispatch and receipt of the ledger has moved the stock once, and nothing else has. */
export const stockFollows: Comparison = ({ tables }) => {
  const moved = grouped(tables.movements, ({ cause }) => cause);
  const entries = tables.ledger.filter(({ type }) => type === 'order-dispatched' || isReceipt(type));
  const findings = entries.flatMap((entry) => {
    const cause = causeOf(entry);
    const found = moved.get(cause) ?? [];
    moved.delete(cause);
    const sign = isReceipt(entry.type) ? 1 : -1;
    const [wanted, present] = [said(linesOf(entry), sign), said(found, 1)];
    if (wanted === present) return [];
    return [`${entry.stream}#${entry.sequence} ${entry.type} of [${wanted}] has moved [${present}]`];
  });
  for (const [cause, [one]] of moved)
    findings.push(`${one?.kind} of ${one?.item} by ${cause.slice(0, 20)}, which is not in the ledger`);
  return { holds: `${entries.length} dispatches and receipts of the ledger have moved the stock once`, findings };
};

/** An order that was placed is there; of a closed case none waits or holds anything. */
export const ordersFollow: Comparison = (evidence) => {
  const { ledger, orders, projections } = evidence.tables;
  const placed = ledger.filter(({ type }) => type === 'order-placed').map(orderOf);
  const present = new Set(orders.map(({ order }) => order));
  const closed = new Set(projections.filter((one) => one.closed).map(({ caseNumber }) => caseNumber));
  const left = orders.filter((one) => closed.has(one.caseNumber) && one.requested > one.dispatched);
  const findings = [
    ...placed.filter((order) => !present.has(order)).map((order) => `order ${order} was placed and is not there 丢失`),
    ...[...present].filter((order) => !placed.includes(order)).map((order) => `order ${order} was never placed`),
    ...left.map(({ order, item }) => `order ${order} of a closed case still waits for ${item}`),
    ...receivedOtherwise(evidence),
  ];
  return { holds: `${placed.length} orders stand once, none of a closed case waits`, findings };
};

function receivedOtherwise({ tables: { ledger, orders } }: Evidence): string[] {
  const receipts = ledger.filter(({ type }) => type === 'order-received');
  return orders.flatMap(({ order, item, received }) => {
    const lines = receipts.filter((entry) => orderOf(entry) === order).flatMap(receivedIn);
    const told = sum(lines.filter((line) => line.item === item).map((line) => line.received));
    return told === received ? [] : [`order ${order} received ${received} ${item}, in the ledger ${told}`];
  });
}

// The domain's types know the entries of a case only.
const isReceipt = (type: string): boolean => type === 'stock-received';

function causeOf({ type, stream, sequence, command }: Entry): string {
  return isReceipt(type) ? (command ?? '') : `${stream}/${sequence}`;
}

function orderOf({ stream, details }: Entry): string {
  return `${stream}/${Number(details['order'])}`;
}

function linesOf({ details }: Entry): readonly Quantity[] {
  return details['lines'] as unknown as readonly Quantity[];
}

function receivedIn({ details }: Entry): readonly { readonly item: string; readonly received: number }[] {
  return details['lines'] as unknown as readonly { readonly item: string; readonly received: number }[];
}

function said(lines: readonly (Quantity | MovementRow)[], sign: 1 | -1): string {
  return lines
    .map(({ item, quantity }) => `${sign * quantity} ${item}`)
    .sort()
    .join(', ');
}
