/** How a case ends: the programme's rule, what is outstanding, waivers with a reason, and that nothing follows. */
import { outstanding } from '../../domain/completion';
import { caseAt, complete, reportDay, sheet, suspend, waiveAll, type Story } from '../support/story';
import { OFFICIAL, OWNER, reviewerOf, text } from '../support/town';

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
