/** Reminders, urging and escalation: how often, when not, and that they stop the moment the thing is done. */
import type { Edition } from '../../domain/programme/edition';
import { advance } from '../../domain/case/reopening';
import { nextChange } from '../../domain/case/time';
import { approve, caseAt, commit, sheet, reportDay, Story, survey } from '../support/story';
import { at, EDITION, OFFICIAL, OWNER, reviewerOf } from '../support/town';

/** `2022-04-22 15:30` of every entry of a type about one duty. */
function times(story: Story, type: 'duty-overdue' | 'duty-reminded' | 'duty-escalated', duty: string): string[] {
  return story.entries
    .filter((entry) => entry.type === type && entry.details['duty'] === duty)
    .map((entry) => new Date(entry.at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' '));
}

function withReminders(change: Partial<Edition['reminders']>): Edition {
  return { ...EDITION, reminders: { ...EDITION.reminders, ...change } };
}

test('a duty is reminded once ahead of its due time and then at the interval, three times in all', () => {
  const story = new Story().wait(24 * 7); // the survey is due on Thursday at 17:30
  expect(times(story, 'duty-reminded', 'survey')).toEqual([
    '2022-04-21 15:30', // two hours before
    '2022-04-21 21:30', // four hours after
    '2022-04-22 07:00', // 01:30 is in the quiet hours
  ]);
  expect(times(story, 'duty-overdue', 'survey')).toEqual(['2022-04-21 17:30']);
});

test('a duty is escalated once, six hours after its due time but not at night', () => {
  const story = new Story().wait(24 * 30);
  expect(times(story, 'duty-escalated', 'survey')).toEqual(['2022-04-22 07:00']); // not at 23:30
  expect(story.told('duty-escalated')[0]).toMatchObject({ to: 'official', owner: 'official' });
});

test('without a lead there is no reminder ahead, with a maximum of none there is none at all', () => {
  const late = new Story(withReminders({ leadHours: 0 })).wait(24 * 7);
  expect(times(late, 'duty-reminded', 'survey')).toHaveLength(3);
  expect(times(late, 'duty-reminded', 'survey')[0]).toBe('2022-04-21 21:30');
  const silent = new Story(withReminders({ maximum: 0 })).wait(24 * 7);
  expect(silent.told('duty-reminded')).toEqual([]);
  expect(silent.told('duty-escalated')).toHaveLength(1);
});

test('a reminder that would go out before its duty began is left out', () => {
  const story = new Story(withReminders({ leadHours: 100 })).untilTime('2022-04-21', '17:30');
  expect(story.told('duty-reminded')).toEqual([]);
});

test('reminders stop the moment the thing is done, and nothing is kept about it', () => {
  const story = new Story().untilTime('2022-04-21', '21:29');
  expect(Object.keys(story.state.reminders)).toEqual(['survey']);
  survey(story);
  expect(story.state.reminders).toEqual({});
  expect(times(story.wait(24 * 7), 'duty-reminded', 'survey')).toEqual(['2022-04-21 15:30']);
});

test('a department that has acted is not reminded, the others are', () => {
  const story = approve(caseAt('sign-offs'), 'market').untilTime('2022-04-22', '17:30');
  expect(times(story, 'duty-reminded', 'sign-off/1/market')).toEqual([]);
  expect(times(story, 'duty-reminded', 'sign-off/1/economy')).toEqual(['2022-04-22 15:30']);
});

test('the reminder of a round comes at daybreak at the earliest, and none after the round has closed', () => {
  const story = caseAt('operating').untilTime('2022-04-22', '05:00');
  // Two hours before 08:30 is within the quiet hours; four hours after it the round is closed long since.
  expect(times(story, 'duty-reminded', 'test/2022-04-21/morning')).toEqual(['2022-04-21 07:00']);
  expect(times(story, 'duty-overdue', 'test/2022-04-21/morning')).toEqual(['2022-04-21 08:30']);
  expect(times(story, 'duty-escalated', 'test/2022-04-21/morning')).toEqual([]);
});

test('a report that was given on time is never overdue', () => {
  const story = caseAt('operating').untilTime('2022-04-21', '17:00');
  reportDay(story, '2022-04-21').untilTime('2022-04-21', '21:00');
  expect(times(story, 'duty-overdue', 'report/2022-04-21')).toEqual([]);
});

describe('urging', () => {
  test('is recorded with the owner and is possible again only after the interval', () => {
    const story = caseAt('sign-offs');
    const duty = 'sign-off/1/economy';
    story.do(OWNER, 'urge', { duty });
    expect(story.told('urged')).toEqual([{ duty, owner: 'department/economy', account: null }]);
    expect(story.wait(1.9).refused(OFFICIAL, 'urge', { duty })).toMatchObject({ code: 'too-soon' });
    story.wait(0.1).do(OFFICIAL, 'urge', { duty });
    story.do(OFFICIAL, 'urge', { duty: 'sign-off/1/market' });
  });

  test('does not count as a reminder', () => {
    const story = new Story().do(OFFICIAL, 'urge', { duty: 'survey' }).wait(24 * 7);
    expect(times(story, 'duty-reminded', 'survey')).toHaveLength(3);
  });

  test('is of a duty that is open: not of one that is unknown, done, still to open, or may be done at any time', () => {
    const story = caseAt('operating').wait(24 * 4);
    for (const duty of ['nothing', 'survey', 'report/2022-04-25', 'closing']) {
      expect(story.refused(OFFICIAL, 'urge', { duty }).code).toBe('unknown-duty');
    }
  });

  test('is nothing a department does', () => {
    const urging = { duty: 'sign-off/1/economy' };
    expect(caseAt('sign-offs').refused(reviewerOf('market'), 'urge', urging).code).toBe('forbidden');
  });
});

test('one long wait and many short ones end in the same state', () => {
  const begin = caseAt('operating');
  const weeks = at('2022-05-20', '12:00');
  let hourly = begin.state;
  for (let now = begin.now; now < weeks; now += 3_600_000) hourly = advance(hourly, now).state;
  expect(advance(hourly, weeks).state).toEqual(advance(begin.state, weeks).state);
});

test('time that does not go on, or back, changes nothing', () => {
  const { state, now } = caseAt('sign-offs');
  expect(advance(state, now)).toEqual({ state, entries: [] });
  expect(advance(state, now - 1000)).toEqual({ state, entries: [] });
});

test('the next change is the next thing to happen, and a closed case waits for nothing', () => {
  const story = commit(survey(new Story()));
  expect(nextChange(story.state)).toBe(at('2022-04-24', '15:30')); // the plan, due in three working days
  expect(nextChange(caseAt('withdrawn').state)).toBeNull();
});

test('a command that comes after something was due lets it happen first', () => {
  const story = caseAt('operating');
  story.now = at('2022-04-21', '20:30');
  story.do(OWNER, 'reportTests', sheet('2022-04-21/evening'));
  expect(story.told('tests-reported')).toMatchObject([{ late: true }]);
  expect(story.told('round-opened')).toHaveLength(2);
  expect(story.told('round-closed')).toMatchObject([{ round: '2022-04-21/morning' }]);
});

test('a year in which nobody does anything stays small, and comes to its end', () => {
  const story = caseAt('operating');
  for (let day = 0; day < 365; day += 1) story.wait(24);
  const { edition: _, ...own } = story.state;
  // What grows: missed rounds and owed reports with their reminders, one line each; 200 KB is a tenth of a payload.
  expect(JSON.stringify(own).length).toBeLessThan(200 * 1024);
});
