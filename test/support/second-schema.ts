/** States, views and rules as the releases of schema 2 kept them, made of today's: what a takeover reads. */
import type { SecondEdition, SecondState, SecondView } from '../../domain/case/upgrade';
import type { Reopening } from '../../domain/case/state';
import { viewOf } from '../../domain/case/views';
import type { Edition } from '../../domain/programme/edition';

export function secondEdition({ id, ...rest }: Edition): SecondEdition {
  return { ...rest, edition: id };
}

export function secondState(state: Reopening): SecondState {
  const { schema: _schema, edition, reminders, review, operation, supply, ...rest } = state;
  return {
    ...rest,
    schema: 2,
    edition: secondEdition(edition),
    nagging: reminders,
    ...secondParts({ review, operation, supply }),
  };
}

/** As it was kept for lists; what it shows of the rules is their name. */
export function secondView(state: Reopening, sequence: number): SecondView {
  const { review, operation, supply, ...rest } = viewOf(state, sequence);
  return { ...rest, ...secondParts({ review, operation, supply }) };
}

function secondParts({ review, operation, supply }: Pick<Reopening, 'review' | 'operation' | 'supply'>) {
  const { frozenVersions: frozen, departmentsAsked: asked, verdicts: acts, ...reviewRest } = review;
  return {
    review: { ...reviewRest, frozen, asked, acts },
    operation: {
      ...operation,
      rounds: operation.rounds.map(({ countedStage: countedAt, sheetsCounted: filed, ...round }) => ({
        ...round,
        countedAt,
        filed,
      })),
    },
    supply: {
      ...supply,
      orders: supply.orders.map(({ child, hasNews: unread, ...order }) => ({
        ...order,
        started: child === 'started',
        unread,
      })),
    },
  };
}
