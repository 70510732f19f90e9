/** Group purchases under whatever enterprises, helpers and officials do at whatever time: ordered before the cut-off, counted once behind it. */
import { SUPPLY_ACTS } from '../../domain/supplies/acts';
import * as rules from '../../domain/supplies/purchases';
import type { Dice } from '../support/dice';
import { Happened, holds, said } from '../support/seeded';

const happened = new Happened();
const OPENED = Date.parse('2026-11-28T01:00:00Z');
const HOUR = 3_600_000;
const ENTERPRISES = ['e-1', 'e-2', 'e-3'];

interface Line {
  readonly item: number;
  readonly ordered: number;
  distributed: number | null;
  received: number | null;
}

/** A purchase with its orders, as they stand in the town's books. */
class Book {
  readonly items: readonly { item: number }[];
  readonly cutOff: number;
  closedAt: number | null = null;
  now = OPENED;
  readonly orders = new Map<string, Line[]>();

  constructor(readonly dice: Dice) {
    this.items = Array.from({ length: 1 + dice.below(4) }, (_, n) => ({ item: n + 1 }));
    this.cutOff = OPENED + (1 + dice.below(20)) * HOUR;
  }

  get purchase(): rules.Purchase {
    const { cutOff, closedAt, items } = this;
    return { id: 'g-1', cutOff, closedAt, items };
  }
  /** Orders are over: the hour has come, or an official has said so. */
  get over(): boolean {
    return this.closedAt !== null || this.now >= this.cutOff;
  }
  linesOf(enterprise: string): Line[] {
    return (this.orders.get(enterprise) ?? []).map((line) => ({ ...line }));
  }
  /** Mostly sensible; now and then goods twice, or goods that nobody offers. */
  counts(): rules.Counted[] {
    const some = this.dice.some(this.items);
    const odd = this.dice.chance(10) ? [{ item: this.dice.below(7) }] : [];
    return [...(some.length > 0 ? some : this.items), ...odd].map(({ item }) => ({
      item,
      quantity: this.dice.below(50),
    }));
  }
  isOffered(lines: readonly rules.Counted[]): boolean {
    const numbers = lines.map((line) => line.item);
    return new Set(numbers).size === numbers.length && numbers.every((one) => one >= 1 && one <= this.items.length);
  }
}

function order(book: Book): void {
  const wanted = { enterprise: book.dice.of(ENTERPRISES), lines: book.counts() };
  const { done, refused } = said(rules.orderOfPurchase, book.purchase, wanted, book.now);
  happened.note(`order ${refused ?? 'done'}`);
  expect(done !== undefined).toBe(!book.over && book.isOffered(wanted.lines));
  if (!done) return;
  expect(SUPPLY_ACTS.orderOfPurchase.causes).toContain(done.entry.type);
  expect(done.entry.details).toEqual({ enterprise: wanted.enterprise, lines: wanted.lines });
  // The same order once more is the same order.
  expect(said(rules.orderOfPurchase, book.purchase, wanted, book.now).done).toEqual(done);
  const lines = done.lines.map(({ item, quantity }) => ({
    item,
    ordered: quantity,
    distributed: null,
    received: null,
  }));
  book.orders.set(done.enterprise, lines);
}

function close(book: Book): void {
  const { done, refused } = said(rules.closePurchase, book.purchase, book.now);
  happened.note(`close ${refused ?? 'done'}`);
  expect(done !== undefined).toBe(!book.over);
  if (!done) return;
  expect(SUPPLY_ACTS.closePurchase.causes).toContain(done.entry.type);
  book.closedAt = done.closedAt;
  expect(book.closedAt).toBe(book.now);
  expect(said(rules.closePurchase, book.purchase, book.now).refused).toBe('already-done');
}

function handOut(book: Book): void {
  const wanted = { enterprise: book.dice.of(ENTERPRISES), lines: book.counts() };
  // Somebody of another village sees none of its lines.
  const seen = book.dice.chance(90) ? book.linesOf(wanted.enterprise) : [];
  const { done, refused } = said(rules.handOut, book.purchase, seen, wanted, book.now);
  happened.note(`hand out ${refused ?? 'done'}`);
  const ready = wanted.lines.every(({ item }) => seen.some((line) => line.item === item && line.distributed === null));
  expect(done !== undefined).toBe(book.over && book.isOffered(wanted.lines) && ready);
  if (book.over && seen.length === 0) expect(refused).toBe('unknown-purchase');
  if (!done) return;
  expect(SUPPLY_ACTS.handOut.causes).toContain(done.entry.type);
  write(book, 'distributed', done);
  const again = said(rules.handOut, book.purchase, book.linesOf(wanted.enterprise), wanted, book.now);
  expect(again.refused).toBe('already-done');
}

function receive(book: Book): void {
  const came = { enterprise: book.dice.of(ENTERPRISES), lines: book.counts() };
  const own = book.linesOf(came.enterprise);
  const { done, refused } = said(rules.receivePurchase, book.purchase, own, came, book.now);
  happened.note(`receive ${refused ?? 'done'}`);
  const handed = own.filter((line) => line.distributed !== null && line.received === null).map((line) => line.item);
  const ready = came.lines.every(({ item }) => handed.includes(item));
  expect(done !== undefined).toBe(book.over && book.isOffered(came.lines) && ready);
  if (!done) return;
  expect(SUPPLY_ACTS.receivePurchase.causes).toContain(done.entry.type);
  write(book, 'received', done);
  const again = said(rules.receivePurchase, book.purchase, book.linesOf(came.enterprise), came, book.now);
  expect(again.refused).toBe('already-done');
}

/** A line that is counted already would be overwritten here: the property says that it never is. */
function write(book: Book, column: 'distributed' | 'received', { enterprise, lines }: rules.EnterpriseLines): void {
  const own = book.orders.get(enterprise) ?? [];
  for (const { item, quantity } of lines) {
    const line = own.find((one) => one.item === item);
    expect(line?.[column]).toBeNull();
    if (line) line[column] = quantity;
  }
}

const ACTS = [order, order, order, close, handOut, handOut, handOut, receive, receive, receive];

holds(
  'what is ordered is handed out once and received once, and nothing is received that was not handed out',
  (dice) => {
    const book = new Book(dice);
    for (let step = 0; step < 40; step += 1) {
      if (dice.chance(30)) book.now += dice.below(2 * HOUR);
      if (dice.chance(1)) book.now = Math.max(book.now, book.cutOff);
      // Closing is rare, or nobody would ever order much.
      const act = dice.of(ACTS);
      if (act !== close || dice.chance(20) || book.over) act(book);
      for (const line of [...book.orders.values()].flat()) {
        if (line.received !== null) expect(line.distributed).not.toBeNull();
        if (line.distributed !== null) expect(book.over).toBe(true);
      }
    }
  },
);

holds('a purchase is opened with a cut-off ahead', (dice) => {
  const cutOff = OPENED + dice.below(2001) - 1000;
  const items = 1 + dice.below(60);
  const { done, refused } = said(rules.openPurchase, { purchase: 'g-1', cutOff, items }, OPENED);
  happened.note(`open ${refused ?? 'done'}`);
  expect(refused).toBe(cutOff > OPENED ? undefined : 'wrong-date');
  if (!done) return;
  expect(SUPPLY_ACTS.openPurchase.causes).toContain(done.entry.type);
  expect(done.entry.details).toEqual({ purchase: 'g-1', cutOff, items });
});

happened.expectAll(
  ...['open done', 'open wrong-date', 'order done', 'order purchase-closed', 'order unknown-item'],
  ...['close done', 'close already-done'],
  ...['hand out done', 'hand out purchase-open', 'hand out unknown-purchase', 'hand out unknown-item'],
  ...['hand out already-done', 'receive done', 'receive purchase-open', 'receive unknown-item'],
  ...['receive already-done', 'receive wrong-state'],
);
