/** Group purchases 集采集配: ordered as a whole until the cut-off, then handed out and received line by line, each once. */
import { utcText } from '../calendar/calendar';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import type { Instant } from '../programme/edition';

export interface Purchase {
  readonly id: string;
  readonly cutOff: Instant;
  /** When an official closed it before its cut-off. */
  readonly closedAt: Instant | null;
  readonly items: readonly { readonly item: number }[];
}

/** So much of one of the goods, by its number in the purchase. */
export interface Counted {
  readonly item: number;
  readonly quantity: number;
}

/** One line of an enterprise's order; null: not counted yet. */
export interface PurchaseLine {
  readonly item: number;
  readonly distributed: number | null;
  readonly received: number | null;
}

/** What an enterprise ordered, is handed or has received. */
export interface EnterpriseLines {
  readonly enterprise: string;
  readonly lines: readonly Counted[];
}

interface Noted {
  readonly entry: OutsideEntry;
}

/** Orders are taken until the cut-off, or until an official closes it. */
export function isClosed({ cutOff, closedAt }: Pick<Purchase, 'cutOff' | 'closedAt'>, now: Instant): boolean {
  return closedAt !== null || cutOff <= now;
}

/** @throws Refused `wrong-date` for a cut-off that is not ahead */
export function openPurchase(
  { purchase, cutOff, items }: { readonly purchase: string; readonly cutOff: Instant; readonly items: number },
  now: Instant,
): Noted {
  if (cutOff <= now) refuseOutside('wrong-date', { cutOff: utcText(cutOff) });
  return { entry: { type: 'purchase-opened', details: { purchase, cutOff, items } } };
}

/** It takes the place of the enterprise's order before. @throws Refused `purchase-closed`, `unknown-item` */
export function orderOfPurchase(
  purchase: Purchase,
  { enterprise, lines }: EnterpriseLines,
  now: Instant,
): EnterpriseLines & Noted {
  if (isClosed(purchase, now)) refuseOutside('purchase-closed', { cutOff: utcText(purchase.cutOff) });
  requireKnown(purchase, lines);
  return { enterprise, lines, entry: { type: 'purchase-ordered', details: detailsOf(enterprise, lines) } };
}

/** @throws Refused `already-done` when no orders are taken any more */
export function closePurchase(purchase: Purchase, now: Instant): { readonly closedAt: Instant } & Noted {
  if (isClosed(purchase, now)) refuseOutside('already-done', { purchase: purchase.id });
  return { closedAt: now, entry: { type: 'purchase-closed', details: {} } };
}

/**
 * `ordered`: the enterprise's lines, as far as the one who hands out may see them.
 * @throws Refused `purchase-open`, `unknown-purchase` where nothing of it is to be seen, `unknown-item`, `already-done`
 */
export function handOut(
  purchase: Purchase,
  ordered: readonly PurchaseLine[],
  { enterprise, lines }: EnterpriseLines,
  now: Instant,
): EnterpriseLines & Noted {
  requireClosed(purchase, now);
  if (ordered.length === 0) refuseOutside('unknown-purchase');
  for (const line of orderedLines(purchase, ordered, lines)) {
    if (line.distributed !== null)
      refuseOutside('already-done', { purchase: purchase.id, enterprise, item: line.item });
  }
  return { enterprise, lines, entry: { type: 'purchase-distributed', details: detailsOf(enterprise, lines) } };
}

/**
 * How much came may be another number than was handed out; that nothing was handed out stands in the way.
 * @throws Refused `purchase-open`, `unknown-item`, `already-done`, `wrong-state`
 */
export function receivePurchase(
  purchase: Purchase,
  ordered: readonly PurchaseLine[],
  { enterprise, lines }: EnterpriseLines,
  now: Instant,
): EnterpriseLines & Noted {
  requireClosed(purchase, now);
  for (const { item, distributed, received } of orderedLines(purchase, ordered, lines)) {
    if (received !== null) refuseOutside('already-done', { purchase: purchase.id, enterprise, item });
    if (distributed === null) refuseOutside('wrong-state', { status: 'ordered', item });
  }
  return { enterprise, lines, entry: { type: 'purchase-received', details: detailsOf(enterprise, lines) } };
}

function requireClosed(purchase: Purchase, now: Instant): void {
  if (!isClosed(purchase, now)) refuseOutside('purchase-open', { cutOff: utcText(purchase.cutOff) });
}

/** @throws Refused `unknown-item` for goods that are not offered, or stand there twice */
function requireKnown({ items }: Purchase, lines: readonly Counted[]): void {
  lines.forEach(({ item }, index) => {
    const twice = lines.findIndex((line) => line.item === item) !== index;
    if (twice || !items.some((one) => one.item === item)) {
      refuseOutside('unknown-item', { item, known: items.map((one) => one.item) });
    }
  });
}

/** The lines of the order that are counted, one by one: what is wrong with an earlier one is said first. */
function* orderedLines(
  purchase: Purchase,
  ordered: readonly PurchaseLine[],
  lines: readonly Counted[],
): Generator<PurchaseLine> {
  requireKnown(purchase, lines);
  for (const { item } of lines) {
    const line = ordered.find((one) => one.item === item);
    yield line ?? refuseOutside('unknown-item', { item, known: ordered.map((one) => one.item) });
  }
}

function detailsOf(enterprise: string, lines: readonly Counted[]): OutsideEntry['details'] {
  return { enterprise, lines: lines.map(({ item, quantity }) => ({ item, quantity })) };
}
