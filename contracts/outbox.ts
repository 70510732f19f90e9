/** Which ledger entries are told to whom: one table from entry type to notice and recipients. Texts come from the programme. */
import type { EntryType } from '../domain/ledger';
import { word, type Entry } from './ledger';

export interface Notice {
  /** Unique: the same entry makes the same notice once. */
  readonly key: string;
  readonly kind: EntryType;
  /** An owner of the agenda or `account/<id>`. */
  readonly recipient: string;
}

type Recipients = (entry: Entry) => readonly (string | null | undefined)[];

/** The owner of the duty, narrowed to one account when it is known. */
const owner: Recipients = ({ details }) => [
  typeof details['account'] === 'string' ? `account/${details['account']}` : (details['owner'] as string),
];
const enterprise: Recipients = () => ['enterprise'];
const everyoneConcerned: Recipients = () => ['enterprise', 'official', 'village'];
const account =
  (key: string): Recipients =>
  (entry) => [`account/${word(entry, key)}`];

const TOLD: { readonly [T in EntryType]?: Recipients } = {
  'requirement-set': enterprise,
  'requirement-failed': enterprise,
  'notice-issued': enterprise,
  transferred: account('to'),
  consulted: (entry) => {
    const of = word(entry, 'of');
    return [of === 'enterprise' ? of : `department/${of}`];
  },
  copied: account('to'),
  urged: owner,
  vetoed: everyoneConcerned,
  'phase-entered': everyoneConcerned,
  'liaison-assigned': account('liaison'),
  'stand-in-named': account('liaison'),
  'handed-over': account('to'),
  'round-opened': enterprise,
  'round-closed': ({ details }) => (details['missed'] === true ? ['enterprise', details['escalatedTo'] as string] : []),
  suspended: everyoneConcerned,
  lifted: everyoneConcerned,
  'duty-overdue': owner,
  'duty-reminded': owner,
  'duty-escalated': (entry) => [...owner(entry), entry.details['to'] as string],
  completed: everyoneConcerned,
  withdrawn: everyoneConcerned,
  'command-refused': ({ by }) => [`account/${by.account}`],
};

export function noticesOf(entry: Entry): Notice[] {
  const recipients = new Set((TOLD[entry.type]?.(entry) ?? []).filter((one) => typeof one === 'string'));
  return [...recipients].map((recipient) => ({
    key: `${entry.stream}/${entry.sequence}/${entry.type}/${recipient}`,
    kind: entry.type,
    recipient,
  }));
}
