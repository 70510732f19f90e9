/** How a verification tells what does not hold. */

/** Is told of each place where the ledger does not hold, in one line that names the row. */
export type Found = (finding: string) => void;

/**
 * A row's time is that of its transaction's beginning, and it may have waited for the stream's lock since: a statement ends after
 * 10 s and a transaction that stands still after 20 s (db/sql/pool.ts). A minute is more than both, and than a clock is set back.
 */
export const TOLERANCE_MS = 60_000;
