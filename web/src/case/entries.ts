/** Entries of a case's ledger with the words, files and people they refer to: all of them, or those of some types. */
import { useQuery } from '@tanstack/react-query';
import type { EntryType, Json } from '../../../domain/ledger/entry';
import type { CaseAnswer } from './acting/view';
import { read } from '../http/api';

export interface Entry {
  readonly sequence: number;
  readonly type: string;
  readonly at: number;
  readonly by: { readonly account: string; readonly role: string; readonly department?: string };
  readonly onBehalfOf?: string;
  readonly details: { readonly [key: string]: Json };
}

export type Entries = Pick<CaseAnswer, 'texts' | 'documents' | 'people'> & { readonly items: readonly Entry[] };

export type EntriesPage = Entries & { readonly next: number | null };

/** As many as the API gives at once. */
const PAGE = 200;

/** In their order; a long case has some thousand. */
export async function entriesOf(
  caseNumber: string,
  signal: AbortSignal,
  types?: readonly EntryType[],
): Promise<Entries> {
  let after: number | null = 0;
  const all = { items: [] as Entry[], texts: {}, documents: {}, people: {} };
  while (after !== null) {
    const query = { after, limit: PAGE, types: types?.join(',') };
    const page: EntriesPage = await read(`/reopenings/${caseNumber}/ledger`, query, signal);
    all.items.push(...page.items);
    Object.assign(all.texts, page.texts);
    Object.assign(all.documents, page.documents);
    Object.assign(all.people, page.people);
    after = page.next;
  }
  return all;
}

export function useEntries(caseNumber: string, types: readonly EntryType[]) {
  return useQuery({
    queryKey: ['entries', caseNumber, ...types],
    queryFn: ({ signal }) => entriesOf(caseNumber, signal, types),
  });
}

/** The id of a text that stands in the entry's details under that name. */
export function textIn({ details }: Pick<Entry, 'details'>, name: string): string | undefined {
  const found = details[name];
  if (found === null || typeof found !== 'object' || Array.isArray(found)) return undefined;
  const { text } = found as { readonly [key: string]: Json };
  return typeof text === 'string' ? text : undefined;
}
