/** The failure types that cross Temporal, and what each means to whoever catches it. */
export const FAILURES = {
  /** A rule refused the command; `details[0]` is the domain's `Rejection`. */
  rejected: 'Rejected',
  /** No valid proof of the API on the message. */
  unproven: 'Unproven',
  /** The message is for another case than the one that runs under this id now. */
  otherCase: 'OtherCase',
  /** The command id was used with another body. */
  keyReused: 'KeyReused',
  /** The ledger has another entry under the same stream and sequence: never skipped, needs a person. */
  ledgerConflict: 'LedgerConflict',
  /** The case was started with keys that are not the system's, or without a registered case number. */
  foreignCase: 'ForeignCase',
  /** What the case asks about was never made, though its entry is recorded: needs a person. Recording goes on. */
  notThere: 'NotThere',
  /** The worker was started without that channel. */
  noChannel: 'NoChannel',
} as const;
/** For which the ledger takes nothing of a case until a person has mended it. */
export const LEDGER_REFUSALS = [FAILURES.ledgerConflict, FAILURES.foreignCase] as const;

export type FailureType = (typeof FAILURES)[keyof typeof FAILURES];
