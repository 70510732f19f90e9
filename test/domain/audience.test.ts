/** Who reads what was said in a case, row by row: the table says it in its own words, reader by reader. */
import { mayRead, partsOf, reportShown, type Scene } from '../../domain/case/audience';
import { ENTRY_TYPES, type Account, type EntryType, type Json } from '../../domain/ledger/entry';

const DAY = 86_400_000;
/** 2026-03-10, 10:00 in China. */
const NOW = Date.UTC(2026, 2, 10, 2);

const requirement = (id: string, source: object) => ({ id, source, text: { text: id, hmac: 'h' }, documents: [] });

function scene(over: { review?: object; phase?: string; phaseSince?: number; stationing?: object } = {}): Scene {
  const found = {
    enterprise: { id: 'e-1', name: 'x', kind: 'factory', village: 'north' },
    phase: over.phase ?? 'sign-offs',
    phaseSince: over.phaseSince ?? NOW,
    clock: NOW,
    review: {
      round: 2,
      status: 'rectifying',
      departmentsAsked: ['market'],
      verdicts: {},
      signatures: { economy: {}, epidemic: {} },
      consultations: [
        { id: 'c1', department: 'market', of: 'enterprise' },
        { id: 'c2', department: 'market', of: 'economy' },
      ],
      ...over.review,
    },
    requirements: [
      requirement('r1', { from: 'survey', preparation: 'p' }),
      requirement('r2', { from: 'condition', department: 'economy', round: 1 }),
    ],
    stationing: over.stationing ?? {
      postings: [{ liaison: 'a-liaison', from: '2026-03-01', until: null }],
      standIns: [],
    },
  };
  const edition = { utcOffsetMinutes: 480, epidemicControl: 'epidemic' };
  return { case: found as unknown as Scene['case'], edition, now: NOW };
}

const reviewer = (department: string): Account => ({ account: `a-${department}`, role: 'reviewer', department });
const READERS: { readonly [name: string]: Account } = {
  enterprise: { account: 'a-own', role: 'enterprise', enterprise: 'e-1' },
  'another enterprise': { account: 'a-other', role: 'enterprise', enterprise: 'e-2' },
  official: { account: 'a-official', role: 'official' },
  liaison: { account: 'a-liaison', role: 'liaison' },
  'another liaison': { account: 'a-liaison-2', role: 'liaison' },
  market: reviewer('market'),
  economy: reviewer('economy'),
  epidemic: reviewer('epidemic'),
  stranger: reviewer('never-asked'),
  village: { account: 'a-village', role: 'village', village: 'north' },
  health: { account: 'a-health', role: 'health' },
  storekeeper: { account: 'a-store', role: 'storekeeper' },
  volunteer: { account: 'a-volunteer', role: 'volunteer' },
  operator: { account: 'a-operator', role: 'operator' },
};

const readersOf = (type: EntryType, details: { [key: string]: Json } = {}, at: Scene = scene()) =>
  Object.keys(READERS).filter((name) => mayRead({ type, details }, READERS[name] as Account, at));

const CASE = ['enterprise', 'official', 'liaison'];
const ASKED = ['market', 'economy', 'epidemic'];
const RUN = [...CASE, ...ASKED];
const sorted = (names: readonly string[]) => [...names].sort();

test.each<[EntryType, { [key: string]: Json }, string[]]>([
  ['surveyed', {}, [...RUN, 'stranger']],
  ['committed', {}, [...RUN, 'stranger']],
  ['requirement-set', { requirement: 'r1' }, [...RUN, 'stranger']],
  ['evidence-submitted', { requirement: 'r1' }, CASE],
  ['evidence-submitted', { requirement: 'r2' }, [...CASE, 'economy']],
  ['requirement-passed', { requirement: 'r1' }, RUN],
  ['requirement-failed', { requirement: 'r1' }, RUN],
  ['material-added', { material: 'm' }, [...RUN, 'stranger', 'health']],
  ['guidance-given', { department: 'market' }, ['enterprise', 'official', 'market']],
  ['approved', { department: 'market', round: 2 }, RUN],
  ['approved-with-conditions', { department: 'market', round: 1 }, RUN],
  ['returned', { department: 'market', round: 2 }, RUN],
  ['vetoed', { department: 'epidemic', round: 2 }, RUN],
  ['consulted', { consultation: 'c1', department: 'market', of: 'enterprise' }, ['enterprise', 'official', 'market']],
  ['consultation-answered', { consultation: 'c1' }, ['enterprise', 'official', 'market']],
  ['consulted', { consultation: 'c2', department: 'market', of: 'economy' }, ['official', 'market', 'economy']],
  ['consultation-answered', { consultation: 'c2' }, ['official', 'market', 'economy']],
  ['consultation-answered', { consultation: 'c9' }, ['official']],
  ['notice-issued', { round: 2 }, RUN],
  ['team-formed', {}, [...RUN, 'stranger', 'health', 'village']],
  ['tests-reported', {}, [...RUN, 'health']],
  ['tests-corrected', {}, [...RUN, 'health']],
  ['untested-accounted', {}, [...RUN, 'health']],
  ['sampler-certified', {}, [...CASE, 'health']],
  ['incident-step', {}, [...RUN, 'health']],
  ['order-received', {}, [...CASE, 'storekeeper']],
  ['order-cancelled', {}, [...CASE, 'storekeeper']],
  ['deviation-followed', {}, RUN],
  ['inspected', {}, RUN],
  ['finding-set', {}, RUN],
  ['finding-closed', {}, RUN],
  ['day-reported', {}, [...CASE, 'epidemic']],
  ['suspended', {}, [...RUN, 'health']],
  ['lifted', {}, [...RUN, 'health']],
  ['completed', {}, RUN],
  ['withdrawn', {}, RUN],
])('%s %j is read by %j', (type, details, readers) => {
  expect(sorted(readersOf(type, details))).toEqual(sorted(readers));
});

test('what has no row is read by nobody', () => {
  const silent = ENTRY_TYPES.filter((type) => readersOf(type, { department: 'market', round: 1 }).length === 0);
  expect(silent).toEqual(expect.arrayContaining(['opened', 'transferred', 'copied', 'command-refused']));
  expect(silent).not.toContain('day-reported');
});

test.each<EntryType>(['approved', 'approved-with-conditions', 'returned'])(
  'as long as the round runs, %s is read by its department and officials; an earlier round by all',
  (type) => {
    const at = scene({ review: { status: 'reviewing', verdicts: { market: {} } } });
    expect(sorted(readersOf(type, { department: 'market', round: 2 }, at))).toEqual(['market', 'official']);
    expect(sorted(readersOf(type, { department: 'market', round: 1 }, at))).toEqual(sorted(RUN));
  },
);

test('a case that a veto has ended has ended its round', () => {
  const at = scene({ review: { status: 'reviewing' }, phase: 'refused' });
  expect(readersOf('approved', { department: 'market', round: 2 }, at)).toContain('enterprise');
});

test('a liaison reads up to the day after the last', () => {
  const until = (date: string | null, standIns: object[] = []) =>
    readersOf(
      'day-reported',
      {},
      scene({ stationing: { postings: [{ liaison: 'a-liaison', until: date }], standIns } }),
    );
  expect(until('2026-03-09')).toContain('liaison');
  expect(until('2026-03-08')).not.toContain('liaison');
  expect(until(null, [{ liaison: 'a-liaison-2', from: '2026-03-08', to: '2026-03-09' }])).toContain('another liaison');
  expect(until(null, [{ liaison: 'a-liaison-2', from: '2026-03-07', to: '2026-03-08' }])).not.toContain(
    'another liaison',
  );
  const ended = (days: number) =>
    readersOf('day-reported', {}, scene({ phase: 'completed', phaseSince: NOW - days * DAY }));
  expect(ended(1)).toContain('liaison');
  expect(ended(2)).not.toContain('liaison');
});

test('of a report that is not one’s business one learns that there is one', () => {
  const details = { date: '2026-03-09', production: 'stopped', present: 3, epidemic: 'abnormal', late: true };
  const entry = { type: 'day-reported' as const, details };
  expect(reportShown(entry, READERS['epidemic'] as Account, scene())).toEqual(entry);
  expect(reportShown(entry, READERS['village'] as Account, scene()).details).toEqual({
    date: '2026-03-09',
    late: true,
  });
});

test('parts of a view keep the words of the round in course apart', () => {
  const shown = {
    survey: { lastVisit: null },
    requirements: scene().case.requirements,
    materials: { m: [] },
    review: {
      ...scene().case.review,
      verdicts: { market: { verb: 'return' }, economy: { verb: 'acted' } },
      defects: [],
    },
    stationing: { team: null },
    operation: { suspensions: [] },
    inspection: { findings: [] },
  } as unknown as Parameters<typeof partsOf>[0];
  const verdicts = partsOf(shown).filter(({ said }) => said.details['round'] === 2);
  expect(verdicts.map(({ said }) => [said.type, said.details['department']])).toEqual([['returned', 'market']]);
});
