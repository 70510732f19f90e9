/** What the ledger repeats of an act: the table fits the acts, and another act is not taken for this one (the random histories ask it of every entry). */
import { ACTS, COMMAND_TYPES, type ActRow } from '../../domain/case/acts';
import { contradiction, REPEATS, type SignedAct } from '../../domain/case/repeats';
import type { Account, Draft, EntryType } from '../../domain/ledger/entry';

const REVIEWER: Account = { account: 'a-1', role: 'reviewer', department: 'economy' };
const OFFICIAL: Account = { account: 'a-2', role: 'official' };
const words = (id: string) => ({ text: id, hmac: `hmac of ${id}` });

test.each(COMMAND_TYPES)('%s repeats only what it causes, and its own entry first', (type) => {
  const causes = (ACTS[type] as ActRow).causes;
  const repeated = Object.keys(REPEATS[type]) as EntryType[];
  expect(causes).toEqual(expect.arrayContaining(repeated));
  expect(repeated).toContain(causes[0]);
});

interface Told {
  readonly actor: Account;
  readonly command: object;
  readonly entry: Partial<Draft> & Pick<Draft, 'type'>;
}
const said = ({ actor, command, entry }: Told) =>
  contradiction({ actor, command } as unknown as SignedAct, { by: actor, details: {}, ...entry });

const veto = { type: 'veto', department: 'economy', round: 2, opinion: words('no') };
const vetoed = { type: 'vetoed', details: { department: 'economy', round: 2, opinion: words('no') } } as const;

test.each<[string, string | undefined, Told]>([
  ['what it says', undefined, { actor: REVIEWER, command: veto, entry: vetoed }],
  ['another entry', 'type', { actor: REVIEWER, command: veto, entry: { ...vetoed, type: 'approved' } }],
  ['what it causes besides', undefined, { actor: REVIEWER, command: veto, entry: { type: 'phase-entered' } }],
  [
    'words with the same id',
    'opinion',
    { actor: REVIEWER, command: veto, entry: { ...vetoed, details: { ...vetoed.details, opinion: { text: 'no' } } } },
  ],
  [
    'no words where there were some',
    'opinion',
    { actor: REVIEWER, command: veto, entry: { ...vetoed, details: { department: 'economy', round: 2 } } },
  ],
  [
    'words where there were none',
    'opinion',
    { actor: REVIEWER, command: { ...veto, opinion: undefined }, entry: vetoed },
  ],
  [
    'its refusal',
    undefined,
    { actor: REVIEWER, command: veto, entry: { type: 'command-refused', details: { refused: 'veto' } } },
  ],
  [
    'the refusal of another',
    'refused',
    { actor: REVIEWER, command: veto, entry: { type: 'command-refused', details: { refused: 'lift' } } },
  ],
  [
    'a requirement that did not pass',
    'type',
    {
      actor: OFFICIAL,
      command: { type: 'recheckRequirement', requirement: 'r1', passed: false, mode: 'on-site' },
      entry: { type: 'requirement-passed', details: { requirement: 'r1', mode: 'on-site' } },
    },
  ],
  [
    'a positive that was released',
    'type',
    {
      actor: OFFICIAL,
      command: { type: 'reportRecheck', incident: 'i-1', positive: 1, negative: 0 },
      entry: { type: 'incident-released', details: { incident: 'i-1', negative: 0 } },
    },
  ],
  [
    'fewer goods than were received',
    'lines',
    {
      actor: { account: 'a-3', role: 'liaison' },
      command: { type: 'receiveOrder', order: 1, consignment: 1, lines: [{ item: 'mask', quantity: 100 }] },
      entry: { type: 'order-received', details: { order: 1, consignment: 1, lines: [{ item: 'mask', received: 10 }] } },
    },
  ],
  [
    'what it left open',
    undefined,
    {
      actor: REVIEWER,
      command: { type: 'suspend', reason: 'safety' },
      entry: { type: 'suspended', details: { reason: 'safety', scope: 'site', suspension: 's1' } },
    },
  ],
  [
    'a liaison who is somebody else',
    'liaison',
    {
      actor: OFFICIAL,
      command: { type: 'assignLiaison', liaison: { account: 'a-3', role: 'liaison' }, from: '2026-05-01' },
      entry: { type: 'liaison-assigned', details: { liaison: 'a-4', from: '2026-05-01' } },
    },
  ],
  [
    'what an official did as if the enterprise had',
    'onBehalfOf',
    {
      actor: OFFICIAL,
      command: { type: 'commit', rulebook: 'r', document: { document: 'd', hmac: 'h' } },
      entry: { type: 'committed', details: { rulebook: 'r', document: { document: 'd', hmac: 'h' } } },
    },
  ],
  [
    'the start of another enterprise',
    'enterprise',
    {
      actor: OFFICIAL,
      command: { type: 'open', enterprise: { id: 'e-1' } },
      entry: { type: 'opened', details: { enterprise: 'e-2' } },
    },
  ],
])('of %s it says: %s', (_name, other, told) => {
  expect(said(told)).toBe(other);
});
