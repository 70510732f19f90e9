/** The seals 封存 of the ledger for whoever wants to keep one: what proves them for everybody, what they hold for officials and operators. */
import type { IncomingMessage } from 'node:http';
import { z } from 'zod';
import { sealPage, sealView } from '../../contracts/ledger/seals';
import { findSeal, sealLines } from '../../db/ledger/seals';
import { rootFingerprint } from '../../proof/root-key';
import { shownSeal } from '../../proof/seal';
import { authenticate } from '../http/authentication';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { paging } from '../http/paging';
import { route, type Route } from '../http/route';

const TAG = 'Verification 核验';

export function sealRoutes(deps: Deps): Route[] {
  const { pool, rootPublicKey } = deps;
  const rootKey = { publicKey: rootPublicKey, fingerprint: rootFingerprint(rootPublicKey) };
  const before = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER).optional();
  return [
    route({
      method: 'get',
      path: '/seals',
      tag: TAG,
      summary: '台账封存 Seals of the ledger',
      description: 'The newest first. Each is chained to the one before and signed; no case is named.',
      access: 'public',
      query: z.strictObject({
        limit: paging.limit,
        before: before.meta({ description: '`next` of the page before 此序号之前' }),
      }),
      answers: { 200: { description: 'Seals without what they hold', schema: sealPage } },
      problems: ['database-unavailable'],
      async handle({ query }) {
        const { limit } = query;
        const found = await sealLines(pool, { before: query.before ?? null, limit: limit + 1 });
        const items = found.slice(0, limit).map(shownSeal);
        const next = found.length > limit ? (items.at(-1)?.number ?? null) : null;
        return { status: 200, body: { items, next, rootKey } };
      },
    }),
    route({
      method: 'get',
      path: '/seals/{seal}',
      tag: TAG,
      summary: '一次封存 One seal',
      description:
        'Officials and operators who are signed in get the heads that it holds. Kept as a file it is what `npm run ledger:verify -- --since FILE` compares with.',
      access: 'public',
      answers: { 200: { description: 'The seal', schema: sealView } },
      problems: ['unknown-seal', 'database-unavailable'],
      async handle({ params, request }) {
        const seal = await findSeal(pool, Number(params['seal']));
        if (!seal) throw new Problem('unknown-seal');
        const { heads, ...line } = shownSeal(seal);
        return { status: 200, body: { ...line, ...((await seesHeads(deps, request)) && { heads }) } };
      },
    }),
  ];
}

/** Heads name cases: nobody who is not signed in sees them, nor does somebody whose session has ended. */
async function seesHeads({ pool }: Deps, request: IncomingMessage): Promise<boolean> {
  try {
    const { role } = await authenticate(pool, request);
    return role === 'official' || role === 'operator';
  } catch (error) {
    if (error instanceof Problem && error.code === 'unauthenticated') return false;
    throw error;
  }
}
