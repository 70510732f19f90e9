/** For whoever keeps the system running: what is stuck or could not be sent, where to look in the Temporal UI, the search of the ledger. */
import { ServiceError, type Client } from '@temporalio/client';
import { z } from 'zod';
import { auditEntry, operationsView } from '../../contracts/operations/operations';
import { pageOfItems } from '../../contracts/http/answers';
import { oneLine } from '../../contracts/http/fields';
import { messagesByState, searchLedger } from '../../db/figures/board';
import { discrepancies, lastPass } from '../../db/operations/discrepancies';
import type { Pool } from '../../db/sql/pool';
import { refusedCases } from '../../db/ledger/refusals';
import { entryPosition } from '../figures/board';
import type { Deps } from '../http/deps';
import { streamName } from '../ledger/ledger';
import { pageOf, paging, positionOf } from '../http/paging';
import { route, type Route } from '../http/route';

const TAG = 'Operations 运维';
const readers = ['operator', 'official'] as const;
/** A page is waited for no longer. */
const TEMPORAL_MS = 3_000;
/** More stuck cases than one looks at; the ready-made query shows them all. */
const MOST_STUCK = 50;

/** What an operator looks for in the Temporal UI (docs/operations.md). */
const QUERIES = [
  { zh: '需要人工处理', en: 'Needs attention', query: 'NeedsAttention = true' },
  { zh: '有逾期', en: 'With something overdue', query: 'OverdueCount > 0' },
  { zh: '会签中', en: 'In sign-off', query: 'ReopeningPhase = "sign-offs"' },
  { zh: '复工运行', en: 'Operating', query: 'ReopeningPhase = "operating"' },
  { zh: '停工', en: 'Suspended', query: 'ReopeningPhase = "suspended"' },
  { zh: '失败', en: 'Failed', query: 'ExecutionStatus = "Failed"' },
  { zh: '外发渠道', en: 'Channels', query: 'WorkflowType = "noticeChannel"' },
] as const;

export function operationRoutes({ pool, temporal, temporalUi }: Deps): Route[] {
  const { namespace } = temporal.options;
  const addressOf = (query: string) =>
    temporalUi === null
      ? null
      : `${temporalUi}/namespaces/${encodeURIComponent(namespace)}/workflows?query=${encodeURIComponent(query)}`;
  return [
    route({
      method: 'get',
      path: '/operations',
      tag: TAG,
      summary: '运行状况 How it runs',
      access: readers,
      answers: { 200: { description: 'Now', schema: operationsView } },
      async handle() {
        const [messages, refused, reconciler, workflows, needsAttention] = await Promise.all([
          messagesByState(pool),
          refusedCases(pool, MOST_STUCK),
          reconcilerState(pool),
          unlessAway(temporal, countWorkflows),
          unlessAway(temporal, stuckCases),
        ]);
        const links = QUERIES.map(({ zh, en, query }) => ({ name: { zh, en }, query, url: addressOf(query) }));
        const ledgerRefuses = refused.map((one) => ({ ...one, since: one.since.toISOString() }));
        return {
          status: 200,
          body: { messages, ledgerRefuses, reconciler, workflows, needsAttention, temporalUi, links },
        };
      },
    }),
    route({
      method: 'get',
      path: '/audit',
      tag: TAG,
      summary: '台账检索 Search of the ledger',
      description: 'Over all streams, newest first; hashes and details are read in the ledger itself.',
      access: readers,
      query: z.strictObject({
        ...paging,
        account: oneLine(80, 'Id, login or part of the name 账号或姓名').optional(),
        type: z
          .string()
          .regex(/^[a-z-]{1,60}$/)
          .optional()
          .meta({ description: 'Type of entry 类型' }),
        stream: streamName.optional(),
        from: z.iso.datetime({ offset: true }).optional().meta({ description: 'Recorded since 起' }),
        to: z.iso.datetime({ offset: true }).optional().meta({ description: 'Recorded before 止' }),
      }),
      answers: { 200: { description: 'Entries', schema: pageOfItems(auditEntry) } },
      async handle({ query: { cursor, ...filter }, asOf }) {
        const found = await searchLedger(pool, { ...filter, after: positionOf(cursor, entryPosition) });
        const { items, next } = pageOf(found, filter.limit, (last) => [
          last.recordedAt.toISOString(),
          last.stream,
          last.sequence,
        ]);
        const shown = items.map(({ account, role, name, ...entry }) => ({ ...entry, by: { account, role, name } }));
        return { status: 200, body: { items: shown, next, asOf } };
      },
    }),
  ];
}

async function reconcilerState(pool: Pool) {
  const [last, found] = await Promise.all([lastPass(pool), discrepancies(pool, MOST_STUCK)]);
  return {
    lastPass: last ? { endedAt: last.endedAt.toISOString(), tookMs: last.tookMs, found: last.found } : null,
    isLate: last?.isLate ?? true,
    discrepancies: found.map(({ since, lastSeen, goneSince, ...one }) => ({
      ...one,
      since: since.toISOString(),
      lastSeen: lastSeen.toISOString(),
      goneSince: goneSince?.toISOString() ?? null,
    })),
  };
}

async function unlessAway<T>(temporal: Client, ask: (temporal: Client) => Promise<T>): Promise<T | null> {
  try {
    return await temporal.withDeadline(Date.now() + TEMPORAL_MS, () => ask(temporal));
  } catch (error) {
    if (error instanceof ServiceError) return null;
    throw error;
  }
}

const TYPES = ['reopening', 'supplyOrder', 'bulletin', 'noticeChannel', 'dailySummary'] as const;

async function countWorkflows(temporal: Client): Promise<{ type: string; status: string; count: number }[]> {
  const counted = await Promise.all(
    TYPES.map(async (type) => {
      const { groups } = await temporal.workflow.count(`WorkflowType = "${type}" GROUP BY ExecutionStatus`);
      return groups.map(({ count, groupValues: [status] }) => ({ type, status: String(status), count }));
    }),
  );
  return counted.flat();
}

async function stuckCases(temporal: Client): Promise<{ caseNumber: string; enterprise: string }[]> {
  const found: { caseNumber: string; enterprise: string }[] = [];
  for await (const { memo, searchAttributes } of temporal.workflow.list({ query: 'NeedsAttention = true' })) {
    const [enterprise = ''] = (searchAttributes['EnterpriseName'] ?? []) as string[];
    const { caseNumber = '' } = (memo ?? {}) as { caseNumber?: string };
    found.push({ caseNumber, enterprise });
    if (found.length === MOST_STUCK) break;
  }
  return found;
}
