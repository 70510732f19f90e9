/** The plan's materials with their versions, guidance, and the submission that freezes the versions. */
import { currentVersions } from '../../domain/case/materials';
import { caseAt, renew, returnPlan, submit, approve } from '../support/story';
import { EDITION, file, OFFICIAL, OWNER, reviewerOf, STRANGER, text } from '../support/town';

const ALL = EDITION.materials.map((one) => one.id);

test('each material is versioned by itself, and the same file twice is no new version', () => {
  const story = renew(caseAt('plan'), 'safety', 'safety', 'work-plan');
  expect(currentVersions(story.state)).toEqual({ safety: 2, 'work-plan': 1 });
  const again = { material: 'safety', document: file('safety-v2') };
  expect(story.refused(OWNER, 'addMaterial', again)).toEqual({ code: 'already-done', about: { version: 2 } });
  expect(story.refused(OWNER, 'addMaterial', { ...again, material: 'poem' }).code).toBe('unknown-material');
  expect(story.refused(STRANGER, 'addMaterial', again).code).toBe('forbidden');
});

test('a submission needs every material', () => {
  const story = renew(caseAt('plan'), 'safety');
  const refusal = story.refused(OWNER, 'submitPlan', { versions: { safety: 1 } });
  expect(refusal).toEqual({ code: 'materials-missing', about: { missing: ALL.filter((id) => id !== 'safety') } });
});

test('a submission of versions that are no longer the newest is stale, one of unknown materials unknown', () => {
  const story = renew(caseAt('plan'), ...ALL);
  const seen = currentVersions(story.state);
  renew(story, 'closed-loop');
  expect(story.refused(OWNER, 'submitPlan', { versions: seen })).toEqual({
    code: 'stale-version',
    about: { materials: [{ material: 'closed-loop', seen: 1, current: 2 }] },
  });
  const { 'work-plan': _, ...forgotten } = currentVersions(story.state);
  expect(story.refused(OWNER, 'submitPlan', { versions: forgotten }).code).toBe('stale-version');
  expect(story.refused(OWNER, 'submitPlan', { versions: { ...seen, poem: 1 } }).code).toBe('unknown-material');
});

test('submitting freezes the versions, asks every department and says so in the ledger', () => {
  const story = caseAt('sign-offs');
  const departments = EDITION.departments.map((one) => one.id);
  expect(story.state.review).toMatchObject({ round: 1, status: 'reviewing', departmentsAsked: departments });
  expect(story.told('plan-submitted')).toMatchObject([{ round: 1, asked: departments, dropped: [] }]);
  const late = { material: 'safety', document: file('late') };
  expect(story.refused(OWNER, 'addMaterial', late).code).toBe('materials-frozen');
  expect(story.refused(OWNER, 'submitPlan', { versions: story.state.review.frozenVersions }).code).toBe('already-done');
});

test('after a return each material that was named needs a new version, others may have one', () => {
  const story = returnPlan(caseAt('sign-offs'), 'market', 'employees');
  approve(story, 'epidemic-control', 'economy', 'enforcement');
  renew(story, 'safety');
  const versions = currentVersions(story.state);
  expect(story.refused(OWNER, 'submitPlan', { versions })).toEqual({
    code: 'material-not-renewed',
    about: { materials: ['employees'] },
  });
  expect(submit(renew(story, 'employees')).state.review.round).toBe(2);
});

test('a department gives guidance for itself at any time, on a material that exists', () => {
  const story = caseAt('operating');
  const advice = { department: 'market', text: text('advice') };
  story.do(reviewerOf('market'), 'guide', advice);
  expect(story.told('guidance-given')).toEqual([{ department: 'market', material: null, text: text('advice') }]);
  expect(story.refused(reviewerOf('economy'), 'guide', advice).code).toBe('wrong-department');
  expect(story.refused(reviewerOf('market'), 'guide', { ...advice, material: 'poem' }).code).toBe('unknown-material');
  expect(story.refused(OFFICIAL, 'guide', advice).code).toBe('forbidden');
});
