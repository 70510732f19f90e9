/** What the child workflow of an order is started with, told, and told by PostgreSQL. */
import type { OrderNews } from '../case/facts';

export interface SupplyOrderInput {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly order: number;
  readonly lines: readonly { readonly item: string; readonly quantity: number }[];
  /** How far a run before this one has come; none at the start. */
  readonly stage?: OrderProgress;
}

export type OrderProgress = 'allocating' | 'back-ordered' | 'allocated' | OrderNews['stage'];

export type OrderStage = Pick<OrderNews, 'stage'>;

/** Where an order stands in PostgreSQL. */
export interface OrderAllocation {
  readonly closed: boolean;
  readonly lines: readonly { readonly item: string; readonly requested: number; readonly allocated: number }[];
}
