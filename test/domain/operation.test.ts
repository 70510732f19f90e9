/** Operating days: rounds by dated rules, their deadlines, corrections, daily reports, suspension and lifting. */
import type { Edition } from '../../domain/edition';
import { caseAt, COUNTS, reportDay, suspend, type Story } from '../support/story';
import { EDITION, LIAISON, OFFICIAL, OWNER, reviewerOf, SECOND_LIAISON, text } from '../support/town';

const MORNING = '2022-04-21/morning';
const report = { round: MORNING, counts: COUNTS };
const control = reviewerOf('epidemic-control');
const opened = (story: Story) => story.told('round-opened').map((details) => details['round']);

test('the first operating day is the next one when a round of today has opened already', () => {
  expect(caseAt('operating').state.operation.startsOn).toBe('2022-04-21'); // it is nine o'clock, the round opened at six
});

test('the next round and the next report are on the agenda before they open', () => {
  const story = caseAt('operating');
  expect(story.duty(`test/${MORNING}`).opens).toBe(Date.parse('2022-04-20T22:00Z'));
  expect(story.duty('report/2022-04-21').opens).toBe(Date.parse('2022-04-21T08:00Z'));
  expect(story.refused(OWNER, 'reportTests', report).code).toBe('round-not-open');
});

describe('a round', () => {
  test('takes its report from its opening to its due time, late ones to the end of grace, and then no more', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '06:00');
    expect(opened(story)).toEqual([MORNING]);
    const late = caseAt('operating').untilTime('2022-04-21', '09:29').do(OWNER, 'reportTests', report);
    expect(late.told('tests-reported')).toMatchObject([{ round: MORNING, late: true }]);
    story.untilTime('2022-04-21', '08:30').do(OWNER, 'reportTests', report);
    expect(story.told('tests-reported')).toMatchObject([{ late: false }]);
    expect(story.refused(OWNER, 'reportTests', report).code).toBe('already-done');
    const closed = caseAt('operating').untilTime('2022-04-21', '09:30');
    expect(closed.refused(OWNER, 'reportTests', report).code).toBe('round-closed');
  });

  test('that closes without a report is missed, and epidemic control hears of it', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '09:30');
    expect(story.told('round-closed')).toEqual([
      { round: MORNING, missed: true, escalatedTo: 'department/epidemic-control' },
    ]);
    expect(story.state.operation.missed).toEqual([MORNING]);
    expect(story.owed).not.toContain(`test/${MORNING}`);
  });

  test('is reported by the enterprise, by the liaison of the day or by an official for the enterprise', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '07:00');
    expect(story.refused(SECOND_LIAISON, 'reportTests', report).code).toBe('not-stationed');
    expect(story.refused(control, 'reportTests', report).code).toBe('forbidden');
    story.do(OFFICIAL, 'reportTests', report);
    expect(story.entries.at(-1)).toMatchObject({ type: 'tests-reported', onBehalfOf: 'enterprise' });
  });

  test('has counts that add up to the people who owe a test, and an id that exists', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '07:00');
    const wrong = { ...report, counts: { ...COUNTS, pending: 1 } };
    expect(story.refused(OWNER, 'reportTests', wrong)).toEqual({
      code: 'counts-do-not-add-up',
      about: { owed: 57, sum: 58 },
    });
    expect(story.refused(OWNER, 'reportTests', { ...report, round: '2022-04-01/morning' }).code).toBe('unknown-round');
  });

  test('is corrected by naming the revision that is corrected, after it closed too, for three days', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '07:00');
    const fix = { ...report, corrects: 1, reason: text('typo'), counts: { ...COUNTS, negative: 56, invalid: 1 } };
    expect(story.refused(OWNER, 'correctTests', fix).code).toBe('round-not-open');
    story.do(OWNER, 'reportTests', report).untilTime('2022-04-21', '12:00').do(LIAISON, 'correctTests', fix);
    expect(story.told('tests-corrected')).toMatchObject([{ corrects: 1, revision: 2 }]);
    expect(story.refused(OWNER, 'correctTests', fix)).toMatchObject({ code: 'stale-version', about: { current: 2 } });
    story.untilTime('2022-04-24', '23:59').do(OWNER, 'correctTests', { ...fix, corrects: 2 });
    story.untilTime('2022-04-25', '12:00');
    expect(story.refused(OWNER, 'correctTests', { ...fix, corrects: 3 }).code).toBe('unknown-round');
  });
});

describe('dated rules', () => {
  const withTests = (...changes: Partial<Edition['tests'][number]>[]): Edition => {
    const daily = {
      ...EDITION.tests[0],
      until: '2022-12-31',
      opens: '06:00',
      due: '08:30',
    } as Edition['tests'][number];
    return { ...EDITION, tests: changes.map((change) => ({ ...daily, ...change })) };
  };
  const openedBy = (edition: Edition, date: string) => opened(caseAt('operating', edition).untilTime(date, '23:00'));

  test('two rounds a day, in the order in which they open', () => {
    expect(openedBy(EDITION, '2022-04-22')).toEqual([
      '2022-04-21/morning',
      '2022-04-21/evening',
      '2022-04-22/morning',
      '2022-04-22/evening',
    ]);
  });

  test('a rule begins with its first and ends with its last day while the enterprise runs', () => {
    const edition = withTests({ id: 'old', until: '2022-04-22' }, { id: 'new', from: '2022-04-23', everyDays: 2 });
    expect(openedBy(edition, '2022-04-26')).toEqual([
      '2022-04-21/old',
      '2022-04-22/old',
      '2022-04-23/new',
      '2022-04-25/new',
    ]);
  });

  test('every so many days counts from the rule’s first day, not from the enterprise’s', () => {
    const edition = withTests({ id: 'third', from: '2022-04-19', everyDays: 3 });
    expect(openedBy(edition, '2022-04-29')).toEqual(['2022-04-22/third', '2022-04-25/third', '2022-04-28/third']);
  });

  test('testing comes back after a pause of months', () => {
    const edition = withTests(
      { id: 'spring', until: '2022-04-21' },
      { id: 'autumn', from: '2022-09-15', everyDays: 7 },
    );
    expect(openedBy(edition, '2022-09-22')).toEqual(['2022-04-21/spring', '2022-09-15/autumn', '2022-09-22/autumn']);
  });

  test('without any rule in force only the daily report is owed', () => {
    const story = caseAt('operating', withTests({ until: '2022-04-19' })).untilTime('2022-04-21', '16:00');
    expect(story.owed).toEqual(['report/2022-04-20', 'report/2022-04-21', 'report/2022-04-22']);
  });
});

describe('the daily report', () => {
  test('is owed by the liaison of the day from its hour on; a report that nothing happened is a report', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '15:59');
    expect(() => reportDay(story, '2022-04-21')).toThrow('wrong-date');
    reportDay(story.untilTime('2022-04-21', '16:00'), '2022-04-21');
    expect(story.told('day-reported')).toMatchObject([{ epidemic: 'nothing-to-report', late: false }]);
    expect(() => reportDay(story, '2022-04-21')).toThrow('already-done');
    expect(() => reportDay(story, '2022-04-22')).toThrow('wrong-date');
  });

  test('that is late is taken, marked, and each missing day stays owed', () => {
    const story = caseAt('operating').untilTime('2022-04-22', '18:01');
    expect(story.state.operation.owedReports).toEqual(['2022-04-21', '2022-04-22']);
    reportDay(story, '2022-04-21');
    expect(story.told('day-reported')).toMatchObject([{ date: '2022-04-21', late: true }]);
    expect(story.state.operation.owedReports).toEqual(['2022-04-22']);
  });
});

describe('a suspension', () => {
  test('is epidemic control’s alone, with a written opinion, and once', () => {
    const story = caseAt('operating');
    const body = { reason: 'positive', opinion: text('opinion') } as const;
    expect(story.refused(reviewerOf('market'), 'suspend', body).code).toBe('wrong-department');
    expect(story.refused(OFFICIAL, 'suspend', body).code).toBe('forbidden');
    expect(story.refused(control, 'suspend', { reason: 'positive' }).code).toBe('opinion-required');
    expect(story.do(control, 'suspend', body).phase).toBe('suspended');
    expect(story.refused(control, 'suspend', body).code).toBe('already-done');
  });

  test('is lifted by epidemic control alone, in writing', () => {
    const story = caseAt('suspended');
    const body = { opinion: text('clear') };
    expect(story.refused(reviewerOf('market'), 'lift', body).code).toBe('wrong-department');
    expect(story.refused(control, 'lift', {}).code).toBe('opinion-required');
    expect(story.do(control, 'lift', body).phase).toBe('operating');
    expect(story.state.operation.suspension).toBeNull();
    expect(story.refused(control, 'lift', body).code).toBe('wrong-phase');
  });

  test('leaves tests and reports owed, and makes epidemic control owe a review', () => {
    const story = suspend(caseAt('operating')).untilTime('2022-04-21', '16:00');
    expect(story.duty('suspension-review').owner).toBe('department/epidemic-control');
    reportDay(story, '2022-04-21');
    story.untilTime('2022-04-21', '17:00');
    story.do(OWNER, 'reportTests', { round: '2022-04-21/evening', counts: COUNTS });
    expect(story.phase).toBe('suspended');
  });
});
