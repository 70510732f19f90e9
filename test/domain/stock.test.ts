/** The town's stock under any receipts and counts: first-come, in all lines or none, and never less than is promised. */
import { SUPPLY_ACTS } from '../../domain/supplies/acts';
import * as rules from '../../domain/supplies/stock';
import type { Dice } from '../support/dice';
import { Happened, holds, said } from '../support/seeded';

const happened = new Happened();
const ITEMS = ['gloves', 'kit', 'mask', 'gown'];

interface Held {
  onHand: number;
  promised: number;
}

/** A store room and the queue before its door. */
class Store {
  readonly held = new Map<string, Held>();
  queue: { order: string; item: string; missing: number }[] = [];
  #orders = 0;

  constructor(readonly dice: Dice) {}

  /** Somebody orders; what is free is theirs at once, so that nobody ever waits for what is there. */
  join(): void {
    this.#orders += 1;
    for (const item of this.dice.some(ITEMS)) {
      const wanted = 1 + this.dice.below(40);
      const held = this.of(item);
      const given = Math.min(wanted, held.onHand - held.promised);
      held.promised += given;
      if (given < wanted) this.queue.push({ order: `o-${this.#orders}`, item, missing: wanted - given });
    }
  }

  of(item: string): Held {
    const held = this.held.get(item) ?? { onHand: 0, promised: 0 };
    this.held.set(item, held);
    return held;
  }

  /** What is read of these items under lock; a thing that never came may have no line. */
  present(items: readonly string[]): rules.Present {
    const lines = items.map((item) => ({ item, ...this.of(item) }));
    const stock = lines.filter(({ onHand }) => onHand > 0 || this.dice.chance(50));
    return { stock, waiting: this.queue.filter((one) => items.includes(one.item)).map((one) => ({ ...one })) };
  }

  write({ movements, given }: rules.StockMoved): void {
    for (const { item, quantity } of movements) this.of(item).onHand += quantity;
    for (const { order, item, quantity } of given) {
      const line = this.queue.find((one) => one.order === order && one.item === item);
      expect(line?.missing).toBeGreaterThanOrEqual(quantity);
      expect(quantity).toBeGreaterThan(0);
      if (line) line.missing -= quantity;
      this.of(item).promised += quantity;
    }
  }

  /** What must hold of a store whatever happened. */
  check(given: readonly rules.Given[]): void {
    for (const [item, { onHand, promised }] of this.held) {
      const waiting = this.queue.filter((one) => one.item === item);
      expect(promised).toBeLessThanOrEqual(onHand);
      if (waiting.some((one) => one.missing > 0)) expect(promised).toBe(onHand);
      // Nobody is served before one who came earlier has all.
      const last = waiting.findLastIndex(({ order }) => given.some((one) => one.order === order && one.item === item));
      expect(waiting.slice(0, Math.max(0, last)).filter((one) => one.missing > 0)).toEqual([]);
    }
    this.queue = this.queue.filter((one) => one.missing > 0);
  }
}

function receive(store: Store): void {
  const lines = store.dice.some(ITEMS).map((item) => ({ item, quantity: 1 + store.dice.below(60) }));
  const before = new Map(lines.map(({ item }) => [item, store.of(item).onHand]));
  const present = store.present(lines.map((line) => line.item));
  const { done } = said(rules.receiveStock, present, { source: 'donation', lines });
  if (!done) throw new Error('nothing stands in the way of what comes in');
  store.write(done);
  for (const { item, quantity } of lines) expect(store.of(item).onHand).toBe((before.get(item) ?? 0) + quantity);
  told(store, done, 'receiveStock');
  expect(done.entry.details).toEqual({ source: 'donation', lines, served: done.served.length });
}

function count(store: Store): void {
  const lines = store.dice.some(ITEMS).map((item) => ({ item, quantity: counted(store, item) }));
  const before = lines.map(({ item }) => ({ ...store.of(item) }));
  const present = store.present(lines.map((line) => line.item));
  const { done, refused } = said(rules.countStock, present, { reason: 'routine', lines });
  const enough = lines.every(({ quantity }, n) => quantity >= (before[n]?.promised ?? 0));
  expect(refused).toBe(enough ? undefined : 'stock-promised');
  if (!done) return happened.note('stock-promised');
  store.write(done);
  for (const { item, quantity } of lines) expect(store.of(item).onHand).toBe(quantity);
  told(store, done, 'countStock');
  expect(done.entry.details).toMatchObject({
    reason: 'routine',
    lines: lines.map(({ item, quantity }, n) => ({ item, before: before[n]?.onHand, counted: quantity })),
  });
  // Counted once more it is the same: nothing moves, and nobody gets anything.
  const again = said(rules.countStock, store.present(lines.map((line) => line.item)), { reason: 'routine', lines });
  expect(again.done).toMatchObject({ movements: [], given: [], served: [] });
}

/** About what is there; seldom less than is promised. */
function counted(store: Store, item: string): number {
  const { onHand, promised } = store.of(item);
  if (store.dice.chance(30)) return onHand;
  return store.dice.chance(10) ? store.dice.below(promised + 1) : promised + store.dice.below(40);
}

function told(store: Store, done: rules.StockMoved, act: 'receiveStock' | 'countStock'): void {
  happened.note(`${act} ${done.served.length > 0 ? 'serves' : 'serves nobody'}`);
  expect(SUPPLY_ACTS[act].causes).toContain(done.entry.type);
  expect([...done.served].sort()).toEqual([...new Set(done.given.map((one) => one.order))].sort());
  store.check(done.given);
}

holds('what comes in or is found goes to those who have waited longest, and nothing is promised twice', (dice) => {
  const store = new Store(dice);
  for (let step = 0; step < 30; step += 1) {
    if (dice.chance(40)) store.join();
    else dice.of([receive, count])(store);
  }
});

holds('a list names things of the programme, each once', (dice) => {
  const names = Array.from({ length: 1 + dice.below(5) }, () => dice.of([...ITEMS, ...ITEMS, 'gold']));
  const known = ITEMS.map((id) => ({ id }));
  const { refused } = said(
    rules.requireItems,
    names.map((item) => ({ item })),
    known,
  );
  happened.note(`list ${refused ?? 'done'}`);
  expect(refused === undefined).toBe(!names.includes('gold') && new Set(names).size === names.length);
  if (!names.includes('gold')) expect(refused).toBe(new Set(names).size < names.length ? 'too-many' : undefined);
});

happened.expectAll(
  ...['receiveStock serves', 'receiveStock serves nobody', 'countStock serves', 'countStock serves nobody'],
  ...['stock-promised', 'list done', 'list unknown-item', 'list too-many'],
);
