/** A person's hand on a message, between whatever its channel does: only from where it makes sense, and once. */
import { TELLING_ACTS, type TellingAct } from '../../domain/telling/acts';
import { handleMessage, requestSummary, type Hand } from '../../domain/telling/deliveries';
import { Happened, holds, said } from '../support/seeded';

const happened = new Happened();
const HANDS: readonly Hand[] = ['resend', 'posted', 'close'];
const ROWS: { readonly [H in Hand]: TellingAct } = {
  resend: 'resendMessage',
  posted: 'postMessage',
  close: 'closeMessage',
};

/** What a channel makes of a message that it has; from other states it leaves it alone. */
const CHANNEL: { readonly [state: string]: readonly string[] } = {
  waiting: ['sending', 'dropped'],
  sending: ['sent', 'pending', 'waiting', 'dead', 'by-hand'],
  pending: ['sent', 'dead'],
};

/** Given up, or left to a person. */
const ENDED = ['dead', 'by-hand', 'closed'];

/** In words: what went, or what nobody needs any more, is nobody's to touch; what is under way is its channel's. */
function makesSense(hand: Hand, state: string): boolean {
  if (hand === 'resend') return ENDED.includes(state);
  if (hand === 'posted') return state === 'by-hand';
  return !['sent', 'dropped', 'closed', 'sending'].includes(state);
}

holds('a message is sent again, done by hand or closed from where that makes sense, and once', (dice) => {
  let state = 'waiting';
  for (let step = 0; step < 40; step += 1) {
    if (dice.chance(60)) {
      state = dice.ofOr(CHANNEL[state] ?? [], state);
      continue;
    }
    const hand = dice.of(HANDS);
    const { done, refused } = said(handleMessage, { id: 'm-1', state }, hand);
    happened.note(`${hand} ${refused ?? 'done'}`);
    expect(done !== undefined).toBe(makesSense(hand, state));
    if (!done) {
      expect(refused).toBe('wrong-state');
      continue;
    }
    expect(TELLING_ACTS[ROWS[hand]].causes).toEqual([done.entry.type]);
    expect(done.entry.details).toEqual({ message: 'm-1', before: state });
    // Tried again means as if for the first time; what has ended keeps its attempts.
    expect(done.afresh).toBe(done.state === 'waiting');
    expect(said(handleMessage, { id: 'm-1', state: done.state }, hand).refused).toBe('wrong-state');
    state = done.state;
  }
});

test('nothing that went is sent again, and nothing that was dropped', () => {
  for (const state of ['sent', 'dropped', 'sending', 'waiting', 'pending']) {
    expect(said(handleMessage, { id: 'm-1', state }, 'resend').refused).toBe('wrong-state');
  }
});

test('a summary that is asked for is an entry with its id', () => {
  const { entry } = requestSummary('daily-summary/1');
  expect([entry.details, [entry.type]]).toEqual([{ summary: 'daily-summary/1' }, TELLING_ACTS.requestSummary.causes]);
});

happened.expectAll(...HANDS.flatMap((hand) => [`${hand} done`, `${hand} wrong-state`]));
