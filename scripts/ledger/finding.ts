/** How a verification tells what does not hold. */

/** Is told of each place where the ledger does not hold, in one line that names the row. */
export type Found = (finding: string) => void;
