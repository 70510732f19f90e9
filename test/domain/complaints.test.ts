/** What users of other approval engines complain of does not happen here; each test is named after their issue. */
import { approve, caseAt, renew, returnPlan, reviewed, submit, type Story } from '../support/story';
import { DEPARTMENTS, reviewerOf, text } from '../support/town';

const others = (department: string) => DEPARTMENTS.filter((one) => one !== department);
const lists = (story: Story) => story.agenda.map((duty) => duty.owner).sort();

test('ruoyi-vue-pro #867: a task in a parallel step can be returned', () => {
  for (const department of DEPARTMENTS) {
    const story = caseAt('sign-offs');
    const material = story.edition.departments.find((one) => one.id === department)?.materials[0] ?? '';
    returnPlan(story, department, material);
    expect(lists(story)).toEqual(
      others(department)
        .map((one) => `department/${one}`)
        .sort(),
    );
    expect(approve(story, ...others(department)).owed).toEqual(['rectification/1']);
  }
});

test('ruoyi-vue-pro #668: a return in a counter-signing does not lose the task of the one who returned', () => {
  const story = approve(returnPlan(caseAt('sign-offs'), 'market', 'employees'), ...others('market'));
  submit(renew(story, 'employees'));
  expect(story.duty('sign-off/2/market')).toMatchObject({ owner: 'department/market', overdue: false, reminded: 0 });
  story.untilTime('2022-04-22', '15:30'); // two hours before it is due: the reminder of the new task comes
  expect(story.duty('sign-off/2/market').reminded).toBe(1);
  expect(approve(story, 'market').phase).toBe('stationing');
});

test('dinghuang/activiti-service #1: no parallel task is left in anyone’s list after a return', () => {
  const story = returnPlan(caseAt('sign-offs'), 'market', 'employees');
  returnPlan(story, 'economy', 'work-plan');
  approve(story, 'epidemic-control', 'enforcement');
  expect(lists(story)).toEqual(['enterprise']);
  const overdue = approve(returnPlan(caseAt('sign-offs'), 'market', 'employees'), 'economy', 'epidemic-control');
  overdue.untilTime('2022-04-26', '09:00').do({ account: 'a-official', role: 'official' }, 'issueNotice', { round: 1 });
  expect(lists(overdue)).toEqual(['enterprise']);
  expect(Object.keys(overdue.state.reminders)).toEqual([]);
});

test('jeecg-boot-activiti-online #10: no step is skipped after a return in one branch', () => {
  const story = returnPlan(caseAt('sign-offs'), 'economy', 'work-plan');
  approve(story, 'enforcement');
  expect(story.phase).toBe('sign-offs');
  approve(story, 'market', 'epidemic-control');
  submit(renew(story, 'work-plan'));
  // Market had approved the old work plan: it is asked again, and without it nothing goes on.
  expect(lists(story)).toEqual(['department/economy', 'department/market']);
  expect(approve(story, 'economy').phase).toBe('sign-offs');
  expect(approve(story, 'market').phase).toBe('stationing');
  expect(story.owed).toEqual(['team', 'liaison']);
});

test('processmaker #3242: a rejection does not leave the case in progress', () => {
  const story = approve(caseAt('sign-offs'), 'economy');
  const { department, round } = reviewed(story, 'epidemic-control');
  story.do(reviewerOf(department), 'veto', { department, round, opinion: text('no') });
  expect([story.phase, story.owed]).toEqual(['refused', []]);
  const entries = story.entries.length;
  story.wait(24 * 30); // a month: nobody is reminded of anything
  expect(story.entries).toHaveLength(entries);
});

test('BlizD/BPS #43: a return gives the applicant a task, with a due time and reminders', () => {
  const story = approve(returnPlan(caseAt('sign-offs'), 'market', 'employees'), ...others('market'));
  expect(story.agenda).toMatchObject([{ id: 'rectification/1', owner: 'enterprise', opens: story.now }]);
  story.untilTime('2022-04-22', '17:30');
  expect(story.duty('rectification/1')).toMatchObject({ reminded: 1, overdue: true });
});

test('ferry #121: no notice goes out before all have acted', () => {
  const story = caseAt('sign-offs');
  returnPlan(story, 'market', 'employees');
  approve(story, 'economy', 'epidemic-control').untilTime('2022-04-24', '17:00');
  expect(story.told('notice-issued')).toEqual([]);
  expect(approve(story, 'enforcement').told('notice-issued')).toHaveLength(1);
});
