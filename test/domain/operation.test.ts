/** Operating days: rounds by dated rules, their deadlines, corrections, daily reports, suspension and lifting. */
import type { EPIDEMIC_STATUS } from '../../domain/case/commands';
import type { Edition } from '../../domain/programme/edition';
import { caseAt, COUNTS, reportDay, sheet, suspend, type Story } from '../support/story';
import { roundsToCount } from '../../domain/testing/rounds';
import { EDITION, HEALTH, LIAISON, OFFICIAL, OWNER, reviewerOf, SECOND_LIAISON, text } from '../support/town';

const MORNING = '2022-04-21/morning';
const report = sheet(MORNING);
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
  test('takes sheets from its opening on, late ones marked so, each once', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '06:00');
    expect(opened(story)).toEqual([MORNING]);
    const late = caseAt('operating').untilTime('2022-04-21', '09:29').do(OWNER, 'reportTests', report);
    expect(late.told('tests-reported')).toMatchObject([{ round: MORNING, late: true }]);
    story.untilTime('2022-04-21', '08:30').do(OWNER, 'reportTests', report);
    expect(story.told('tests-reported')).toMatchObject([{ late: false }]);
    expect(story.refused(OWNER, 'reportTests', report).code).toBe('already-done');
    expect(story.owed).not.toContain(`test/${MORNING}`);
  });

  test('whose people are untested is listed when it is due, told to epidemic control after grace, and accounted for', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '08:00');
    story.do(OWNER, 'reportTests', sheet(MORNING, { negative: 55, untested: 2 })).untilTime('2022-04-21', '08:30');
    expect(story.told('untested-listed')).toEqual([{ round: MORNING, owed: 57, untested: 2 }]);
    story.untilTime('2022-04-21', '09:30');
    expect(story.told('round-counted')).toMatchObject([{ missed: true, escalatedTo: 'department/epidemic-control' }]);
    expect(story.owed).not.toContain(`test/${MORNING}`);
    expect(story.duty(`untested/${MORNING}`).owner).toBe('department/epidemic-control');
    const body = { round: MORNING };
    expect(story.refused(control, 'accountForUntested', body).code).toBe('opinion-required');
    story.do(control, 'accountForUntested', { ...body, opinion: text('ill at home') });
    expect(story.owed).not.toContain(`untested/${MORNING}`);
    expect(story.refused(control, 'accountForUntested', { ...body, opinion: text('again') }).code).toBe(
      'unknown-round',
    );
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

  test('is corrected after it closed too, for three days', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '07:00');
    const fix = { ...sheet(MORNING, { id: 'fix-1', negative: 56, invalid: 1 }), reason: text('typo') };
    story.do(OWNER, 'reportTests', report).untilTime('2022-04-21', '12:00').do(LIAISON, 'correctTests', fix);
    expect(story.told('tests-corrected')).toMatchObject([{ sheet: 'fix-1', counts: { invalid: 1 } }]);
    expect(story.refused(OWNER, 'correctTests', fix).code).toBe('already-done');
    story.untilTime('2022-04-24', '23:59').do(OWNER, 'correctTests', { ...fix, sheet: 'fix-2' });
    story.untilTime('2022-04-25', '12:00');
    expect(story.refused(OWNER, 'correctTests', { ...fix, sheet: 'fix-3' }).code).toBe('unknown-round');
  });

  test('with results pending stays known, and they are owed, until the last has come', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '18:00');
    const evening = '2022-04-21/evening';
    story.do(OWNER, 'reportTests', sheet(evening, { negative: 50, pending: 7 })).untilTime('2022-04-26', '12:00');
    expect(story.duty(`results/${evening}`).owner).toBe('health');
    story.do(HEALTH, 'reportTests', sheet(evening, { id: 'laboratory' }));
    expect(story.owed).not.toContain(`results/${evening}`);
    expect(story.told('untested-listed').map((details) => details['round'])).not.toContain(evening);
  });
});

describe('what PostgreSQL tells', () => {
  const counts = { ...COUNTS, negative: 57 };
  const untested = { ...COUNTS, negative: 0, untested: 57 };
  const of = (stage: 'open' | 'due' | 'closed', sheets: number, told = counts) => ({
    rounds: [{ round: MORNING, stage, counts: told, sheets, positives: [] }],
  });

  test('is asked at every stage, and counts a sheet whose Update was lost', () => {
    const story = caseAt('operating');
    story.answers = false;
    story.untilTime('2022-04-21', '06:00');
    expect(roundsToCount(story.state)).toEqual([{ round: MORNING, stage: 'open' }]);
    story.learn(of('open', 0, untested));
    expect(story.told('round-frozen')).toEqual([{ round: MORNING, owed: 57 }]);
    story.untilTime('2022-04-21', '09:30').learn(of('closed', 1));
    expect(story.told('round-counted')).toMatchObject([{ missed: false }]);
    expect(story.state.operation.roundsComplete).toBe(1);
  });

  test('does not undo a sheet that was taken while the answer was on its way', () => {
    const story = caseAt('operating');
    story.answers = false;
    story
      .untilTime('2022-04-21', '06:00')
      .do(OWNER, 'reportTests', report)
      .learn(of('open', 0, untested));
    expect(story.state.operation.rounds[0]?.counts).toEqual(COUNTS);
    expect(story.owed).not.toContain(`test/${MORNING}`);
  });

  test('twice, of an earlier stage, or of a round that is gone, changes nothing', () => {
    const story = caseAt('operating');
    story.answers = false;
    story.untilTime('2022-04-21', '09:30').learn(of('closed', 1));
    const { state } = story;
    story
      .learn(of('closed', 1))
      .learn(of('open', 0, untested))
      .learn(of('due', 0, untested));
    story.learn({
      rounds: [{ ...of('due', 0).rounds[0]!, round: '2022-01-01/morning' }],
      orders: [{ order: 9, lines: [] }],
    });
    expect(story.state).toEqual(state);
  });

  test('opens an incident of which the case has not heard', () => {
    const story = caseAt('operating');
    story.answers = false;
    const positive = { incident: 'i-1', cause: 'antigen', people: 1 } as const;
    story.untilTime('2022-04-21', '08:30').learn({ rounds: [{ ...of('due', 1).rounds[0]!, positives: [positive] }] });
    expect(story.duty('incident-isolate/i-1').owner).toBe('enterprise');
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

describe('an alarm', () => {
  const reported = (production: 'normal' | 'reduced' | 'stopped', epidemic: (typeof EPIDEMIC_STATUS)[number]) => {
    const story = caseAt('operating').untilTime('2022-04-21', '16:00');
    const body = { date: '2022-04-21', production, epidemic, present: 57 };
    return story.do(LIAISON, 'reportDay', body).told('alarm-raised');
  };
  const control = 'department/epidemic-control';

  test.each([
    ['normal', 'abnormal', ['epidemic-abnormal'], [control, 'official', 'health']],
    ['stopped', 'nothing-to-report', ['production-stopped'], [control, 'official']],
    ['stopped', 'abnormal', ['epidemic-abnormal', 'production-stopped'], [control, 'official', 'health']],
  ] as const)('is raised by a report with production %s and epidemic %s', (production, epidemic, alarms, tell) => {
    expect(reported(production, epidemic)).toEqual([{ date: '2022-04-21', alarms, tell }]);
  });

  test.each([
    ['normal', 'nothing-to-report'],
    ['reduced', 'under-observation'],
  ] as const)('is not raised by a report with production %s and epidemic %s', (production, epidemic) => {
    expect(reported(production, epidemic)).toEqual([]);
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
    expect(story.state.operation.suspensions).toEqual([]);
    expect(story.refused(control, 'lift', body).code).toBe('unknown-suspension');
  });

  test('leaves tests and reports owed, and makes epidemic control owe a review', () => {
    const story = suspend(caseAt('operating')).untilTime('2022-04-21', '16:00');
    expect(story.duty('suspension-review/s1').owner).toBe('department/epidemic-control');
    reportDay(story, '2022-04-21');
    story.untilTime('2022-04-21', '17:00');
    story.do(OWNER, 'reportTests', sheet('2022-04-21/evening'));
    expect(story.phase).toBe('suspended');
  });

  test('of a team leaves the rest at work, and is lifted by its own id', () => {
    const story = caseAt('operating');
    const body = { reason: 'positive', opinion: text('opinion') } as const;
    expect(story.refused(control, 'suspend', { ...body, scope: 'team' }).code).toBe('opinion-required');
    story.do(control, 'suspend', { ...body, scope: 'team', of: text('line-a') });
    story.do(control, 'suspend', { ...body, scope: 'team', of: text('line-b') });
    expect(story.phase).toBe('operating');
    expect(story.refused(control, 'lift', { opinion: text('which') }).code).toBe('unknown-suspension');
    story.do(control, 'lift', { suspension: 's2', opinion: text('clear') });
    expect(story.state.operation.suspensions.map((one) => one.id)).toEqual(['s1']);
  });
});
