/** What became of a bulletin for each recipient, `/bulletins/{bulletin}/receipts`. */
import { z } from 'zod';
import { receiptsView, type RECEIPT_STATES } from '../../contracts/telling/bulletins';
import { CHANNEL_NAMES } from '../../contracts/telling/channel-ids';
import type { DeliveryState } from '../../contracts/telling/notices';
import type { Role } from '../../domain/ledger/entry';
import { findBulletin } from '../../db/telling/bulletins';
import { elsewhereOf, receiptsOf, type RecipientRow } from '../../db/telling/receipts';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import { route, type Route } from '../http/route';

const readers: readonly Role[] = ['official', 'operator'];
type State = (typeof RECEIPT_STATES)[number];

export function receiptRoutes({ pool, programme }: Deps): Route[] {
  return [
    route({
      method: 'get',
      path: '/bulletins/{bulletin}/receipts',
      tag: 'Bulletins 简报',
      summary: '简报回执 Receipts of a bulletin',
      description:
        'Per account of the audience as it was when the bulletin was published: sent by mail, delivered and read in the console, or why not.',
      access: readers,
      query: z.strictObject({}),
      answers: { 200: { description: 'The receipts', schema: receiptsView } },
      problems: ['unknown-bulletin'],
      async handle({ params }) {
        const bulletin = params['bulletin'] ?? '';
        if (!(await findBulletin(pool, bulletin))) throw new Problem('unknown-bulletin');
        const recipients = (await receiptsOf(pool, bulletin)).map(shownOf);
        const elsewhere = (await elsewhereOf(pool, bulletin)).map(({ destination, ...one }) => ({
          ...one,
          to: programme.channels.groups.find(({ id }) => id === destination)?.name ?? CHANNEL_NAMES[one.channel],
        }));
        return { status: 200, body: { totals: totalsOf(recipients), recipients, elsewhere } };
      },
    }),
  ];
}

const GONE: readonly DeliveryState[] = ['dead', 'dropped', 'closed'];

function shownOf({ enterprise, name, account, readAt, channels }: RecipientRow) {
  return {
    ...{ enterprise, name, account, channels },
    state: stateOf({ account, readAt, channels }),
    readAt: readAt?.toISOString() ?? null,
  };
}

/** The furthest that it has come on any way. */
function stateOf({ account, readAt, channels }: Pick<RecipientRow, 'account' | 'readAt' | 'channels'>): State {
  if (readAt !== null) return 'read';
  const is = (channel: string, state: DeliveryState) =>
    channels.some((one) => one.channel === channel && one.state === state);
  if (is('console', 'sent')) return 'delivered';
  if (is('email', 'sent')) return 'sent';
  if (account === null || channels.every(({ state }) => GONE.includes(state))) return 'unreachable';
  return 'waiting';
}

/** By enterprise: it is reached when one of its accounts is. */
function totalsOf(recipients: readonly { readonly enterprise: string; readonly state: State }[]) {
  const of = (states: readonly State[]) =>
    new Set(recipients.filter(({ state }) => states.includes(state)).map(({ enterprise }) => enterprise));
  const enterprises = new Set(recipients.map(({ enterprise }) => enterprise));
  const [alive, reached] = [of(['waiting', 'sent', 'delivered', 'read']), of(['sent', 'delivered', 'read'])];
  return {
    enterprises: enterprises.size,
    reached: reached.size,
    read: of(['read']).size,
    unreachable: [...enterprises].filter((one) => !alive.has(one)).length,
  };
}
