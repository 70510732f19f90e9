/** The chain of upgrades: what a release before has kept, a state, the view of one, or rules, in the shape of today. */
import type { Edition } from '../programme/edition';
import type { AgendaItem } from './agenda';
import {
  SCHEMA,
  type Operation,
  type Order,
  type Reminders,
  type Reopening,
  type Review,
  type TestRound,
} from './state';

/** A state that this release cannot read: of a later one, or of none. */
export class UnknownSchema extends Error {
  override readonly name = 'UnknownSchema';

  constructor(readonly schema: unknown) {
    super(`a state of schema ${JSON.stringify(schema)}; this release reads ${OLDEST} to ${SCHEMA}`);
  }
}

const OLDEST = 2;

/** Anything that says its schema, as it was read. */
export interface KeptState {
  readonly schema: number;
}

/** The state in today's shape; one that has it is given back as it is. @throws UnknownSchema */
export function upgradeState(kept: KeptState): Reopening {
  const { schema } = kept;
  if (schema === SCHEMA) return kept as Reopening;
  if (schema === 2) return fromSecond(kept as SecondState);
  throw new UnknownSchema(schema);
}

/** Rules as the releases of schema 2 kept them. */
export type SecondEdition = Omit<Edition, 'id'> & { readonly edition: string };

/** Rules in today's shape. They say no schema: those of schema 2 are known by the name of their id. */
export function upgradeEdition(kept: Edition | SecondEdition): Edition {
  if (!('edition' in kept)) return kept;
  const { programme, edition, ...rest } = kept;
  return { programme, id: edition, ...rest };
}

type SecondRound = Omit<TestRound, 'countedStage' | 'sheetsCounted'> & {
  readonly countedAt: TestRound['countedStage'];
  readonly filed: number;
};
type SecondOperation = Omit<Operation, 'rounds'> & { readonly rounds: readonly SecondRound[] };
type SecondReview = Omit<Review, 'frozenVersions' | 'departmentsAsked' | 'verdicts'> & {
  readonly frozen: Review['frozenVersions'];
  readonly asked: Review['departmentsAsked'];
  readonly acts: Review['verdicts'];
};
type SecondOrder = Omit<Order, 'child' | 'hasNews'> & { readonly started: boolean; readonly unread: boolean };
type SecondSupply = Omit<Reopening['supply'], 'orders'> & { readonly orders: readonly SecondOrder[] };

/** Schema 2, of the releases before cases were moved from one build to the next. */
export type SecondState = Omit<Reopening, 'schema' | 'edition' | 'review' | 'operation' | 'supply' | 'reminders'> & {
  readonly schema: 2;
  readonly edition: SecondEdition;
  readonly review: SecondReview;
  readonly operation: SecondOperation;
  readonly supply: SecondSupply;
  readonly nagging: Reminders;
};

function fromSecond({ nagging, ...kept }: SecondState): Reopening {
  return {
    ...kept,
    schema: SCHEMA,
    edition: upgradeEdition(kept.edition),
    review: reviewOf(kept.review),
    operation: { ...kept.operation, rounds: kept.operation.rounds.map(roundOf) },
    supply: { ...kept.supply, orders: kept.supply.orders.map(orderOf) },
    reminders: nagging,
  };
}

function reviewOf({ frozen, asked, acts, ...rest }: SecondReview): Review {
  return { ...rest, frozenVersions: frozen, departmentsAsked: asked, verdicts: acts };
}

function roundOf({ countedAt, filed, ...rest }: SecondRound): TestRound {
  return { ...rest, countedStage: countedAt, sheetsCounted: filed };
}

/** The workflow of an order ends with the run that started it; whether one is needed again PostgreSQL tells, which is asked at once. */
function orderOf({ started: _started, unread: _unread, ...rest }: SecondOrder): Order {
  return { ...rest, child: 'none', hasNews: rest.status === 'placed' };
}

/** What the releases of schema 2 kept of a case for lists and pages: the state without rules and reminders, and what follows from it. */
export type SecondView = Omit<SecondState, 'schema' | 'edition' | 'nagging'> & {
  readonly edition: { readonly programme: string; readonly edition: string };
  readonly agenda: readonly AgendaItem[];
  readonly outstanding: readonly string[];
  readonly sequence: number;
};

/** The state of which this is the view, under its rules. When a duty was last reminded of is not known. */
export function stateOfView(view: SecondView, edition: Edition): Reopening {
  const { agenda, outstanding: _outstanding, sequence: _sequence, edition: _named, ...shown } = view;
  const second = { ...shown, schema: 2 as const, nagging: remindersOf(agenda) };
  return { ...fromSecond({ ...second, edition: { ...edition, edition: edition.id } }), edition };
}

function remindersOf(agenda: readonly AgendaItem[]): Reminders {
  const told = agenda.filter((item) => item.reminded > 0 || item.overdue || item.escalated || item.urgedAt !== null);
  return Object.fromEntries(
    told.map(({ id, reminded, overdue, escalated, urgedAt }) => [
      id,
      { reminded, lastAt: null, overdue, escalated, urgedAt },
    ]),
  );
}
