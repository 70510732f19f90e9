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

/** The same types as the SDK's client writes them. */
export const SDK_TYPES = {
  Keyword: 'KEYWORD',
  KeywordList: 'KEYWORD_LIST',
  Datetime: 'DATETIME',
  Int: 'INT',
  Bool: 'BOOL',
} as const;

/** A value Temporal accepts has at most this many characters (server limit for Keyword). */
export const KEYWORD_LIMIT = 255;
