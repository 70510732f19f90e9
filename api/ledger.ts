/** The ledger 台账 for readers: of a case for those who may see it, of any stream for officials and operators. */
import { z } from 'zod';
import { ledgerPage } from '../contracts/resources';
import { seesOrdersOnly, visibleEntry } from '../domain/authorisation';
import { findProjection } from '../db/cases';
import { readEntries, type Recorded } from '../db/ledger';
import type { Entry } from '../contracts/ledger';
import type { Deps } from './deps';
import { paging } from './reading';
import { resolved } from './references';
import { route, type Route, type SignedIn } from './route';
import { caseFor } from './visibility';

const pages = {
  limit: paging.limit,
  after: z.coerce
    .number()
    .int()
    .min(0)
    .max(Number.MAX_SAFE_INTEGER)
    .default(0)
    .meta({ description: 'Entries after this number 此序号之后' }),
};
export const streamName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,79}$/, { message: 'is not a stream 不是有效的台账' })
  .meta({ description: 'A case number, `accounts`, `enterprises` … 台账名' });

export function ledgerRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/reopenings/{case}/ledger',
      tag: 'Ledger 台账',
      summary: '事项台账 Ledger of a case',
      description:
        'In order. Hashes are left out for enterprises: with them the verdicts of a round in course could be guessed.',
      access: 'account',
      query: z.strictObject(pages),
      answers: { 200: { description: 'Entries with the words they refer to', schema: ledgerPage } },
      problems: ['unknown-case'],
      async handle({ by, params, query, asOf }) {
        const { caseNumber } = await caseFor(pool, by, params['case'] ?? '');
        const all = await entriesOf(deps, caseNumber, query);
        const found = seesOrdersOnly(by) ? { ...all, entries: all.entries.filter(isOfOrders) } : all;
        // Read after the entries: of a round that they begin, the projection knows.
        const recorded = await findProjection(pool, caseNumber);
        const show = (entry: Entry) => shownTo(by, recorded ? visibleEntry(entry, by, recorded.view.review) : entry);
        return { status: 200, body: { ...(await page(deps, caseNumber, found, by, show)), asOf } };
      },
    }),
    route({
      method: 'get',
      path: '/ledger',
      tag: 'Ledger 台账',
      summary: '台账 Ledger of any stream',
      access: ['official', 'operator'],
      query: z.strictObject({ ...pages, stream: streamName }),
      answers: { 200: { description: 'Entries with the words they refer to', schema: ledgerPage } },
      async handle({ by, query, asOf }) {
        const found = await entriesOf(deps, query.stream, query);
        return { status: 200, body: { ...(await page(deps, query.stream, found, by, (entry) => entry)), asOf } };
      },
    }),
  ];
}

/** The next entry's `previous` is this one's hash, and the hash of a short entry can be found by trying. */
function shownTo(by: SignedIn, entry: object): object {
  if (by.role !== 'enterprise') return entry;
  const { hash: _hash, previous: _previous, ...shown } = entry as Partial<Entry>;
  return shown;
}

function isOfOrders({ entry }: Recorded): boolean {
  return entry.type.startsWith('order-');
}

interface Page {
  readonly entries: readonly Recorded[];
  readonly next: number | null;
}

async function entriesOf(
  { pool }: Deps,
  stream: string,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<Page> {
  const found = await readEntries(pool, { stream, after, limit: limit + 1 });
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? (entries.at(-1)?.entry.sequence ?? null) : null };
}

async function page(
  { pool }: Deps,
  stream: string,
  { entries, next }: Page,
  reader: SignedIn,
  show: (entry: Entry) => object,
) {
  const items = entries.map(({ entry, recordedAt }) => ({ ...show(entry), recordedAt }));
  return { items, ...(await resolved(pool, items, { stream, reader })), next };
}
