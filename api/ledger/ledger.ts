/** The ledger 台账 for readers: of a case for those who may see it, of any stream for officials and operators. */
import { z } from 'zod';
import { ledgerPage } from '../../contracts/ledger/ledger';
import { mayRead, reportShown, type Scene } from '../../domain/case/audience';
import { seesOrdersOnly, visibleEntry } from '../../domain/case/visibility';
import { ENTRY_TYPES, type EntryType, type Entry } from '../../domain/ledger/entry';
import { findProjection } from '../../db/case/cases';
import { readEntries, type Recorded } from '../../db/ledger/ledger';
import type { Deps } from '../http/deps';
import { paging } from '../http/paging';
import { resolved } from '../case/resolved-references';
import { route, type Route, type SignedIn } from '../http/route';
import { caseFor, sceneOf } from '../case/visibility';

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

/** What a page of the console reads at once; all types together are the whole ledger. */
const MOST_TYPES = 20;
const isType = (name: string): name is EntryType => (ENTRY_TYPES as readonly string[]).includes(name);
const types = z
  .string()
  .max(600)
  .transform((text) => text.split(','))
  .refine((names) => names.length <= MOST_TYPES && names.every(isType), {
    message: 'is not a list of types of entries 不是有效的记录类型',
  })
  .transform((names) => names.filter(isType))
  .optional()
  .meta({ description: 'Only entries of these types, separated by commas 只列这些类型' });

export function ledgerRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'get',
      path: '/reopenings/{case}/ledger',
      tag: 'Ledger 台账',
      summary: '事项台账 Ledger of a case',
      description:
        'In order, with the words and files that are the reader’s to read. Officials alone get hashes: with them what is not shown could be guessed.',
      access: 'account',
      query: z.strictObject({ ...pages, types }),
      answers: { 200: { description: 'Entries with the words they refer to', schema: ledgerPage } },
      problems: ['unknown-case'],
      async handle({ by, params, query, asOf }) {
        const { caseNumber } = await caseFor(pool, by, params['case'] ?? '');
        const all = await entriesOf(deps, caseNumber, query);
        const found = seesOrdersOnly(by) ? { ...all, entries: all.entries.filter(isOfOrders) } : all;
        // Read after the entries: of a round that they begin, the projection knows.
        const recorded = await findProjection(pool, caseNumber);
        const scene = recorded && (await sceneOf(deps, recorded.view));
        const show = (entry: Entry) => (scene ? shownTo(by, entry, scene) : entry);
        return { status: 200, body: { ...(await page(deps, caseNumber, found, { by, scene, show })), asOf } };
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
        const recorded = await findProjection(pool, query.stream);
        const scene = recorded && (await sceneOf(deps, recorded.view));
        const show = (entry: Entry) => entry;
        return { status: 200, body: { ...(await page(deps, query.stream, found, { by, scene, show })), asOf } };
      },
    }),
  ];
}

/** The next entry's `previous` is this one's hash, and the hash of a short entry can be found by trying. */
function shownTo(by: SignedIn, entry: Entry, scene: Scene): object {
  const seen = visibleEntry(reportShown(entry, by, scene), by, scene.case.review);
  if (by.role === 'official') return seen;
  const { hash: _hash, previous: _previous, ...shown } = seen;
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
  { after, limit, types: only }: { after: number; limit: number; types?: readonly EntryType[] | undefined },
): Promise<Page> {
  const found = await readEntries(pool, { stream, after, limit: limit + 1, types: only });
  const entries = found.slice(0, limit);
  return { entries, next: found.length > limit ? (entries.at(-1)?.entry.sequence ?? null) : null };
}

interface Reading {
  readonly by: SignedIn;
  /** Undefined for a stream outside a case, whose words nobody has to be kept from, and for a case of which nothing is recorded. */
  readonly scene: Scene | undefined;
  readonly show: (entry: Entry) => object;
}

async function page({ pool }: Deps, stream: string, { entries, next }: Page, { by, scene, show }: Reading) {
  const items = entries.map(({ entry, recordedAt }) => ({ ...show(entry), recordedAt }));
  const readable = entries.filter(({ entry }) => !scene || mayRead(entry, by, scene)).map(({ entry }) => entry.details);
  return { items, ...(await resolved(pool, { whole: items, readable }, { stream, reader: by })), next };
}
