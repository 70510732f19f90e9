/** Who may read the words, files and reports that an entry of the ledger refers to: one table, entry type by entry type. */
import { addDays, localDate } from '../calendar/calendar';
import type { Edition, Instant } from '../programme/edition';
import type { Account, Draft, EntryType } from '../ledger/entry';
import { isClosed, type Reopening } from './state';

/**
 * `liaison`: whoever is posted to the enterprise or stands in, up to the day after the last. `reviewer`: of any department.
 * `asked`: of a department that was asked for its signature. `department/<id>`: of that department.
 */
type Reader =
  | 'enterprise'
  | 'official'
  | 'liaison'
  | 'health'
  | 'storekeeper'
  | 'village'
  | 'reviewer'
  | 'asked'
  | `department/${string}`;

type Said = Pick<Draft, 'type' | 'details'>;

/** What of a case decides who may read what was said in it. */
export interface Scene {
  readonly case: Pick<
    Reopening,
    'enterprise' | 'phase' | 'phaseSince' | 'clock' | 'review' | 'requirements' | 'stationing'
  >;
  /** The rules under which the case runs. */
  readonly edition: Pick<Edition, 'utcOffsetMinutes' | 'epidemicControl'>;
  /** Where time has not passed in the case for a while, it has for its readers. */
  readonly now: Instant;
}

type Row = readonly Reader[] | ((said: Said, scene: Scene) => readonly Reader[]);

/** The enterprise, who accompanies it, and the officials who lead the case. */
const CASE: readonly Reader[] = ['enterprise', 'official', 'liaison'];
/** What is decided or done once the case runs is read by everyone who has signed it. */
const RUN: readonly Reader[] = [...CASE, 'asked'];

/** Until its round has ended nobody knows how a department has acted but itself and the officials. */
const verdict: Row = ({ details }, scene) =>
  roundEnded(details['round'], scene) ? RUN : ['official', departmentIn(details)];

/** A question and its answer: who asks, who is asked, the officials. */
const consultation: Row = ({ details }, { case: { review } }) => {
  const found = review.consultations.find(({ id }) => id === details['consultation']);
  if (!found) return ['official'];
  return [
    'official',
    `department/${found.department}`,
    found.of === 'enterprise' ? 'enterprise' : `department/${found.of}`,
  ];
};

/** What an enterprise shows for a requirement: whoever set it, and who accompanies the case. */
const evidence: Row = ({ details }, { case: { requirements } }) => {
  const source = requirements.find(({ id }) => id === details['requirement'])?.source;
  return source?.from === 'condition' ? [...CASE, `department/${source.department}`] : CASE;
};

/** Entries that refer to words, files or a report; what one of another type refers to is read by nobody. */
const READERS: { readonly [T in EntryType]?: Row } = {
  surveyed: [...CASE, 'reviewer'],
  committed: [...CASE, 'reviewer'],
  'requirement-set': [...CASE, 'reviewer'],
  'evidence-submitted': evidence,
  'requirement-passed': RUN,
  'requirement-failed': RUN,
  'material-added': [...CASE, 'reviewer', 'health'],
  'guidance-given': ({ details }) => ['enterprise', 'official', departmentIn(details)],
  approved: verdict,
  'approved-with-conditions': verdict,
  returned: verdict,
  vetoed: RUN,
  consulted: consultation,
  'consultation-answered': consultation,
  'notice-issued': RUN,
  'team-formed': [...CASE, 'reviewer', 'health', 'village'],
  'tests-reported': [...RUN, 'health'],
  'tests-corrected': [...RUN, 'health'],
  'untested-accounted': [...RUN, 'health'],
  'sampler-certified': [...CASE, 'health'],
  'incident-step': [...RUN, 'health'],
  'order-received': [...CASE, 'storekeeper'],
  'order-cancelled': [...CASE, 'storekeeper'],
  'deviation-followed': RUN,
  inspected: RUN,
  'finding-set': RUN,
  'finding-closed': RUN,
  'day-reported': (_said, { edition }) => [...CASE, `department/${edition.epidemicControl}`],
  suspended: [...RUN, 'health'],
  lifted: [...RUN, 'health'],
  completed: RUN,
  withdrawn: RUN,
};

/** Whether the account may read what the entry refers to. */
export function mayRead(said: Said, account: Account, scene: Scene): boolean {
  const row = READERS[said.type];
  const readers = typeof row === 'function' ? row(said, scene) : (row ?? []);
  return readers.some((reader) => is(account, reader, scene));
}

/** Of a report that is not the reader's business only that there is one, and whether it was late. */
export function reportShown<E extends Said>(entry: E, account: Account, scene: Scene): E {
  if (entry.type !== 'day-reported' || mayRead(entry, account, scene)) return entry;
  const { date = null, late = null } = entry.details;
  return { ...entry, details: { date, late } };
}

function is(account: Account, reader: Reader, scene: Scene): boolean {
  const { role, department = '' } = account;
  switch (reader) {
    case 'enterprise':
      return role === 'enterprise' && account.enterprise === scene.case.enterprise.id;
    case 'village':
      return role === 'village' && account.village === scene.case.enterprise.village;
    case 'liaison':
      return isPosted(account.account, scene);
    case 'asked':
      return role === 'reviewer' && wasAsked(department, scene.case.review);
    case 'official':
    case 'health':
    case 'storekeeper':
    case 'reviewer':
      return role === reader;
    default:
      return role === 'reviewer' && reader === `department/${department}`;
  }
}

/** Every department is asked in the first round; a seal that stands remains of an earlier one. */
function wasAsked(department: string, { departmentsAsked, signatures, verdicts }: Scene['case']['review']): boolean {
  return departmentsAsked.includes(department) || department in signatures || department in verdicts;
}

/** A case that ended within a round, by veto or withdrawal, has ended the round. */
function roundEnded(round: unknown, { case: { review, phase } }: Scene): boolean {
  return review.status !== 'reviewing' || round !== review.round || isClosed(phase);
}

function isPosted(account: string, { case: { stationing, phase, phaseSince, clock }, edition, now }: Scene): boolean {
  const today = localDate(Math.max(clock, now), edition);
  const ended = isClosed(phase) ? localDate(phaseSince, edition) : null;
  const reads = (until: string | null) => until === null || today <= addDays(until, 1);
  if (!reads(ended)) return false;
  return (
    stationing.postings.some(({ liaison, until }) => liaison === account && reads(until)) ||
    stationing.standIns.some(({ liaison, to }) => liaison === account && reads(to))
  );
}

function departmentIn({ department }: Said['details']): Reader {
  return `department/${typeof department === 'string' ? department : ''}`;
}

/** A part of a case as it stands, with what was said when it came into being. */
interface Part {
  readonly said: Said;
  readonly part: unknown;
}

const VERDICT_OF = {
  approve: 'approved',
  'approve-with-conditions': 'approved-with-conditions',
  return: 'returned',
} as const;

/** The parts of a case that refer to words and files; of a view that shows only some of them, those. */
export function partsOf({
  survey,
  requirements,
  materials,
  review,
  stationing,
  operation,
  inspection,
}: Pick<
  Reopening,
  'survey' | 'requirements' | 'materials' | 'review' | 'stationing' | 'operation' | 'inspection'
>): Part[] {
  const { round, defects, consultations } = review;
  const part = (type: EntryType, shown: unknown, details: Said['details'] = {}): Part => ({
    said: { type, details },
    part: shown,
  });
  return [
    part('surveyed', survey.lastVisit),
    ...requirements.flatMap(({ id, text, documents }) => [
      part('requirement-set', text),
      part('evidence-submitted', documents, { requirement: id }),
    ]),
    ...Object.entries(materials).map(([material, versions]) => part('material-added', versions, { material })),
    // The enterprise is shown `acted` in place of a verdict of the round in course.
    ...Object.entries(review.verdicts)
      .filter(([, { verb }]) => Object.hasOwn(VERDICT_OF, verb))
      .map(([department, act]) => part(VERDICT_OF[act.verb], act, { department, round })),
    part('notice-issued', defects),
    ...consultations.map((one) => part('consulted', one.question, { consultation: one.id })),
    part('team-formed', stationing.team),
    part('suspended', operation.suspensions),
    part('finding-set', inspection.findings),
  ];
}
