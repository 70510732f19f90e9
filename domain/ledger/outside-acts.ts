/** Ledger entries of acts outside a case: accounts and enterprises have streams of their own (docs/ARCHITECTURE.md#operating-days). */
import type { Draft, Role } from './entry';

/** The streams that are not case numbers. */
export const STREAMS = {
  accounts: 'accounts',
  enterprises: 'enterprises',
  stock: 'stock',
  medicines: 'medicines',
  lodging: 'lodging',
  notices: 'notices',
  /** Which words and files were erased. */
  erasures: 'erasures',
  /** What somebody did to the system itself. */
  operations: 'operations',
} as const;

/** What happens to the roster of an enterprise. */
export function rosterStream(enterprise: string): string {
  return `roster/${enterprise}`;
}

/** One bulletin. */
export function bulletinStream(bulletin: string): string {
  return `bulletin/${bulletin}`;
}

/** The bulletin of a stream; undefined for another stream. */
export function bulletinOf(stream: string): string | undefined {
  return stream.startsWith('bulletin/') ? stream.slice('bulletin/'.length) : undefined;
}

/** One group purchase. */
export function purchaseStream(purchase: string): string {
  return `purchase/${purchase}`;
}

export const OUTSIDE_ACTS = [
  'enterprise-registered',
  'account-added',
  'account-disabled',
  'account-reach-set',
  'token-issued',
  'roster-imported',
  'people-left',
  'person-absent',
  'person-exempted',
  'person-changed',
  'personal-data-revealed',
  'person-erased',
  'emergency-contacts-set',
  'stock-received',
  'stock-counted',
  'purchase-opened',
  'purchase-ordered',
  'purchase-closed',
  'purchase-distributed',
  'purchase-received',
  'medicine-ordered',
  'medicine-assigned',
  'medicine-bought',
  'medicine-delivered',
  'medicine-received',
  'medicine-cancelled',
  'hotel-registered',
  'rooms-added',
  'lodged',
  'stay-ended',
  'message-resent',
  'message-posted',
  'message-closed',
  'bulletin-drafted',
  'bulletin-scheduled',
  'bulletin-published',
  'bulletin-urged',
  'bulletin-withdrawn',
  'summary-requested',
  'words-erased',
  'workflow-cancel-requested',
] as const;
export type OutsideAct = (typeof OUTSIDE_ACTS)[number];

/** The row of an act outside a case: routes, the console and the tests read it; `domain/<room>/acts.ts` holds them. */
export interface OutsideRow {
  /** The roles that may do it. */
  readonly by: readonly Role[];
  /** Of the reviewers those of epidemic control alone. */
  readonly department?: 'epidemic-control';
  /** The entries that it may cause. */
  readonly causes: readonly OutsideAct[];
  /** It ends or erases something for good, and is confirmed once more. */
  readonly dangerous?: true;
}

/** What the rule of an act lets the ledger say of it. */
export interface OutsideEntry {
  readonly type: OutsideAct;
  /** Ids, enumerations, dates and counts only, as everywhere in the ledger. */
  readonly details: Draft['details'];
}

/** Who acts when nobody is signed in: the person at the machine (`npm run account`), the first start of trial mode. */
export const MACHINE = { account: 'machine', role: 'operator' as Role };

/** What is done without anybody's signature: by the command on the machine, by the first start of trial mode, by a workflow. */
export const OUTSIDE_BY_MACHINE: readonly OutsideAct[] = [
  'enterprise-registered',
  'account-added',
  'account-disabled',
  'account-reach-set',
  'token-issued',
  'bulletin-published',
  'words-erased',
  'workflow-cancel-requested',
];

interface Act extends OutsideEntry {
  readonly by: { readonly account: string; readonly role: Role };
  readonly at: number;
  readonly command?: string;
}

/** Numbered, chained and stored like a case's entries; the domain lists the types of a case only, hence the cast. */
export function outsideAct({ type, by, at, details, command }: Act): Draft {
  const { account, role } = by;
  return { type, at, by: { account, role }, details, ...(command !== undefined && { command }) } as unknown as Draft;
}
