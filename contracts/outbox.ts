/** Which ledger entries are told to whom: one table from entry type to notice and recipients. Texts come from the programme. */
import type { EntryType } from '../domain/ledger';
import type { Entry } from './ledger';
import type { NoticeKind } from './notices';

export interface Notice {
  /** Unique: the same entry makes the same notice once. */
  readonly key: string;
  /** A kind that the programme has words for, else the type of the entry. */
  readonly kind: NoticeKind | EntryType;
  /** An owner of the agenda or `account/<id>`. */
  readonly recipient: string;
}

type Recipients = (entry: Entry) => readonly string[];
interface Telling {
  readonly kind: Notice['kind'];
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

const TOLD: { readonly [T in EntryType]?: Recipients | Telling } = {
  'requirement-set': enterprise,
  'requirement-failed': enterprise,
  'notice-issued': enterprise,
  transferred: account('to'),
  consulted: (entry) => [entry.details['of'] === 'enterprise' ? 'enterprise' : named(entry, 'of', 'department/')],
  copied: account('to'),
  urged: owner,
  vetoed: everyoneConcerned,
  'phase-entered': (entry) =>
    [entry.details['from'], entry.details['to']].some((phase) => TOLD_BY_THEIR_ACT.has(phase))
      ? []
      : everyoneConcerned(entry),
  'liaison-assigned': { kind: 'stationed', recipients: account('liaison') },
  'stand-in-named': { kind: 'stationed', recipients: account('liaison') },
  'handed-over': { kind: 'stationed', recipients: account('to') },
  'round-opened': enterprise,
  'untested-listed': () => ['enterprise', 'liaison'],
  'round-counted': {
    kind: 'round-missed',
    recipients: (entry) =>
      entry.details['missed'] === true ? ['enterprise', 'liaison', named(entry, 'escalatedTo')] : [],
  },
  // In the order of the emergency plan's list, epidemic control first.
  'incident-opened': (entry) => told(entry, 'tell'),
  'incident-confirmed': (entry) => told(entry, 'tell'),
  'incident-released': everyoneConcerned,
  'order-proposed': enterprise,
  'order-placed': () => ['storekeeper'],
  'order-allocated': () => ['storekeeper'],
  'order-dispatched': (entry) => ['enterprise', named(entry, 'volunteer', 'account/')],
  'order-delivered': enterprise,
  'order-cancelled': () => ['storekeeper', 'enterprise'],
  'deviation-found': () => ['liaison'],
  'finding-set': enterprise,
  'sampler-named': () => ['health'],
  'sampler-certified': enterprise,
  'visit-requested': () => ['health'],
  suspended: everyoneConcerned,
  lifted: everyoneConcerned,
  'duty-overdue': owner,
  'duty-reminded': owner,
  'duty-escalated': (entry) => [...owner(entry), named(entry, 'to')],
  completed: everyoneConcerned,
  withdrawn: everyoneConcerned,
  'command-refused': ({ by }) => [`account/${by.account}`],
};

export function noticesOf(entry: Entry): Notice[] {
  const told = TOLD[entry.type];
  if (!told) return [];
  const { kind, recipients } = typeof told === 'function' ? { kind: entry.type, recipients: told } : told;
  return [...new Set(recipients(entry))].map((recipient) => ({
    key: `${entry.stream}/${entry.sequence}/${kind}/${recipient}`,
    kind,
    recipient,
  }));
}
