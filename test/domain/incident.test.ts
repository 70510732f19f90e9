/** What follows a positive: held and rechecked, released or confirmed; then the emergency plan in its order, epidemic control first. */
import fc from 'fast-check';
import type { Positive, REPORTED_STEPS } from '../../domain/case/commands';
import type { Account } from '../../domain/ledger/entry';
import { caseAt, sheet, type Story } from '../support/story';
import { CAST, file, HEALTH, LIAISON, OFFICIAL, OWNER, reviewerOf, SECOND_LIAISON, text } from '../support/town';

const EVENING = '2022-04-21/evening';
const control = reviewerOf('epidemic-control');
type Step = (typeof REPORTED_STEPS)[number];

/** A sheet of the evening round brings it to light. */
function found(cause: Positive['cause'], people = 1): Story {
  const story = caseAt('operating').untilTime('2022-04-21', '18:00');
  const counts =
    cause === 'tube' ? { recheck: people, negative: 57 - people } : { positive: people, negative: 57 - people };
  return story.do(OWNER, 'reportTests', { ...sheet(EVENING, counts), positives: [{ incident: 'i-1', cause, people }] });
}

const step = (story: Story, by: Account, name: Step): Story =>
  story.do(by, 'takeIncidentStep', { incident: 'i-1', step: name, documents: [] });
const refusedStep = (story: Story, by: Account, name: Step) =>
  story.refused(by, 'takeIncidentStep', { incident: 'i-1', step: name, documents: [] });
const incidentDuties = (story: Story) => story.owed.filter((id) => id.startsWith('incident'));

test('an antigen positive is isolated and rechecked; a negative recheck releases: a false positive', () => {
  const story = found('antigen');
  expect(story.told('incident-opened')).toMatchObject([{ incident: 'i-1', cause: 'antigen', status: 'suspected' }]);
  expect(incidentDuties(story)).toEqual(['incident-isolate/i-1']);
  const recheck = { incident: 'i-1', positive: 0, negative: 1 };
  expect(story.refused(HEALTH, 'reportRecheck', recheck)).toMatchObject({
    code: 'not-the-next-step',
    about: { next: 'isolate' },
  });
  step(story, OWNER, 'isolate');
  expect(story.duty('incident-recheck/i-1').owner).toBe('health');
  expect(story.refused(OWNER, 'reportRecheck', recheck).code).toBe('forbidden');
  expect(story.refused(HEALTH, 'reportRecheck', { ...recheck, negative: 2 }).code).toBe('counts-do-not-add-up');
  story.do(HEALTH, 'reportRecheck', recheck);
  expect(incidentDuties(story)).toEqual([]);
  expect(story.told('incident-released')).toEqual([{ incident: 'i-1', negative: 1 }]);
  expect(story.refused(HEALTH, 'reportRecheck', recheck).code).toBe('already-done');
});

test('everyone of a positive tube is held; of those one is confirmed', () => {
  const story = step(found('tube', 10), OWNER, 'isolate');
  story.do(HEALTH, 'reportRecheck', { incident: 'i-1', positive: 1, negative: 9 });
  expect(story.state.incidents).toMatchObject([{ status: 'confirmed', people: 1 }]);
  expect(incidentDuties(story)).toEqual(['incident-inform/i-1']);
});

test('a confirmed one goes through the emergency plan, each step by its owner, and is lifted in writing at its end', () => {
  const story = found('nucleic-acid');
  expect(story.told('incident-opened')).toMatchObject([
    { status: 'confirmed', tell: ['department/epidemic-control', 'health', 'village', 'official'] },
  ]);
  expect(refusedStep(story, OWNER, 'isolate').code).toBe('not-the-next-step'); // epidemic control first
  expect(refusedStep(story, HEALTH, 'inform').code).toBe('forbidden');
  expect(refusedStep(story, SECOND_LIAISON, 'inform').code).toBe('not-stationed');
  step(step(story, LIAISON, 'inform'), OWNER, 'isolate');
  const opinion = text('opinion');
  const stop = { reason: 'positive', scope: 'site', incident: 'i-1', opinion } as const;
  expect(refusedStep(story, HEALTH, 'transfer').code).toBe('not-the-next-step');
  expect(story.refused(control, 'suspend', { ...stop, incident: 'i-2' }).code).toBe('unknown-incident');
  story.do(control, 'suspend', stop);
  expect(story.phase).toBe('suspended');
  step(story, HEALTH, 'transfer');
  expect(story.refused(control, 'lift', { opinion })).toMatchObject({
    code: 'incident-under-way',
    about: { step: 'disinfect' },
  });
  story.do(OWNER, 'takeIncidentStep', {
    incident: 'i-1',
    step: 'disinfect',
    documents: [file('photo')],
    note: text('done'),
  });
  expect(refusedStep(story, reviewerOf('market'), 'trace').code).toBe('wrong-department');
  story.do(control, 'takeIncidentStep', { incident: 'i-1', step: 'trace', documents: [], contacts: 7 });
  expect(story.told('incident-step').at(-1)).toMatchObject({ step: 'trace', contacts: 7 });
  expect(incidentDuties(story)).toEqual([]);
  story.do(control, 'lift', { opinion });
  expect([story.phase, story.state.incidents[0]?.status]).toEqual(['operating', 'closed']);
});

test('the deadline of a step runs day and night, and an overdue one is escalated', () => {
  const story = found('antigen');
  const { due } = story.duty('incident-isolate/i-1');
  expect(due).toBe(story.now + 3_600_000);
  story.wait(24);
  expect(story.told('duty-overdue').map((told) => told['duty'])).toContain('incident-isolate/i-1');
  expect(story.told('duty-escalated').map((told) => told['duty'])).toContain('incident-isolate/i-1');
});

test('one that the case knows is not opened twice, and keeps the case from being closed', () => {
  const story = found('antigen');
  const positives = [{ incident: 'i-1', cause: 'antigen', people: 1 }] as const;
  story.do(OWNER, 'correctTests', { ...sheet(EVENING, { id: 'again' }), positives, reason: text('typo') });
  expect(story.told('incident-opened')).toHaveLength(1);
  story.untilTime('2022-04-24', '05:00');
  const held = { code: 'end-held', about: { incidents: ['i-1'], suspensions: [] } };
  expect(story.refused(OFFICIAL, 'complete', { waivers: [] })).toEqual(held);
});

test('a team that is stopped leaves the site at work, and its lifting closes the incident', () => {
  const story = step(step(found('nucleic-acid'), OWNER, 'inform'), OWNER, 'isolate');
  const opinion = text('opinion');
  story.do(control, 'suspend', { reason: 'positive', scope: 'team', of: text('line-a'), incident: 'i-1', opinion });
  expect(story.phase).toBe('operating');
  step(step(story, HEALTH, 'transfer'), OWNER, 'disinfect');
  step(story, control, 'trace').do(control, 'lift', { opinion });
  expect(story.state.incidents[0]?.status).toBe('closed');
});

test('whoever tries whatever in whatever order, the steps are taken in the order of the plan and the lifting comes last', () => {
  const plan = ['inform', 'isolate', 'suspend', 'transfer', 'disinfect', 'trace', 'lift'] as const;
  const owners = {
    inform: ['enterprise', 'liaison'],
    isolate: ['enterprise', 'liaison'],
    suspend: ['reviewer'],
    transfer: ['health'],
    disinfect: ['enterprise', 'liaison'],
    trace: ['reviewer'],
    lift: ['reviewer'],
  };
  const opinion = text('opinion');
  const attempt = (story: Story, by: Account, act: (typeof plan)[number]): Story => {
    if (act === 'lift') return story.do(by, 'lift', { opinion });
    if (act === 'suspend') return story.do(by, 'suspend', { reason: 'positive', incident: 'i-1', opinion });
    return step(story, by, act);
  };
  const attempts = fc.array(fc.record({ by: fc.constantFrom(...CAST), act: fc.constantFrom(...plan) }), {
    minLength: 60,
    maxLength: 300,
    size: 'max',
  });
  fc.assert(
    fc.property(attempts, (tried) => {
      const story = found('nucleic-acid');
      const taken: string[] = [];
      for (const { by, act } of tried) {
        try {
          attempt(story, by, act);
        } catch (error) {
          expect(String(error)).toContain('refused');
          continue;
        }
        expect(owners[act]).toContain(by.role);
        taken.push(act);
      }
      expect(taken).toEqual(plan.slice(0, taken.length));
      expect(story.phase).toBe(taken.includes('suspend') && !taken.includes('lift') ? 'suspended' : 'operating');
      expect(incidentDuties(story)).toHaveLength(taken.length < 6 ? 1 : 0);
    }),
    { numRuns: 60 },
  );
});
