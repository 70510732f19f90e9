/** The town's stock 库存: what comes in or is counted goes first-come to the orders that wait, and no count takes what is promised. */
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';

export interface StockLine {
  readonly item: string;
  readonly onHand: number;
  /** Of it what is allocated to orders and not dispatched. */
  readonly promised: number;
}

/** What an order still lacks of an item. */
export interface WaitingLine {
  readonly order: string;
  readonly item: string;
  readonly missing: number;
}

/** The items that an act is about, as they stand; an item that never came has no line. */
export interface Present {
  readonly stock: readonly StockLine[];
  /** In the order in which they are served. */
  readonly waiting: readonly WaitingLine[];
}

export interface ItemQuantity {
  readonly item: string;
  readonly quantity: number;
}

/** What an order is promised besides what it has. */
export interface Given extends ItemQuantity {
  readonly order: string;
}

export interface Movement extends ItemQuantity {
  readonly kind: 'receipt' | 'stock-take';
}

/** What changes: movements first, then what is promised out of them. */
export interface StockMoved {
  readonly movements: readonly Movement[];
  readonly given: readonly Given[];
  /** The orders that got something, each once. */
  readonly served: readonly string[];
  readonly entry: OutsideEntry;
}

/** @throws Refused `unknown-item`; `too-many` when an item stands there twice */
export function requireItems(
  lines: readonly { readonly item: string }[],
  known: readonly { readonly id: string }[],
): void {
  lines.forEach(({ item }, index) => {
    if (!known.some((one) => one.id === item)) {
      refuseOutside('unknown-item', { item, known: known.map((one) => one.id) });
    }
    if (lines.findIndex((one) => one.item === item) !== index) refuseOutside('too-many', { item });
  });
}

export function receiveStock(
  present: Present,
  { source, lines }: { readonly source: string; readonly lines: readonly ItemQuantity[] },
): StockMoved {
  const movements = lines.map(({ item, quantity }): Movement => ({ item, kind: 'receipt', quantity }));
  const given = firstCome(moved(present.stock, movements), present.waiting);
  const served = ordersOf(given);
  const details = {
    source,
    lines: lines.map(({ item, quantity }) => ({ item, quantity })),
    served: served.length,
  };
  return { movements, given, served, entry: { type: 'stock-received', details } };
}

/**
 * The count takes the place of what was believed to be there, in all lines or in none.
 * @throws Refused `stock-promised` when less is there than is promised
 */
export function countStock(
  present: Present,
  { reason, lines }: { readonly reason: string; readonly lines: readonly ItemQuantity[] },
): StockMoved {
  const counts = lines.map(({ item, quantity }) => {
    const { onHand: before = 0, promised = 0 } = present.stock.find((one) => one.item === item) ?? {};
    return { item, before, promised, counted: quantity };
  });
  const short = counts.filter((one) => one.counted < one.promised);
  if (short.length > 0) {
    refuseOutside('stock-promised', { items: short.map(({ item, promised }) => ({ item, promised })) });
  }
  const movements = counts.flatMap(({ item, before, counted }): Movement[] =>
    counted === before ? [] : [{ item, kind: 'stock-take', quantity: counted - before }],
  );
  const given = firstCome(moved(present.stock, movements), present.waiting);
  const served = ordersOf(given);
  const details = {
    reason,
    lines: counts.map(({ item, before, counted }) => ({ item, before, counted })),
    served: served.length,
  };
  return { movements, given, served, entry: { type: 'stock-counted', details } };
}

/** What is free of the items goes to the lines that wait, in their order, as far as it reaches. */
export function firstCome(stock: readonly StockLine[], waiting: readonly WaitingLine[]): Given[] {
  const free = new Map(stock.map(({ item, onHand, promised }) => [item, onHand - promised]));
  return waiting.flatMap(({ order, item, missing }) => {
    const left = free.get(item) ?? 0;
    const quantity = Math.min(missing, Math.max(0, left));
    free.set(item, left - quantity);
    return quantity > 0 ? [{ order, item, quantity }] : [];
  });
}

export function ordersOf(given: readonly Given[]): string[] {
  return [...new Set(given.map(({ order }) => order))];
}

function moved(stock: readonly StockLine[], movements: readonly Movement[]): StockLine[] {
  const items = new Map(stock.map((line) => [line.item, line]));
  for (const { item, quantity } of movements) {
    const { onHand = 0, promised = 0 } = items.get(item) ?? {};
    items.set(item, { item, onHand: onHand + quantity, promised });
  }
  return [...items.values()];
}
