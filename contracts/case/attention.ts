/** What a case says of itself that only a person can mend: its search attribute NeedsAttention, and why it is set. */
import { FAILURES } from './failures';

/** In the order of docs/operations.md, which says what to do about each. */
export const ATTENTION_REASONS = [
  FAILURES.ledgerConflict,
  FAILURES.foreignCase,
  /** A recording fails again and again, and not because the ledger refuses it. */
  'RecordingFails',
  /** The workflow of an order that waits for goods cannot be started. */
  'OrderNotStarted',
  /** Somebody asked Temporal to cancel the case's workflow. */
  'CancelRequested',
] as const;
export type AttentionReason = (typeof ATTENTION_REASONS)[number];

/** It is set, and the case has no worker to say why. */
export const ATTENTION_UNEXPLAINED = 'Unexplained';

/** What the reconciler finds that is not as it should be; why it is taken for that, contracts/operations/discrepancies.ts says. */
export const DISCREPANCY_KINDS = [
  'foreign-run',
  'missing-run',
  'unclear-run',
  'other-head',
  'foreign-version',
] as const;
export type DiscrepancyKind = (typeof DISCREPANCY_KINDS)[number];
