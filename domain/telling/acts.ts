/** Who may do what with bulletins, messages of the outbox and the daily summary, and what the ledger has of it. */
import type { OutsideRow } from '../ledger/outside-acts';

const ROWS = {
  draftBulletin: { by: ['official'], causes: ['bulletin-drafted'] },
  // At its time the system publishes it, which is an entry of its own.
  scheduleBulletin: { by: ['official'], causes: ['bulletin-scheduled', 'bulletin-published'] },
  urgeBulletin: { by: ['official'], causes: ['bulletin-urged'] },
  withdrawBulletin: { by: ['official'], causes: ['bulletin-withdrawn'], dangerous: true },
  resendMessage: { by: ['operator'], causes: ['message-resent'] },
  postMessage: { by: ['operator', 'official'], causes: ['message-posted'] },
  closeMessage: { by: ['operator'], causes: ['message-closed'] },
  requestSummary: { by: ['official'], causes: ['summary-requested'] },
} as const satisfies Record<string, OutsideRow>;

export type TellingAct = keyof typeof ROWS;
/** Each with all roles for its type, so that any role can be looked for in it. */
export const TELLING_ACTS: { readonly [A in TellingAct]: OutsideRow } = ROWS;
