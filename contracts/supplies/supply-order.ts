/** What the workflow of an order is started with, and what PostgreSQL tells it. */

export interface SupplyOrderInput {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly order: number;
  /** How many items a run before this one has told the case of; none at the start. */
  readonly told?: number;
}

/** Where an order stands in PostgreSQL. */
export interface OrderAllocation {
  readonly closed: boolean;
  readonly lines: readonly { readonly item: string; readonly requested: number; readonly allocated: number }[];
}
