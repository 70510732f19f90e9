/** What a case asks PostgreSQL: the truth about rounds and orders, read by an activity, whatever became of messages. */
import type { RoundStage } from '../../domain/case/state';

export interface Questions {
  /** Of a round at stage `closed` PostgreSQL closes it with the answer: no sheet is counted after that unseen. */
  readonly rounds: readonly { readonly round: string; readonly stage: RoundStage }[];
  readonly orders: readonly number[];
}
