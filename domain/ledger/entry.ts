/** Who acts, and what the ledger 台账 keeps of every act; the rules make drafts, the shell numbers and chains them. */
import type { Instant } from '../programme/edition';

export const ROLES = [
  'official',
  'reviewer',
  'enterprise',
  'village',
  'liaison',
  'storekeeper',
  'volunteer',
  'health',
  'operator',
] as const;
export type Role = (typeof ROLES)[number];

/** An account as the API found it in PostgreSQL; opaque ids only. */
export interface Account {
  readonly account: string;
  readonly role: Role;
  /** The department of a reviewer. */
  readonly department?: string;
  /** The enterprise of a person of role `enterprise`. */
  readonly enterprise?: string;
  /** The village of a person of role `village`. */
  readonly village?: string;
}

/** Who did it: an account, or the case itself when time passed. */
export type Actor = Account | { readonly account: 'case'; readonly role: 'case' };

/** A free text in PostgreSQL: its id and its HMAC under a key kept beside it. The words never enter Temporal. */
export interface TextRef {
  readonly text: string;
  readonly hmac: string;
}

/** A file in PostgreSQL, in the same way. */
export interface DocumentRef {
  readonly document: string;
  readonly hmac: string;
}

export const ENTRY_TYPES = [
  'opened',
  'surveyed',
  'requirement-set',
  'committed',
  'evidence-submitted',
  'requirement-passed',
  'requirement-failed',
  'phase-entered',
  'material-added',
  'guidance-given',
  'plan-submitted',
  'approved',
  'approved-with-conditions',
  'returned',
  'vetoed',
  'transferred',
  'consulted',
  'consultation-answered',
  'taken-back',
  'urged',
  'copied',
  'notice-issued',
  'team-formed',
  'liaison-assigned',
  'liaison-arrived',
  'stand-in-named',
  'handed-over',
  'round-opened',
  'round-frozen',
  'tests-reported',
  'tests-corrected',
  'round-due',
  'untested-listed',
  'round-closed',
  'round-counted',
  'untested-accounted',
  'sampler-named',
  'sampler-certified',
  'visit-requested',
  'visit-completed',
  'incident-opened',
  'incident-step',
  'incident-confirmed',
  'incident-released',
  'incident-closed',
  'order-proposed',
  'order-placed',
  'order-allocated',
  'order-dispatched',
  'order-delivered',
  'order-received',
  'order-cancelled',
  'supplies-counted',
  'supplies-checked',
  'movements-reported',
  'deviation-found',
  'deviation-followed',
  'self-management-formed',
  'inspected',
  'finding-set',
  'finding-closed',
  'day-reported',
  'alarm-raised',
  'suspended',
  'lifted',
  'duty-overdue',
  'duty-reminded',
  'duty-escalated',
  'completed',
  'withdrawn',
  'command-accepted',
  'command-refused',
  'message-ignored',
  'key-announced',
  'adopted',
  'cancel-requested',
] as const;
export type EntryType = (typeof ENTRY_TYPES)[number];

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** One line of the ledger before it has a number: who, what, when, in the case's own time. */
export interface Draft {
  readonly at: Instant;
  readonly by: Actor;
  readonly type: EntryType;
  /** The command that caused it; absent when time did. */
  readonly command?: string;
  /** The signature of the act that the command carried, in base64: it stands in `acts`. Absent in entries from before acts were kept. */
  readonly act?: string;
  /** Set when an official filed for the enterprise. */
  readonly onBehalfOf?: 'enterprise';
  /** Ids, enumerations, dates, counts and references; never free text or a person's name. */
  readonly details: { readonly [key: string]: Json };
}

/** A line of the ledger as it is stored: numbered, and chained to the one before. */
export interface Entry extends Draft {
  /** A case number, or the stream of acts outside a case (`accounts`, `enterprises`, …). */
  readonly stream: string;
  /** 1 for the first entry of a stream, without gaps. */
  readonly sequence: number;
  /** Hash of the entry before, `GENESIS` for the first. */
  readonly previous: string;
  /** `entryHash` of this entry. */
  readonly hash: string;
}

/** The end of a stream: the last number and hash. */
export interface Head {
  readonly sequence: number;
  readonly hash: string;
}
