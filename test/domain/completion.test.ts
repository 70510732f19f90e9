/** How a case ends: the programme's rule, what is outstanding, waivers with a reason, and that nothing follows. */
import { outstanding } from '../../domain/case/completion';
import {
  approve,
  caseAt,
  commit,
  complete,
  renew,
  reportDay,
  reviewed,
  sheet,
  station,
  Story,
  submit,
  survey,
  suspend,
  waiveAll,
} from '../support/story';
import { DEPARTMENTS, EDITION, HEALTH, OFFICIAL, OWNER, reviewerOf, text } from '../support/town';

/** Two whole days, everything reported; the third morning, before its round opens. */
function exemplary(): Story {
  const story = caseAt('operating');
  for (const date of ['2022-04-21', '2022-04-22']) {
    story.untilTime(date, '07:00').do(OWNER, 'reportTests', sheet(`${date}/morning`));
    reportDay(story.untilTime(date, '16:30'), date);
    story.untilTime(date, '18:00').do(OWNER, 'reportTests', sheet(`${date}/evening`));
  }
  return story.untilTime('2022-04-23', '05:00');
}

test('a case may be closed when the programme’s whole days lie behind it, and says so on the agenda', () => {
  const story = caseAt('operating').untilTime('2022-04-22', '23:59');
  expect(story.refused(OFFICIAL, 'complete', { waivers: [] })).toEqual({
    code: 'too-early',
    about: { needed: 2, operatingDays: 1 },
  });
  expect(story.owed).not.toContain('closing');
  expect(story.untilTime('2022-04-23', '00:00').duty('closing')).toMatchObject({ owner: 'official', due: null });
});

test('an exemplary case is closed without a waiver, with its figures', () => {
  const story = exemplary();
  expect(outstanding(story.state)).toEqual([]);
  story.do(OFFICIAL, 'complete', { waivers: [] });
  expect([story.phase, story.owed]).toEqual(['completed', []]);
  expect(story.told('completed')).toEqual([{ operatingDays: 2, roundsComplete: 4, daysReported: 2, waivers: [] }]);
});

test('what is outstanding is listed and must be settled or waived, each with a reason', () => {
  const story = exemplary().untilTime('2022-04-23', '16:30'); // a round missed, a report owed
  const refusal = story.refused(OFFICIAL, 'complete', { waivers: [] });
  expect(refusal).toEqual({
    code: 'outstanding',
    about: { items: ['untested/2022-04-23/morning', 'report/2022-04-23'] },
  });
  reportDay(story, '2022-04-23');
  const waivers = [{ item: 'untested/2022-04-23/morning', reason: text('power-cut') }];
  story.do(OFFICIAL, 'complete', { waivers });
  expect(story.told('completed')).toMatchObject([{ waivers }]);
});

/** Two whole days in which one thing of every kind was left undone. */
function leftUndone(): Story {
  const story = commit(survey(new Story(), [{ preparation: 'stock' }]));
  submit(renew(story, ...EDITION.materials.map((one) => one.id)));
  const { department, round } = reviewed(story, 'market');
  story.do(reviewerOf('market'), 'consult', { department, round, of: 'enterprise', question: text('question') });
  station(approve(story, ...DEPARTMENTS)).untilTime('2022-04-22', '18:00');
  const pending = { ...sheet('2022-04-22/evening', { negative: 55, pending: 1, positive: 1 }) };
  const positives = [{ incident: 'i-1', cause: 'antigen', people: 1 }] as const;
  story.do(OWNER, 'reportTests', { ...pending, positives });
  const stop = { reason: 'other', scope: 'team', of: text('line-a'), opinion: text('opinion') } as const;
  story.do(reviewerOf('epidemic-control'), 'suspend', stop);
  story.do(OWNER, 'requestSupplies', { lines: [{ item: 'mask', quantity: 1 }] });
  story.do(OWNER, 'requestVisit', { date: '2022-04-23' });
  story.do(OWNER, 'reportMovements', { list: 'gate', moved: 1, deviations: ['v-1'] });
  story.do(OWNER, 'formSelfManagement', { members: ['p-1'] });
  story.do(OWNER, 'recordInspection', { area: text('area'), findings: [{ text: text('finding'), photos: [] }] });
  return story.untilTime('2022-04-23', '07:00');
}

test('a thing of every kind is outstanding, none can be left out, and with reasons for all the rest the case is closed', () => {
  const story = leftUndone();
  expect(outstanding(story.state)).toEqual([
    'requirement/r1',
    'untested/2022-04-21/morning',
    'untested/2022-04-21/evening',
    'untested/2022-04-22/morning',
    'round/2022-04-23/morning',
    'results/2022-04-22/evening',
    'report/2022-04-21',
    'report/2022-04-22',
    'consultation/c1',
    'incident/i-1',
    'suspension/s1',
    'order/1',
    'visit/visit-2022-04-23',
    'deviation/v-1',
    'finding/f1',
  ]);
  story.do(OWNER, 'takeIncidentStep', { incident: 'i-1', step: 'isolate', documents: [] });
  story.do(HEALTH, 'reportRecheck', { incident: 'i-1', positive: 0, negative: 1 });
  story.do(reviewerOf('epidemic-control'), 'lift', { suspension: 's1', opinion: text('clear') });
  const items = outstanding(story.state);
  const waivers = waiveAll(story.state);
  expect(items).toHaveLength(13);
  for (const item of items) {
    const rest = waivers.filter((one) => one.item !== item);
    expect(story.refused(OFFICIAL, 'complete', { waivers: rest })).toEqual({
      code: 'outstanding',
      about: { items: [item] },
    });
  }
  story.do(OFFICIAL, 'complete', { waivers });
  expect([story.phase, story.owed]).toEqual(['completed', []]);
  expect(story.told('completed')).toMatchObject([{ waivers }]);
  expect(story.told('order-cancelled')).toMatchObject([{ order: 1, because: 'case-closed' }]);
});

describe('an open incident or suspension', () => {
  const withdrawal = { reason: text('reason') };

  test('cannot be waived: the case is not closed over it', () => {
    const story = leftUndone();
    const complete = () => story.refused(OFFICIAL, 'complete', { waivers: waiveAll(story.state) });
    expect(complete()).toEqual({ code: 'end-held', about: { incidents: ['i-1'], suspensions: ['s1'] } });
    story.do(reviewerOf('epidemic-control'), 'lift', { suspension: 's1', opinion: text('clear') });
    expect(complete()).toEqual({ code: 'end-held', about: { incidents: ['i-1'], suspensions: [] } });
  });

  test('holds a withdrawal, whoever asks for it; once it is over the case may go', () => {
    const story = leftUndone();
    for (const by of [OWNER, OFFICIAL]) expect(story.refused(by, 'withdraw', withdrawal).code).toBe('end-held');
    story.do(OWNER, 'takeIncidentStep', { incident: 'i-1', step: 'isolate', documents: [] });
    story.do(HEALTH, 'reportRecheck', { incident: 'i-1', positive: 0, negative: 1 });
    expect(story.refused(OWNER, 'withdraw', withdrawal)).toEqual({
      code: 'end-held',
      about: { incidents: [], suspensions: ['s1'] },
    });
    story.do(reviewerOf('epidemic-control'), 'lift', { suspension: 's1', opinion: text('clear') });
    expect(story.do(OWNER, 'withdraw', withdrawal).phase).toBe('withdrawn');
  });

  test('of the whole site holds it as well', () => {
    const story = suspend(exemplary());
    expect(story.refused(OWNER, 'withdraw', withdrawal).code).toBe('end-held');
  });
});

test('only what is outstanding can be waived', () => {
  const waivers = [{ item: 'round/2022-04-01/morning', reason: text('reason') }];
  expect(exemplary().refused(OFFICIAL, 'complete', { waivers }).code).toBe('unknown-waiver');
});

test('an open round, an unanswered consultation and a requirement that blocks completion are outstanding', () => {
  const story = exemplary().untilTime('2022-04-23', '07:00');
  expect(outstanding(story.state)).toEqual(['round/2022-04-23/morning']);
  expect(waiveAll(story.state)).toHaveLength(1);
});

test('a suspended case is not closed', () => {
  const story = suspend(exemplary());
  expect(story.refused(OFFICIAL, 'complete', { waivers: [] }).code).toBe('wrong-phase');
  expect(story.owed).not.toContain('closing');
});

test.each(['completed', 'withdrawn', 'refused'] as const)('a case that is %s takes nothing more', (phase) => {
  const story = caseAt(phase);
  expect(story.refused(OWNER, 'withdraw', { reason: text('late') })).toEqual({ code: 'case-closed', about: { phase } });
  const advice = { department: 'market', text: text('advice') };
  expect(story.refused(reviewerOf('market'), 'guide', advice).code).toBe('case-closed');
});

test('a case that nobody reported for is closed when everything is waived', () => {
  const story = complete(caseAt('operating'));
  expect(story.phase).toBe('completed');
  expect(story.told('completed')[0]).toMatchObject({ roundsComplete: 0, daysReported: 0 });
});
