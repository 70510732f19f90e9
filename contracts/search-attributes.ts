/** The search attributes of a case and their types: registered by workers and the embedded server, upserted by the case. */
export const SEARCH_ATTRIBUTES = {
  ReopeningPhase: 'Keyword',
  EnterpriseName: 'Keyword',
  Village: 'Keyword',
  Edition: 'Keyword',
  WaitingOn: 'KeywordList',
  NextDue: 'Datetime',
  OverdueCount: 'Int',
  NeedsAttention: 'Bool',
} as const;

/** A value Temporal accepts has at most this many characters (server limit for Keyword). */
export const KEYWORD_LIMIT = 255;
