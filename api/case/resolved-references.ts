/** The ids that a view or an entry carries, and what they stand for: people, and those words and files that are the reader's to read. */
import { documentsById } from '../../db/documents/documents';
import { namesOf } from '../../db/accounts/accounts';
import type { Queryable } from '../../db/sql/pool';
import { readTexts } from '../../db/documents/texts';
import type { Account } from '../../domain/ledger/entry';
import { viewOfAccount } from '../accounts/sessions';

interface Found {
  readonly texts: Set<string>;
  readonly documents: Set<string>;
  readonly people: Set<string>;
}

/** Every account's id begins so (db/accounts/accounts, api/accounts/trial, scripts/account). */
const ACCOUNT_ID = /^a-[a-z0-9-]+$/;

function collect(value: unknown, found: Found): void {
  if (typeof value === 'string' && ACCOUNT_ID.test(value)) found.people.add(value);
  if (typeof value !== 'object' || value === null) return;
  const { text, document, hmac } = value as { text?: unknown; document?: unknown; hmac?: unknown };
  if (typeof text === 'string' && typeof hmac === 'string') found.texts.add(text);
  if (typeof document === 'string' && typeof hmac === 'string') found.documents.add(document);
  for (const inner of Object.values(value)) collect(inner, found);
}

const nothing = (): Found => ({ texts: new Set(), documents: new Set(), people: new Set() });

interface Shown {
  /** All that is answered. */
  readonly whole: unknown;
  /** The parts of it whose words and files the reader may have. */
  readonly readable: readonly unknown[];
}

/** What is not attached to the case yet is shown to its author only. */
export async function resolved(
  db: Queryable,
  { whole, readable }: Shown,
  { stream, reader }: { stream: string; reader: Account },
) {
  const [named, found] = [nothing(), nothing()];
  collect(whole, named);
  collect(readable, found);
  const [texts, documents, people] = await Promise.all([
    readTexts(db, [...found.texts], { stream, reader: reader.account }),
    documentsById(db, [...found.documents], { erased: true }),
    namesOf(db, [...named.people]),
  ]);
  const files = documents.filter(
    (one) => one.stream === stream || (one.stream === null && one.author === reader.account),
  );
  return {
    texts,
    documents: Object.fromEntries(files.map(({ id, name, mediaType, bytes }) => [id, { name, mediaType, bytes }])),
    people: Object.fromEntries(people.map((one) => [one.account, viewOfAccount(one)])),
  };
}
