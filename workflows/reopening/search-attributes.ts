/** The search attributes of a case with their values, for its start and whenever they change. */
import { defineSearchAttributeKey, type SearchAttributePair, type SearchAttributeUpdatePair } from '@temporalio/common';
import { KEYWORD_LIMIT, SDK_TYPES, SEARCH_ATTRIBUTES } from '../../contracts/case/search-attributes';
import type { Reopening } from '../../domain/case/state';
import { situationOf } from '../../domain/case/views';

type Name = keyof typeof SEARCH_ATTRIBUTES;
const KEYS = Object.fromEntries(
  Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => [name, defineSearchAttributeKey(name, SDK_TYPES[type])]),
) as { readonly [N in Name]: SearchAttributePair['key'] };

/** Null takes a value away. An empty list of owners reads as absent, as a closed case should. */
export function caseAttributes(state: Reopening, needsAttention: string | null): SearchAttributeUpdatePair[] {
  const { enterprise, edition } = state;
  const { phase, waitingOn, nextDue, overdue } = situationOf(state);
  const values: { readonly [N in Name]: unknown } = {
    ReopeningPhase: phase,
    EnterpriseName: enterprise.name.slice(0, KEYWORD_LIMIT),
    Village: enterprise.village.slice(0, KEYWORD_LIMIT),
    Edition: `${edition.programme}/${edition.id}`.slice(0, KEYWORD_LIMIT),
    WaitingOn: waitingOn,
    NextDue: nextDue === null ? null : new Date(nextDue),
    OverdueCount: overdue,
    NeedsAttention: needsAttention !== null,
  };
  return (Object.keys(KEYS) as Name[]).map(
    (name) => ({ key: KEYS[name], value: values[name] }) as SearchAttributeUpdatePair,
  );
}

/** Of the same values those that there are: a start takes no others. */
export function startAttributes(state: Reopening): SearchAttributePair[] {
  return caseAttributes(state, null).filter(({ value }) => value !== null) as SearchAttributePair[];
}

/** Any workflow of this system shows so that only a person can mend it. */
export const NEEDS_ATTENTION = defineSearchAttributeKey('NeedsAttention', SDK_TYPES[SEARCH_ATTRIBUTES.NeedsAttention]);
