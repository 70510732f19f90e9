/** What the ledger repeats of an act: by it an entry is held against the act that a person did and the API signed. */
import type { Account, Draft, EntryType, Json } from '../ledger/entry';
import { ACTS, filesOnBehalf, START, type ActRow } from './acts';
import type { Command, Commands, CommandType } from './commands';
import type { Opening } from './reopening';

/** Members of an entry's details that must say what the act says: by the same name, or as the function puts it. */
type Repeated<T extends CommandType> = readonly (keyof Commands[T])[] | ((command: Command<T>) => Expected);

/** Details by name; `not-caused`: the act, as it was, makes no such entry. */
type Expected = Said | 'not-caused';
interface Said {
  readonly [detail: string]: unknown;
}

type Repeats = { readonly [T in CommandType]: { readonly [E in EntryType]?: Repeated<T> } };

const SHEET = ['round'] as const;
const quantities = (name: string, lines: readonly { readonly item: string; readonly quantity: number }[]) =>
  lines.map(({ item, quantity }) => ({ item, [name]: quantity }));

/** Of what an act causes besides, as that the phase is another, nothing is the person's own words. */
export const REPEATS: Repeats = {
  recordSurvey: { surveyed: ['visitors', 'visitedOn', 'readiness', 'opinions', 'keyMatters'] },
  commit: { committed: ['rulebook', 'document'] },
  submitEvidence: { 'evidence-submitted': ['requirement', 'documents', 'note'] },
  recheckRequirement: {
    'requirement-passed': ({ requirement, passed, mode, opinion }) =>
      passed ? { requirement, mode, opinion } : 'not-caused',
    'requirement-failed': ({ requirement, passed, mode, opinion }) =>
      passed ? 'not-caused' : { requirement, mode, opinion },
  },
  addMaterial: { 'material-added': ['material', 'document'] },
  guide: { 'guidance-given': ['department', 'material', 'text'] },
  submitPlan: { 'plan-submitted': ['versions'] },
  approve: { approved: ['department', 'round', 'versions', 'notApplicable', 'opinion'], 'notice-issued': ['round'] },
  approveWithConditions: {
    'approved-with-conditions': ['department', 'round', 'versions', 'notApplicable', 'conditions', 'opinion'],
    'notice-issued': ['round'],
  },
  returnPlan: {
    returned: ['department', 'round', 'versions', 'defects', 'opinion'],
    'notice-issued': ['round'],
  },
  veto: { vetoed: ['department', 'round', 'opinion'] },
  transfer: { transferred: ['department', 'round', 'to'] },
  consult: { consulted: ['department', 'of', 'question'] },
  answerConsultation: { 'consultation-answered': ['consultation', 'answer'] },
  takeBack: { 'taken-back': ['department', 'round'] },
  urge: { urged: ['duty'] },
  copy: { copied: ({ to }) => ({ to, role: to.role }) },
  issueNotice: { 'notice-issued': ['round'] },
  formTeam: { 'team-formed': ['members'] },
  assignLiaison: { 'liaison-assigned': ['liaison', 'from'] },
  arrive: { 'liaison-arrived': [] },
  nameStandIn: { 'stand-in-named': ['liaison', 'from', 'to'] },
  handOver: { 'handed-over': ({ liaison, from }) => ({ to: liaison, on: from }) },
  // Counts are the round's with this sheet: other sheets may have come between.
  reportTests: {
    'tests-reported': ['round', 'sheet', 'rows', 'sampling', 'sampler', 'document'],
    'incident-opened': SHEET,
    'untested-accounted': SHEET,
  },
  correctTests: {
    'tests-corrected': ['round', 'sheet', 'rows', 'reason'],
    'incident-opened': SHEET,
    'untested-accounted': SHEET,
  },
  accountForUntested: { 'untested-accounted': ['round', 'opinion'] },
  nameSampler: { 'sampler-named': ['person'] },
  certifySampler: { 'sampler-certified': ['person', 'document'] },
  requestVisit: { 'visit-requested': ['date'] },
  completeVisit: { 'visit-completed': ['visit', 'sampled'] },
  reportRecheck: {
    'incident-confirmed': ({ incident, positive, negative }) =>
      positive > 0 ? { incident, positive, negative } : 'not-caused',
    'incident-released': ({ incident, positive, negative }) => (positive > 0 ? 'not-caused' : { incident, negative }),
  },
  takeIncidentStep: { 'incident-step': ['incident', 'step', 'note', 'documents', 'contacts'] },
  requestSupplies: { 'order-placed': ['lines'] },
  confirmOrder: { 'order-placed': ['order'] },
  cancelOrder: { 'order-cancelled': ['order', 'reason'] },
  dispatchOrder: {
    'order-dispatched': ({ order, consignment, volunteer, lines }) => ({
      ...{ order, consignment, volunteer },
      // Without lines all that is allocated goes.
      ...(lines !== undefined && { lines }),
    }),
  },
  deliverOrder: { 'order-delivered': ['order', 'consignment'] },
  receiveOrder: {
    'order-received': ({ order, consignment, lines, note }) => ({
      ...{ order, consignment, note },
      lines: quantities('received', lines),
    }),
  },
  countSupplies: { 'supplies-counted': ({ counts }) => ({ counts: quantities('counted', counts) }) },
  reportMovements: {
    'movements-reported': ({ list, moved, deviations }) => ({ list, moved, deviations: deviations.length }),
    'deviation-found': ['list'],
  },
  followUpDeviation: { 'deviation-followed': ['deviation', 'outcome', 'note'] },
  formSelfManagement: { 'self-management-formed': ({ members }) => ({ members: [...new Set(members)].sort() }) },
  recordInspection: { inspected: ({ area, findings }) => ({ area, findings: findings.length }) },
  closeFinding: { 'finding-closed': ['finding', 'note', 'photos'] },
  reportDay: { 'day-reported': ['date', 'production', 'present', 'epidemic', 'remarks'], 'alarm-raised': ['date'] },
  suspend: { suspended: ['reason', 'scope', 'of', 'incident', 'opinion'] },
  lift: {
    lifted: ({ suspension, opinion }) => ({ opinion, ...(suspension !== undefined && { suspension }) }),
  },
  complete: { completed: ['waivers'] },
  withdraw: { withdrawn: ['reason'] },
};

/** Acts on a case that no rule of its decides: what of the system itself has changed for it. */
type Administered =
  { readonly type: 'adopt'; readonly from: string } | { readonly type: 'announceKey'; readonly key: string };

/** A signed act on a case, as far as its entries repeat it. */
export interface SignedAct {
  readonly actor: Account;
  readonly command: Command | ({ readonly type: 'open' } & Opening) | Administered;
}

type Left = Pick<Draft, 'type' | 'by' | 'onBehalfOf' | 'details'>;

/**
 * In what the entry, which names the act as its cause, says another thing than the act; undefined when it says the same.
 * One word, for a line that an operator reads: `type`, `by`, `onBehalfOf`, or a detail.
 */
export function contradiction({ actor, command }: SignedAct, entry: Left): string | undefined {
  const { type, by, onBehalfOf, details } = entry;
  if (!isSameActor(actor, by)) return 'by';
  // It came when nobody could answer, and was refused later.
  if (type === 'command-refused') return agrees(command.type, details['refused']) ? undefined : 'refused';
  if (command.type === 'open') return only(START.causes, { enterprise: command.enterprise.id }, entry);
  if (command.type === 'adopt') return only(['adopted'], { from: command.from }, entry);
  if (command.type === 'announceKey') return only(['key-announced'], { key: command.key }, entry);
  if (!(ACTS[command.type] as ActRow).causes.includes(type)) return 'type';
  if ((onBehalfOf !== undefined) !== filesOnBehalf(command.type, actor.role)) return 'onBehalfOf';
  const expected = expectedOf(command, type);
  return expected === 'not-caused' ? 'type' : differing(expected, details);
}

function isSameActor(actor: Account, by: Draft['by']): boolean {
  const [said, kept] = [actor, by] as readonly { readonly [member: string]: unknown }[];
  return [...Object.keys(actor), ...Object.keys(by)].every((member) => said?.[member] === kept?.[member]);
}

function only(causes: readonly EntryType[], expected: Said, { type, details }: Left): string | undefined {
  return causes.includes(type) ? differing(expected, details) : 'type';
}

function differing(expected: Said, details: Draft['details']): string | undefined {
  return Object.keys(expected).find((detail) => !agrees(expected[detail], details[detail]));
}

function expectedOf(command: Command, type: EntryType): Expected {
  const repeated = (REPEATS[command.type] as { readonly [E in EntryType]?: Repeated<CommandType> })[type];
  if (repeated === undefined) return {};
  if (typeof repeated === 'function') return repeated(command);
  return Object.fromEntries(repeated.map((member) => [member, (command as { [name: string]: unknown })[member]]));
}

/** A rule may put in what the act has left out, as that the whole site is suspended; it never makes words or files. */
function holdsWords(kept: Json | undefined): boolean {
  if (typeof kept !== 'object' || kept === null) return false;
  return 'hmac' in kept || Object.values<Json>(kept as { readonly [name: string]: Json }).some(holdsWords);
}

/**
 * An account is named by its id. A rule may know more of a thing than the act said of it
 * (the term of a condition), and fewer of many (the versions that one department reads); words and files are exactly the same.
 */
function agrees(said: unknown, kept: Json | undefined): boolean {
  if (said === undefined || said === null) return !holdsWords(kept);
  if (typeof said !== 'object') return said === kept;
  if (Array.isArray(said)) {
    const list: readonly Json[] | null = Array.isArray(kept) ? kept : null;
    return list?.length === said.length && said.every((one, index) => agrees(one, list[index]));
  }
  const members = said as { readonly [name: string]: unknown };
  if (typeof kept === 'string') return members['account'] === kept;
  if (typeof kept !== 'object' || kept === null || Array.isArray(kept)) return false;
  const names =
    'hmac' in members ? Object.keys(members) : Object.keys(kept).filter((name) => Object.hasOwn(members, name));
  return names.every((name) => agrees(members[name], (kept as { readonly [name: string]: Json })[name]));
}
