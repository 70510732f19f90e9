/** A person's hand on a message that its channel has ended with: sent again, done by hand, closed; and the daily summary on request. */
import type { OutsideAct, OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';

export interface Message {
  readonly id: string;
  readonly state: string;
}

export type Hand = 'resend' | 'posted' | 'close';

interface Handling {
  readonly from: readonly string[];
  readonly to: 'waiting' | 'sent' | 'closed';
  readonly type: OutsideAct;
}

const HANDLING: { readonly [H in Hand]: Handling } = {
  resend: { from: ['dead', 'by-hand', 'closed'], to: 'waiting', type: 'message-resent' },
  // A person has done the last step by hand.
  posted: { from: ['by-hand'], to: 'sent', type: 'message-posted' },
  close: { from: ['dead', 'by-hand', 'waiting', 'pending'], to: 'closed', type: 'message-closed' },
};

export interface Handled {
  readonly state: Handling['to'];
  /** It goes as if for the first time: attempts and receipt are forgotten. */
  readonly afresh: boolean;
  readonly entry: OutsideEntry;
}

/** @throws Refused `wrong-state` */
export function handleMessage({ id, state }: Message, hand: Hand): Handled {
  const { from, to, type } = HANDLING[hand];
  if (!from.includes(state)) refuseOutside('wrong-state', { status: state });
  return { state: to, afresh: to === 'waiting', entry: { type, details: { message: id, before: state } } };
}

/** The town's day on request, whatever the schedule does. */
export function requestSummary(summary: string): { readonly entry: OutsideEntry } {
  return { entry: { type: 'summary-requested', details: { summary } } };
}
