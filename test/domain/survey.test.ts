/** The survey, the commitment, and requirements from what was found to what was mended. */
import { caseAt, commit, renew, Story, submit, survey } from '../support/story';
import { file, OFFICIAL, OWNER, reviewerOf, STRANGER, text } from '../support/town';
import { EDITION, FACTORY } from '../support/town';

const NOTHING_LACKS = { disinfection: 'ready', isolation: 'ready', stock: 'ready' } as const;
const VISIT = { visitors: text('visitors'), visitedOn: '2022-04-20', readiness: NOTHING_LACKS, weakLinks: [] };

test('a new case waits for the official to visit, and after the visit for the enterprise to commit', () => {
  const story = new Story();
  expect(story.agenda).toMatchObject([{ id: 'survey', owner: 'official' }]);
  survey(story);
  expect(story.agenda).toMatchObject([{ id: 'commitment', owner: 'enterprise' }]);
});

test('a survey looks at every preparation of the kind of enterprise, and at no other', () => {
  const story = new Story();
  const { stock: _, ...incomplete } = NOTHING_LACKS;
  expect(story.refused(OFFICIAL, 'recordSurvey', { ...VISIT, readiness: incomplete })).toEqual({
    code: 'readiness-incomplete',
    about: { missing: ['stock'] },
  });
  const checkout = { ...NOTHING_LACKS, checkout: 'ready' } as const; // a supermarket's
  expect(story.refused(OFFICIAL, 'recordSurvey', { ...VISIT, readiness: checkout }).code).toBe('unknown-preparation');

  const supermarket = new Story(EDITION, undefined, { ...FACTORY, kind: 'supermarket' });
  expect(survey(supermarket).state.survey.readiness).toEqual({
    disinfection: 'ready',
    isolation: 'ready',
    checkout: 'ready',
  });
});

test('what lacks needs a weak link with a requirement', () => {
  const readiness = { ...NOTHING_LACKS, isolation: 'lacking' } as const;
  const refusal = new Story().refused(OFFICIAL, 'recordSurvey', { ...VISIT, readiness });
  expect(refusal).toEqual({ code: 'weak-link-missing', about: { preparations: ['isolation'] } });
});

test('nobody visits tomorrow, and no requirement is due yesterday', () => {
  const story = new Story();
  expect(story.refused(OFFICIAL, 'recordSurvey', { ...VISIT, visitedOn: '2022-04-21' }).code).toBe('wrong-date');
  expect(() => survey(new Story(), [{ dueOn: '2022-04-19' }])).toThrow('wrong-date');
});

test('the same visit is recorded once, a second visit is another one', () => {
  const story = survey(new Story());
  const { visitedOn, visitors } = story.state.survey.lastVisit ?? VISIT;
  expect(story.refused(OFFICIAL, 'recordSurvey', { ...VISIT, visitedOn, visitors }).code).toBe('already-done');
  expect(survey(story).state.survey.visits).toBe(2);
});

test('the commitment names the programme’s own rulebook and comes after a visit, once', () => {
  const story = new Story();
  const body = { rulebook: EDITION.rulebook, document: file('commitment') };
  expect(story.refused(OWNER, 'commit', body).code).toBe('too-early');
  survey(story);
  expect(story.refused(OWNER, 'commit', { ...body, rulebook: '别的方案' }).code).toBe('wrong-rulebook');
  expect(story.refused(STRANGER, 'commit', body).code).toBe('forbidden');
  expect(commit(story).phase).toBe('plan');
  expect(story.refused(OWNER, 'commit', body).code).toBe('already-done');
});

test('what an official files for the enterprise is marked so', () => {
  const story = survey(new Story());
  story.do(OFFICIAL, 'commit', { rulebook: EDITION.rulebook, document: file('commitment') });
  expect(story.entries.find((entry) => entry.type === 'committed')).toMatchObject({
    by: OFFICIAL,
    onBehalfOf: 'enterprise',
  });
  expect(story.entries.find((entry) => entry.type === 'surveyed')).not.toHaveProperty('onBehalfOf');
});

describe('a requirement', () => {
  const evidence = { requirement: 'r1', documents: [file('photo')] };
  const passed = { requirement: 'r1', passed: true, mode: 'on-site' } as const;
  const withOne = (dueOn = '2022-04-21') => survey(new Story(), [{ dueOn }]);

  test('is owed by the enterprise until the end of office hours of its day, then rechecked by the official', () => {
    const story = withOne();
    expect(story.duty('evidence/r1')).toMatchObject({ owner: 'enterprise', due: Date.parse('2022-04-21T09:30Z') });
    story.do(OWNER, 'submitEvidence', evidence);
    expect(story.owed).not.toContain('evidence/r1');
    expect(story.duty('recheck/r1').owner).toBe('official');
    story.do(OFFICIAL, 'recheckRequirement', passed);
    expect(story.owed).toEqual(['commitment']);
    expect(story.refused(OFFICIAL, 'recheckRequirement', passed).code).toBe('already-done');
  });

  test('needs evidence before it is rechecked, and evidence needs a document', () => {
    const story = withOne();
    expect(story.refused(OFFICIAL, 'recheckRequirement', passed).code).toBe('no-evidence-yet');
    expect(story.refused(OWNER, 'submitEvidence', { ...evidence, documents: [] }).code).toBe('no-evidence-yet');
    const unproven = survey(new Story(), [{ evidence: 'none' }]);
    unproven.do(OWNER, 'submitEvidence', { ...evidence, documents: [] });
    expect(unproven.owed).toContain('recheck/r1');
  });

  test('that fails its recheck is open again, with a reason and a new term when its day is over', () => {
    const story = withOne('2022-04-20').do(OWNER, 'submitEvidence', evidence);
    const failed = { ...passed, passed: false };
    expect(story.refused(OFFICIAL, 'recheckRequirement', failed).code).toBe('opinion-required');
    story.untilTime('2022-04-21', '10:00').do(OFFICIAL, 'recheckRequirement', { ...failed, opinion: text('no') });
    expect(story.duty('evidence/r1').due).toBe(Date.parse('2022-04-24T09:30Z')); // three days for a condition
  });

  test('from the survey is rechecked by an official, not by a department; an unknown one by nobody', () => {
    const story = withOne().do(OWNER, 'submitEvidence', evidence);
    expect(story.refused(reviewerOf('market'), 'recheckRequirement', passed).code).toBe('forbidden');
    const unknown = { ...passed, requirement: 'r9' };
    expect(story.refused(OFFICIAL, 'recheckRequirement', unknown).code).toBe('unknown-requirement');
  });

  test('blocks what the programme says it blocks: here the submission of the plan', () => {
    const story = commit(withOne());
    renew(story, ...EDITION.materials.map((one) => one.id));
    expect(() => submit(story)).toThrow('requirements-open');
    story.do(OWNER, 'submitEvidence', evidence).do(OFFICIAL, 'recheckRequirement', passed);
    expect(submit(story).phase).toBe('sign-offs');
  });

  test('that blocks operation lets the plan be submitted and holds up the start', () => {
    const story = commit(survey(new Story(), [{ preparation: 'isolation', dueOn: '2022-04-21' }]));
    expect(submit(renew(story, ...EDITION.materials.map((one) => one.id))).phase).toBe('sign-offs');
    expect(story.state.requirements).toMatchObject([{ blocks: 'operation', status: 'open' }]);
  });
});

test('every act is refused in a phase in which it makes no sense, with the phases in which it does', () => {
  expect(caseAt('plan').refused(OFFICIAL, 'recordSurvey', VISIT)).toEqual({
    code: 'wrong-phase',
    about: { phase: 'plan', possibleIn: ['survey'] },
  });
});
