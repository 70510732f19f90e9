/** What rules do otherwise than in the first release: a case that was answered the old way then is replayed the old way. */

/** Each is one name of `patched` (workflows/reopening/case.ts): a case that is replayed says which it knew when it was answered. */
export interface Changes {
  /** No case ends over an open incident or suspension, whoever asks for it. */
  readonly 'end-held': boolean;
  /** A report with epidemic `abnormal` or production `stopped` raises an alarm. */
  readonly 'report-alarms': boolean;
}

/** Whatever is decided now is decided so. */
export const ALL_CHANGES: Changes = { 'end-held': true, 'report-alarms': true };
