/** Who is told what and not before when: from the entries and the agenda of a case to the notices for its outbox. Texts come from the programme. */
import type { AgendaItem, DutyKind } from '../case/agenda';
import { outOfQuiet } from '../calendar/calendar';
import type { Instant } from '../programme/edition';
import type { EntryType, Json } from '../ledger/entry';
import type { Reopening } from '../case/state';
import type { Entry } from '../ledger/entry';
import type { NoticeKind } from './notices';

/** One thing for one recipient. */
export interface Told {
  /** Unique: the same entry, or the same duty, makes the same notice once. */
  readonly key: string;
  readonly kind: NoticeKind;
  /** An owner of the agenda or `account/<id>`. */
  readonly recipient: string;
}

export interface Notice extends Told {
  /** The entry that it tells of; of a duty, the last one recorded with it. */
  readonly sequence: number;
  /** The case's time. */
  readonly at: Instant;
  /** Out of the quiet hours, in the case's time; what is urgent goes at any hour. */
  readonly notBefore: Instant;
  readonly urgent: boolean;
  /** It is told only as long as this duty is owed. */
  readonly duty: string | null;
  readonly details: { readonly [key: string]: Json };
}

type Recipients = (entry: Entry) => readonly string[];
interface Telling {
  readonly kind: NoticeKind;
  readonly recipients: Recipients;
}

/** A detail that should name someone; `operator` where it does not: nobody unheard of, and no entry that cannot be recorded. */
function named({ details }: Entry, key: string, prefix = ''): string {
  const value = details[key];
  return typeof value === 'string' ? `${prefix}${value}` : 'operator';
}

/** A detail that lists owners. */
function told({ details }: Entry, key: string): readonly string[] {
  const value = details[key];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : ['operator'];
}

/** The owner of the duty, narrowed to one account when it is known. */
const owner: Recipients = (entry) => [
  typeof entry.details['account'] === 'string' ? named(entry, 'account', 'account/') : named(entry, 'owner'),
];
const enterprise: Recipients = () => ['enterprise'];
const everyoneConcerned: Recipients = () => ['enterprise', 'official', 'village'];
const account =
  (key: string): Recipients =>
  (entry) => [named(entry, key, 'account/')];

/** Phases into and out of which an entry of its own leads, which is told instead. */
const TOLD_BY_THEIR_ACT: ReadonlySet<unknown> = new Set(['suspended', 'completed', 'withdrawn', 'refused']);

const signed: Telling = { kind: 'signed', recipients: () => ['enterprise', 'official'] };
const stationed = (key: string): Telling => ({ kind: 'stationed', recipients: account(key) });
const missed: Recipients = (entry) =>
  entry.details['missed'] === true ? ['enterprise', 'liaison', named(entry, 'escalatedTo')] : [];

/** What makes nothing but a duty is told by it (`duty-assigned`); entries that stand here make no duty, or announce it themselves. */
const TOLD: { readonly [T in EntryType]?: Telling | (T extends NoticeKind ? Recipients : never) } = {
  'requirement-failed': enterprise,
  'notice-issued': enterprise,
  copied: account('to'),
  urged: owner,
  // Neutral: until the round has ended the enterprise may not know how a department has acted (docs/domain.md#sign-offs).
  approved: signed,
  'approved-with-conditions': signed,
  returned: signed,
  vetoed: everyoneConcerned,
  'phase-entered': (entry) =>
    [entry.details['from'], entry.details['to']].some((phase) => TOLD_BY_THEIR_ACT.has(phase))
      ? []
      : everyoneConcerned(entry),
  'liaison-assigned': { kind: 'stationed', recipients: (entry) => ['enterprise', ...account('liaison')(entry)] },
  'stand-in-named': stationed('liaison'),
  'handed-over': stationed('to'),
  'round-opened': enterprise,
  'untested-listed': () => ['enterprise', 'liaison'],
  'round-counted': { kind: 'round-missed', recipients: missed },
  // In the order of the emergency plan's list, epidemic control first.
  'incident-opened': (entry) => told(entry, 'tell'),
  'incident-confirmed': (entry) => told(entry, 'tell'),
  'incident-released': everyoneConcerned,
  'order-dispatched': enterprise,
  'order-cancelled': () => ['storekeeper', 'enterprise'],
  'sampler-certified': enterprise,
  suspended: everyoneConcerned,
  lifted: everyoneConcerned,
  'alarm-raised': (entry) => told(entry, 'tell'),
  'duty-overdue': owner,
  'duty-reminded': owner,
  'duty-escalated': (entry) => [...owner(entry), named(entry, 'to')],
  completed: everyoneConcerned,
  withdrawn: everyoneConcerned,
  'command-refused': ({ by }) => [`account/${by.account}`],
};

/** Duties that an entry tells the same people of already: `round-opened`, `round-missed`, `notice-issued`. */
const ANNOUNCED: ReadonlySet<DutyKind> = new Set(['test', 'untested', 'rectification']);
/** These do not wait for the morning: people may be in danger, or somebody believes an act done that is not. */
const URGENT: ReadonlySet<NoticeKind> = new Set([
  'incident-opened',
  'incident-confirmed',
  'suspended',
  'untested-listed',
  'alarm-raised',
  'command-refused',
]);
const ROUND_DUTY: { readonly [T in EntryType]?: DutyKind } = { 'round-opened': 'test' };

/** What one entry tells, to each recipient once. */
export function toldBy(entry: Entry): Told[] {
  const telling: Telling | Recipients | undefined = TOLD[entry.type];
  if (!telling) return [];
  const { kind, recipients } =
    typeof telling === 'function' ? { kind: entry.type as NoticeKind, recipients: telling } : telling;
  return [...new Set(recipients(entry))].map((recipient) => ({
    key: `${entry.stream}/${entry.sequence}/${kind}/${recipient}`,
    kind,
    recipient,
  }));
}

/** Whether the key is a duty's: it may come again after a crash, and is put into the outbox once. */
export function isOfDuty(key: string): boolean {
  return key.includes('/duty/');
}

/** What the entries tell, each to whom it concerns. */
export function noticesOf(state: Reopening, entries: readonly Entry[]): Notice[] {
  return entries.flatMap((entry) => noticesOfEntry(state, entry));
}

/** What `items` tell whoever owes them, or will; `head` is the number of the ledger's last entry. */
export function noticesOfDuties(state: Reopening, items: readonly AgendaItem[], head: number): Notice[] {
  return items.filter(({ kind }) => !ANNOUNCED.has(kind)).map((item) => noticeOfDuty(state, item, head));
}

function noticesOfEntry({ edition }: Reopening, entry: Entry): Notice[] {
  const { sequence, at, details, type } = entry;
  return toldBy(entry).map((told) => {
    const urgent = URGENT.has(told.kind);
    const duty = details['duty'] ?? (ROUND_DUTY[type] ? `${ROUND_DUTY[type]}/${named(entry, 'round')}` : null);
    return {
      ...told,
      ...{ sequence, at, urgent, details },
      notBefore: urgent ? at : outOfQuiet(at, edition),
      duty: typeof duty === 'string' ? duty : null,
    };
  });
}

function noticeOfDuty({ caseNumber, clock, edition }: Reopening, item: AgendaItem, sequence: number): Notice {
  const { id, kind, owner: owes, account: one, since, opens, due } = item;
  const recipient = one === undefined ? owes : `account/${one}`;
  const urgent = kind.startsWith('incident-');
  const at = Math.max(clock, since);
  const opening = Math.max(at, opens);
  return {
    key: `${caseNumber}/duty/${id}@${since}/duty-assigned/${recipient}`,
    kind: 'duty-assigned',
    ...{ recipient, sequence, at, urgent },
    notBefore: urgent ? opening : outOfQuiet(opening, edition),
    duty: id,
    details: { duty: id, owner: owes, account: one ?? null, due },
  };
}
