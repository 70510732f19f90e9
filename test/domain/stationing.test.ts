/** The service team, the one liaison, stand-ins for dated leave, and the hand-over that keeps the history. */
import { liaisonOn } from '../../domain/case/stationing';
import { caseAt, MEMBERS, reportDay } from '../support/story';
import { LIAISON, OFFICIAL, OWNER, SECOND_LIAISON, THIRD_LIAISON, text } from '../support/town';

const TODAY = '2022-04-20';
const assigned = (from = TODAY) => caseAt('stationing').do(OFFICIAL, 'assignLiaison', { liaison: LIAISON, from });

test('the team has members of every part that the programme asks for, and may be formed anew', () => {
  const story = caseAt('stationing');
  expect(story.refused(OFFICIAL, 'formTeam', { members: MEMBERS.slice(1) })).toEqual({
    code: 'team-incomplete',
    about: { missing: ['village'] },
  });
  story.do(OFFICIAL, 'formTeam', { members: MEMBERS });
  expect(story.owed).toEqual(['liaison']);
  expect(story.refused(OFFICIAL, 'formTeam', { members: MEMBERS }).code).toBe('already-done');
  const other = MEMBERS.map(({ part }) => ({ part, person: text(`new-${part}`) }));
  expect(story.do(OFFICIAL, 'formTeam', { members: other }).state.stationing.team?.members).toEqual(other);
});

test('one liaison is assigned, from today on at the earliest, and is told by name to arrive', () => {
  const story = caseAt('stationing');
  const body = { liaison: LIAISON, from: TODAY };
  expect(story.refused(OFFICIAL, 'assignLiaison', { ...body, from: '2022-04-19' }).code).toBe('wrong-date');
  expect(story.refused(OFFICIAL, 'assignLiaison', { ...body, liaison: OWNER }).code).toBe('wrong-role');
  story.do(OFFICIAL, 'assignLiaison', body);
  expect(story.duty('arrival')).toMatchObject({ owner: 'liaison', account: LIAISON.account });
  expect(story.refused(OFFICIAL, 'assignLiaison', body)).toEqual({ code: 'already-done', about: { use: 'handOver' } });
});

test('only the liaison of the day arrives, once', () => {
  const story = assigned('2022-04-22');
  expect(story.refused(LIAISON, 'arrive', {}).code).toBe('not-stationed');
  story.untilTime('2022-04-22', '08:00');
  expect(story.refused(SECOND_LIAISON, 'arrive', {}).code).toBe('not-stationed');
  story.do(LIAISON, 'arrive', {});
  expect(story.refused(LIAISON, 'arrive', {}).code).toBe('already-done');
});

test('operation begins with whatever came last: the team, the liaison or a requirement', () => {
  const story = assigned().do(LIAISON, 'arrive', {});
  expect([story.phase, story.owed]).toEqual(['stationing', ['team']]);
  expect(story.do(OFFICIAL, 'formTeam', { members: MEMBERS }).phase).toBe('operating');
});

test('a stand-in has the liaison’s duties from the first to the last day of the leave, and no longer', () => {
  const story = caseAt('operating');
  story.do(OFFICIAL, 'nameStandIn', { liaison: SECOND_LIAISON, from: '2022-04-22', to: '2022-04-23' });
  const onDuty = ['2022-04-21', '2022-04-22', '2022-04-23', '2022-04-24'].map((date) => liaisonOn(story.state, date));
  expect(onDuty).toEqual(['a-liaison', 'a-liaison-2', 'a-liaison-2', 'a-liaison']);
  story.untilTime('2022-04-22', '16:30');
  expect(story.duty('report/2022-04-22').account).toBe(SECOND_LIAISON.account);
  expect(() => reportDay(story, '2022-04-22', LIAISON)).toThrow('not-stationed');
  reportDay(story, '2022-04-22', SECOND_LIAISON);
  reportDay(story, '2022-04-21', LIAISON); // the day before the leave is still the liaison's own
});

test('stand-ins do not overlap, do not stand in for themselves, and their leave ends after it begins', () => {
  const story = caseAt('operating');
  const leave = { liaison: SECOND_LIAISON, from: '2022-04-22', to: '2022-04-24' };
  story.do(OFFICIAL, 'nameStandIn', leave);
  const third = { liaison: THIRD_LIAISON, from: '2022-04-24', to: '2022-04-25' };
  expect(story.refused(OFFICIAL, 'nameStandIn', third).code).toBe('stand-in-overlap');
  story.do(OFFICIAL, 'nameStandIn', { ...third, from: '2022-04-25' });
  const later = { from: '2022-04-28', to: '2022-04-29' };
  expect(story.refused(OFFICIAL, 'nameStandIn', { ...later, liaison: LIAISON }).code).toBe('already-done');
  expect(story.refused(OFFICIAL, 'nameStandIn', { ...later, liaison: OWNER }).code).toBe('wrong-role');
  expect(story.refused(OFFICIAL, 'nameStandIn', { ...leave, to: '2022-04-21' }).code).toBe('wrong-date');
  expect(story.refused(OFFICIAL, 'nameStandIn', { ...leave, from: '2022-04-19' }).code).toBe('wrong-date');
});

test('a hand-over has a date, ends the posting the day before and keeps it', () => {
  const story = caseAt('operating');
  const next = { liaison: SECOND_LIAISON, from: '2022-04-23' };
  expect(story.refused(OFFICIAL, 'handOver', { ...next, liaison: LIAISON }).code).toBe('already-done');
  expect(story.refused(OFFICIAL, 'handOver', { ...next, from: TODAY }).code).toBe('wrong-date');
  story.do(OFFICIAL, 'handOver', next);
  expect(story.state.stationing.postings).toEqual([
    { liaison: 'a-liaison', from: TODAY, until: '2022-04-22' },
    { liaison: 'a-liaison-2', from: '2022-04-23', until: null },
  ]);
  story.untilTime('2022-04-23', '16:30');
  reportDay(story, '2022-04-22', LIAISON);
  expect(() => reportDay(story, '2022-04-23', LIAISON)).toThrow('not-stationed');
  reportDay(story, '2022-04-23', SECOND_LIAISON);
});

test('after a hand-over before anyone arrived, the new liaison owes the arrival', () => {
  const story = assigned().do(OFFICIAL, 'handOver', { liaison: SECOND_LIAISON, from: '2022-04-21' });
  expect(story.duty('arrival').account).toBe(SECOND_LIAISON.account);
  story.untilTime('2022-04-21', '08:00').do(SECOND_LIAISON, 'arrive', {});
  expect(story.owed).toEqual(['team']);
});

test('before a liaison is assigned nobody stands in and nothing is handed over', () => {
  const story = caseAt('stationing');
  const body = { liaison: SECOND_LIAISON, from: TODAY };
  expect(story.refused(OFFICIAL, 'handOver', body).code).toBe('no-liaison');
  expect(story.refused(OFFICIAL, 'nameStandIn', { ...body, to: TODAY }).code).toBe('no-liaison');
});
