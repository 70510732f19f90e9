/** Rounds of review 会签轮: one combined notice, who is asked again, whose seal stays, and the notice without the overdue. */
import { approve, caseAt, renew, returnPlan, reviewed, submit, type Story } from '../support/story';
import { DEPARTMENTS, OFFICIAL, OWNER, reviewerOf, text } from '../support/town';

const rest = (...without: string[]) => DEPARTMENTS.filter((department) => !without.includes(department));

/** Market returned the employees' list, the three others approved. */
function returned(): Story {
  return approve(returnPlan(caseAt('sign-offs'), 'market', 'employees'), ...rest('market'));
}

test('the notice goes out only when everyone has acted, with the defects of all', () => {
  const story = returnPlan(caseAt('sign-offs'), 'market', 'work-plan', 'employees');
  returnPlan(story, 'enforcement', 'safety');
  approve(story, 'economy');
  expect(story.told('notice-issued')).toEqual([]);
  approve(story, 'epidemic-control');
  const notices = story.told('notice-issued');
  expect(notices).toMatchObject([{ round: 1, without: [] }]);
  expect(notices[0]?.['defects']).toMatchObject([
    { department: 'market', material: 'work-plan', version: 1 },
    { department: 'market', material: 'employees', version: 1 },
    { department: 'enforcement', material: 'safety', version: 1 },
  ]);
  expect(story.agenda).toMatchObject([{ id: 'rectification/1', owner: 'enterprise' }]);
});

test('only who returned signs again when nothing else changed; the others keep their seal of round one', () => {
  const story = submit(renew(returned(), 'employees'));
  expect(story.state.review.departmentsAsked).toEqual(['market']);
  expect(story.state.review.signatures['economy']).toMatchObject({ round: 1, versions: { 'work-plan': 1 } });
  const seen = reviewed(story, 'economy');
  expect(story.refused(reviewerOf('economy'), 'approve', seen).code).toBe('not-asked');
  expect(approve(story, 'market').phase).toBe('stationing');
});

test('a department whose material changed signs again although it had approved', () => {
  const story = submit(renew(returned(), 'employees', 'work-plan'));
  expect(story.state.review.departmentsAsked).toEqual(['economy', 'market']);
  expect(story.state.review.signatures).not.toHaveProperty('economy');
  expect(Object.keys(story.state.review.signatures).sort()).toEqual(['enforcement', 'epidemic-control']);
});

test('a condition falls with the seal that carried it, and stays with a seal that stays', () => {
  const build = (...renewed: string[]) => {
    const story = caseAt('sign-offs');
    const conditions = [{ text: text('condition') }];
    story.do(reviewerOf('economy'), 'approveWithConditions', { ...reviewed(story, 'economy'), conditions });
    approve(returnPlan(story, 'market', 'employees'), 'epidemic-control', 'enforcement');
    return submit(renew(story, ...renewed));
  };
  expect(build('employees').state.requirements).toMatchObject([{ id: 'r1', status: 'open' }]);
  const fallen = build('employees', 'work-plan');
  expect(fallen.state.requirements).toMatchObject([{ id: 'r1', status: 'dropped' }]);
  expect(fallen.told('plan-submitted').at(-1)).toMatchObject({ dropped: ['r1'] });
  expect(fallen.owed).not.toContain('evidence/r1');
});

test('acts of an earlier round are refused in the next', () => {
  const story = returned();
  const old = reviewed(story, 'market');
  submit(renew(story, 'employees'));
  expect(story.refused(reviewerOf('market'), 'approve', old)).toEqual({
    code: 'stale-round',
    about: { yours: 1, current: 2 },
  });
});

describe('an official’s notice without the overdue departments', () => {
  const waiting = () => approve(returnPlan(caseAt('sign-offs'), 'market', 'employees'), 'economy', 'epidemic-control');

  test('is refused while a department that is missing has time, and while there is nothing to say', () => {
    const early = waiting().untilTime('2022-04-24', '17:29');
    expect(early.refused(OFFICIAL, 'issueNotice', { round: 1 })).toEqual({
      code: 'not-yet-overdue',
      about: { departments: ['enforcement'] },
    });
    const approvedOnly = approve(caseAt('sign-offs'), 'economy').untilTime('2022-04-25', '09:00');
    expect(approvedOnly.refused(OFFICIAL, 'issueNotice', { round: 1 }).code).toBe('nothing-to-notify');
    expect(approvedOnly.refused(OFFICIAL, 'issueNotice', { round: 2 }).code).toBe('stale-round');
  });

  test('ends the round, names who was left out, and asks them in the next one', () => {
    const story = waiting().untilTime('2022-04-24', '17:30').do(OFFICIAL, 'issueNotice', { round: 1 });
    expect(story.told('notice-issued')).toMatchObject([{ without: ['enforcement'] }]);
    expect(story.owed).toEqual(['rectification/1']);
    expect(story.refused(OFFICIAL, 'issueNotice', { round: 1 }).code).toBe('already-done');
    submit(renew(story, 'employees'));
    expect(story.state.review.departmentsAsked).toEqual(['market', 'enforcement']);
    returnPlan(story, 'enforcement', 'safety');
    expect(approve(story, 'market').told('notice-issued').at(-1)?.['defects']).toMatchObject([
      { department: 'enforcement', material: 'safety' },
    ]);
  });
});

test('a withdrawal in the middle of a round ends it, with a reason and from either side', () => {
  for (const by of [OWNER, OFFICIAL]) {
    const story = returnPlan(caseAt('sign-offs'), 'market', 'employees');
    expect(story.refused(by, 'withdraw', {}).code).toBe('opinion-required');
    story.do(by, 'withdraw', { reason: text('reason') });
    expect([story.phase, story.owed]).toEqual(['withdrawn', []]);
  }
});
