/** Sends what is due on one channel: claims, words, guards, sends and settles, one message after the other, until it is told to rest. */
import type { Channel, Outcome } from '../channels/channel';
import type { Claim, Mailroom, Settlement } from './ports';
import { Unwritable, type Writer } from './writing';

/** What one round did; only counts, for they stand in Temporal. */
export interface Delivered {
  readonly sent: number;
  /** Given up, with a reason that an operator sees. */
  readonly dead: number;
  /** Not sent, for it was done meanwhile. */
  readonly dropped: number;
  /** There may be more at once. */
  readonly more: boolean;
  /** The next one may go in so many milliseconds; null when nothing is open. */
  readonly waitMs: number | null;
  /** Why the channel rests: the other side takes nothing now. */
  readonly down: string | null;
}

/** A round ends soon enough for its worker to drain, and for the Temporal UI to show how far it is. */
const ROUND_MS = 15_000;
/** A message that failed for a reason of its own is tried again after this, then after twice as long … */
const FIRST_RETRY_MS = 30_000;
/** … and at most after this: a mailbox that is full is emptied in hours. */
const LAST_RETRY_MS = 3_600_000;
/** A publish is asked about this often; its review takes from seconds to minutes. */
const ASK_MS = 10_000;

export interface Parts {
  readonly mailroom: Mailroom;
  readonly writer: Writer;
}

type Counts = { sent: number; dead: number; dropped: number };

export async function deliverRound(
  channel: Channel,
  { mailroom, writer }: Parts,
  stopping: AbortSignal,
  roundMs = ROUND_MS,
): Promise<Delivered> {
  await mailroom.spread();
  await mailroom.compose(channel.id, channel.together);
  const counts: Counts = { sent: 0, dead: 0, dropped: 0 };
  const end = Date.now() + roundMs;
  let down: { reason: string; afterMs: number | undefined } | null = null;
  let waitMs: number | null = null;
  let more = false;
  let guard: ReturnType<Writer['guard']> | undefined;
  const guarded = () => (guard ??= writer.guard());

  const sender = async (): Promise<void> => {
    for (;;) {
      if (down) return;
      if (Date.now() >= end || stopping.aborted) return void (more = true);
      const claimed = await mailroom.claim(channel.id, channel.rate);
      if (claimed === null) return;
      if ('waitMs' in claimed) return void (waitMs = claimed.waitMs);
      const outcome = await attempt(channel, claimed, writer, guarded);
      if (outcome.kind === 'retry' && outcome.channelDown) down = { reason: outcome.reason, afterMs: outcome.afterMs };
      const settlement = settlementOf(outcome, claimed, channel);
      if (await mailroom.settle(claimed, settlement)) count(counts, settlement.state);
    }
  };
  await Promise.all(Array.from({ length: channel.atOnce }, sender));
  const rest = down as { reason: string; afterMs: number | undefined } | null;
  return { ...counts, more: more && !rest, waitMs: rest?.afterMs ?? waitMs, down: rest?.reason ?? null };
}

type Attempt = (Outcome | { readonly kind: 'dropped' }) & { readonly subject?: string; readonly body?: string };

/** One message. Whatever is wrong with it alone becomes its own end: it must not hold up the others. */
async function attempt(
  channel: Channel,
  claimed: Claim,
  writer: Writer,
  guarded: () => ReturnType<Writer['guard']>,
): Promise<Attempt> {
  const ask = channel.ask?.bind(channel);
  const { receipt } = claimed;
  if (receipt !== null && ask) return spoken(() => ask(receipt));
  const message = await writer.write(claimed, channel).catch((error: unknown) => {
    if (error instanceof Unwritable) return error;
    throw error;
  });
  if (!message) return { kind: 'dropped' };
  if (message instanceof Unwritable) return { kind: 'dead', reason: `无法成文 cannot be worded: ${message.message}` };
  const words = { subject: message.subject, body: message.text };
  if (channel.reach !== 'person') {
    const found = (await guarded())([message.subject, message.text, message.markdown].join('\n'));
    // What must not leave is not kept either, where operators and officials read it.
    if (found) return { kind: 'dead', reason: `含个人信息，未发送 personal data (${found.what}): ${found.shown}` };
  }
  return { ...(await spoken(() => channel.send(message))), ...words };
}

/** A channel that fails in itself has not said anything of the other side: it is tried again, and not for ever. */
async function spoken(speak: () => Promise<Outcome>): Promise<Outcome> {
  try {
    return await speak();
  } catch (error) {
    const name = error instanceof Error ? error.name : 'unknown';
    return { kind: 'retry', channelDown: false, reason: `渠道内部错误 the channel failed (${name})` };
  }
}

function settlementOf(outcome: Attempt, { attempts, receipt: asked }: Claim, channel: Channel): Settlement {
  const { subject, body } = outcome;
  const words = { ...(subject !== undefined && { subject }), ...(body !== undefined && { body }) };
  switch (outcome.kind) {
    case 'dropped':
      return { state: 'dropped', reason: '已办结 done meanwhile' };
    case 'sent':
      return { ...words, state: 'sent', ...(outcome.receipt !== undefined && { receipt: outcome.receipt }) };
    case 'by-hand':
      return {
        ...words,
        ...{ state: 'by-hand', reason: outcome.reason },
        ...(outcome.receipt !== undefined && { receipt: outcome.receipt }),
      };
    case 'pending':
      return { ...words, state: 'pending', reason: outcome.reason, receipt: outcome.receipt, afterMs: ASK_MS };
    case 'dead':
      return { ...words, state: 'dead', reason: outcome.reason };
    case 'retry': {
      const { reason, channelDown, afterMs } = outcome;
      // The other side has it: that it cannot be asked now says nothing of the message.
      if (asked !== null) return { state: 'pending', reason, uncounted: true, afterMs: afterMs ?? ASK_MS };
      if (channelDown) return { state: 'waiting', reason, uncounted: true, ...(afterMs !== undefined && { afterMs }) };
      if (attempts >= channel.attempts)
        return { ...words, state: 'dead', reason: `${reason}; ${attempts} 次 attempts` };
      const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1));
      return { state: 'waiting', reason, afterMs: Math.max(pause, afterMs ?? 0) };
    }
  }
}

function count(counts: Counts, state: Settlement['state']): void {
  if (state === 'sent' || state === 'by-hand') counts.sent += 1;
  if (state === 'dead') counts.dead += 1;
  if (state === 'dropped') counts.dropped += 1;
}
