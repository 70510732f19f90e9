/** What entries of a case do besides being recorded, in the same transaction: rounds are frozen, stock moves, claims are settled. */
import { word } from '../../proof/chain';
import type { Entry } from '../../domain/ledger/entry';
import type { RecordBatch } from '../../contracts/case/views';
import { orderId } from '../../contracts/case/ids';
import type { EntryType, Json } from '../../domain/ledger/entry';
import { settleClaims, touchesClaims } from './booked-days';
import { endIncident, markIncidentTaken, settleRecheck, takeStepBack } from '../testing/incidents';
import { forgetMovements } from '../people/movements';
import { tellOperator } from '../telling/outbox';
import { attempt, type Client } from '../sql/pool';
import { freezeRound } from '../testing/rounds';
import { takeSheetBack } from '../testing/sheets';
import { dispatchLines, receiveOrder, registerOrder, releaseOrder } from '../supplies/supply-orders';

/** What one entry does. Whatever it does is keyed by the entry, so that it is done once. */
type Consequence = (client: Client, entry: Entry, batch: RecordBatch) => Promise<unknown>;

const CONSEQUENCES: { readonly [T in EntryType]?: Consequence } = {
  'round-opened': (client, entry, { stream, enterprise }) =>
    freezeRound(client, {
      caseNumber: stream,
      enterprise: enterprise.id,
      round: word(entry, 'round'),
      date: word(entry, 'date'),
      test: word(entry, 'test'),
      kind: word(entry, 'kind'),
      at: entry.at,
    }),
  'incident-opened': (client, entry) => markIncidentTaken(client, word(entry, 'incident')),
  'incident-released': async (client, entry) => {
    await settleRecheck(client, word(entry, 'incident'), entry.command ?? '');
    await endIncident(client, word(entry, 'incident'));
  },
  'incident-confirmed': (client, entry) => settleRecheck(client, word(entry, 'incident'), entry.command ?? ''),
  'incident-closed': (client, entry) => endIncident(client, word(entry, 'incident')),
  // It came by signal, and its sender hears of it later: what was stored for it is taken back.
  'command-refused': async (client, { command }) => {
    if (command === undefined) return;
    await takeSheetBack(client, command);
    await takeStepBack(client, command);
    await forgetMovements(client, command);
  },
  'order-placed': (client, entry, { stream, enterprise }) =>
    registerOrder(client, {
      id: orderOf(entry),
      caseNumber: stream,
      enterprise: enterprise.id,
      number: Number(entry.details['order']),
      at: entry.at,
      lines: linesOf(entry, 'quantity'),
    }),
  'order-dispatched': (client, entry) =>
    dispatchLines(client, orderOf(entry), keyOf(entry), linesOf(entry, 'quantity')),
  'order-received': (client, entry) => receiveOrder(client, orderOf(entry), keyOf(entry), linesOf(entry, 'received')),
  // A proposal was never registered.
  'order-cancelled': async (client, entry) => {
    if (entry.details['placed'] === true) await releaseOrder(client, orderOf(entry), keyOf(entry));
  },
};

/** Whether the batch does more than stand in the ledger; nearly always it does not. */
export function hasConsequences(batch: RecordBatch): boolean {
  return touchesClaims(batch) || batch.entries.some((entry) => CONSEQUENCES[entry.type] !== undefined);
}

/**
 * Lets everything follow the entries. The ledger has what happened: what cannot follow is told to an operator, the entry stands,
 * and of its consequence nothing is done.
 */
export async function follow(
  client: Client,
  batch: RecordBatch,
  entries: readonly Entry[],
  zone: Parameters<typeof settleClaims>[3],
): Promise<void> {
  for (const entry of entries) {
    const consequence = CONSEQUENCES[entry.type];
    if (!consequence) continue;
    const refusal = await attempt(client, async () => void (await consequence(client, entry, batch)));
    if (refusal) await tellOperator(client, entry, 'consequence-failed', { ...entry.details, code: refusal.code });
  }
  if (touchesClaims(batch)) await settleClaims(client, batch, entries, zone);
}

function keyOf({ stream, sequence }: Entry): string {
  return `${stream}/${sequence}`;
}

function orderOf({ stream, details }: Entry): string {
  return orderId(stream, Number(details['order'])).slice('order/'.length);
}

function linesOf({ details }: Entry, member: 'quantity' | 'received'): { item: string; quantity: number }[] {
  const lines = Array.isArray(details['lines']) ? (details['lines'] as { readonly [key: string]: Json }[]) : [];
  return lines.map((line) => ({ item: line['item'] as string, quantity: Number(line[member]) }));
}
