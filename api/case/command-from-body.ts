/** Turns a checked body into a command that may travel: words become references, names become what PostgreSQL knows. */
import { createHmac, randomBytes } from 'node:crypto';
import { FreeText, NamedAccount, NamedDocument, NamedPerson } from '../../contracts/http/fields';
import type { FieldMistake } from '../../contracts/words/problems';
import type { Account, DocumentRef } from '../../domain/ledger/entry';
import { accountsById } from '../../db/accounts/accounts';
import { documentsById } from '../../db/documents/documents';
import { activeAmong } from '../../db/people/people';
import type { Queryable } from '../../db/sql/pool';
import type { NewText } from '../../db/documents/texts';
import { pointerTo } from '../http/json-body';
import { Problem } from '../http/error-mapper';

interface Marked {
  readonly accounts: { readonly id: string; readonly pointer: string }[];
  readonly documents: { readonly id: string; readonly pointer: string }[];
  readonly people: { readonly id: string; readonly pointer: string }[];
}

interface Known {
  readonly accounts: ReadonlyMap<string, Account>;
  readonly documents: ReadonlyMap<string, DocumentRef>;
}

/**
 * The body with references, and the texts that are to be stored before it is sent.
 * @throws Problem `unknown-reference` with a pointer for each account or document that cannot be named, `document-attached`
 */
export async function refer(
  db: Queryable,
  body: unknown,
  { by, caseNumber, enterprise }: { by: Account; caseNumber: string; enterprise: string },
): Promise<{ body: object; texts: NewText[] }> {
  const marked: Marked = { accounts: [], documents: [], people: [] };
  collect(body, [], marked);
  const mistakes: FieldMistake[] = [];
  const accounts = await knownAccounts(db, marked, mistakes);
  const documents = await knownDocuments(db, marked, { by, caseNumber }, mistakes);
  await requirePeople(db, marked, enterprise, mistakes);
  if (mistakes.length > 0) throw new Problem('unknown-reference', {}, mistakes);
  const texts: NewText[] = [];
  return { body: replaced(body, { accounts, documents }, texts) as object, texts };
}

function collect(value: unknown, path: readonly PropertyKey[], marked: Marked): void {
  if (value instanceof NamedAccount) marked.accounts.push({ id: value.id, pointer: pointerTo(path) });
  else if (value instanceof NamedPerson) marked.people.push({ id: value.id, pointer: pointerTo(path) });
  else if (value instanceof NamedDocument) marked.documents.push({ id: value.id, pointer: pointerTo(path) });
  else if (typeof value === 'object' && value !== null && !(value instanceof FreeText)) {
    for (const [key, member] of Object.entries(value)) collect(member, [...path, key], marked);
  }
}

async function knownAccounts(
  db: Queryable,
  { accounts }: Marked,
  mistakes: FieldMistake[],
): Promise<Known['accounts']> {
  if (accounts.length === 0) return new Map();
  const known = await accountsById(
    db,
    accounts.map((one) => one.id),
  );
  for (const { id, pointer } of accounts) {
    if (!known.has(id)) mistakes.push({ pointer, reason: 'is no account that can act 没有可用的账号' });
  }
  return known;
}

/** People of the case's enterprise who have not left. */
async function requirePeople(
  db: Queryable,
  { people }: Marked,
  enterprise: string,
  mistakes: FieldMistake[],
): Promise<void> {
  if (people.length === 0) return;
  const active = await activeAmong(
    db,
    enterprise,
    people.map((one) => one.id),
  );
  for (const { id, pointer } of people) {
    if (!active.has(id))
      mistakes.push({ pointer, reason: 'is nobody on the roster of the enterprise 花名册中没有此人' });
  }
}

/** One's own files, and those of the case: what belongs to another case may not be shared between them (docs/ARCHITECTURE.md#four-ideas). */
async function knownDocuments(
  db: Queryable,
  { documents }: Marked,
  { by, caseNumber }: { by: Account; caseNumber: string },
  mistakes: FieldMistake[],
): Promise<Known['documents']> {
  const known = new Map<string, DocumentRef>();
  if (documents.length === 0) return known;
  const rows = await documentsById(
    db,
    documents.map((one) => one.id),
  );
  for (const { id: document, author, hmac, stream } of rows) {
    if (stream !== caseNumber && author !== by.account) continue;
    if (stream !== null && stream !== caseNumber) throw new Problem('document-attached', { document });
    known.set(document, { document, hmac });
  }
  for (const { id, pointer } of documents) {
    if (!known.has(id)) mistakes.push({ pointer, reason: 'is no document of yours or of the case 没有此文件' });
  }
  return known;
}

function replaced(value: unknown, known: Known, texts: NewText[]): unknown {
  if (value instanceof FreeText) return textRef(value.words, texts);
  if (value instanceof NamedAccount) return known.accounts.get(value.id);
  if (value instanceof NamedPerson) return value.id;
  if (value instanceof NamedDocument) return known.documents.get(value.id);
  if (Array.isArray(value)) return value.map((item) => replaced(item, known, texts));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, replaced(member, known, texts)]));
}

/** A random id, and an HMAC under a random key that stays beside the words and is erased with them. */
function textRef(words: string, texts: NewText[]): { text: string; hmac: string } {
  const id = `t-${randomBytes(16).toString('hex')}`;
  const key = randomBytes(32);
  const hmac = createHmac('sha256', key).update(words).digest('hex');
  texts.push({ id, key, hmac, body: words });
  return { text: id, hmac };
}
