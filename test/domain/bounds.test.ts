/** What grows in a case has a bound, or is folded: no list makes its state larger than a message may be. */
import { caseAt, type Story } from '../support/story';
import { LIAISON, OFFICIAL, OWNER, text } from '../support/town';

const moved = (list: string, deviations: readonly string[]) => ({ list, moved: deviations.length, deviations });
const ids = (list: string, count: number) => Array.from({ length: count }, (_, n) => `${list}-${n}`);

function found(story: Story, list: string, count: number): Story {
  return story.do(OWNER, 'reportMovements', moved(list, ids(list, count)));
}

test('two hundred deviations are duties of their own; what else a list brings is one, and is followed up as one', () => {
  const story = found(caseAt('operating').untilTime('2022-04-21', '10:00'), 'l-1', 1000);
  const { deviations } = story.state.movements;
  expect(deviations).toHaveLength(201);
  expect(deviations.at(-1)).toMatchObject({ id: 'l-1', count: 800 });
  expect(story.told('deviation-found').at(-1)).toEqual({ deviation: 'l-1', list: 'l-1', count: 800 });
  expect(story.owed).toContain('deviation/l-1');
  story.do(LIAISON, 'followUpDeviation', { deviation: 'l-1', outcome: 'explained', note: text('a bus that was late') });
  expect(story.owed).not.toContain('deviation/l-1');
});

test('however many lists come, the duties stay bounded and every deviation is counted', () => {
  const story = caseAt('operating').untilTime('2022-04-21', '10:00');
  for (let list = 0; list < 80; list += 1) found(story, `l-${list}`, 10);
  const { deviations } = story.state.movements;
  expect(deviations).toHaveLength(250);
  expect(deviations.reduce((sum, { count = 1 }) => sum + count, 0)).toBe(800);
});

test('a case is copied to two hundred accounts and no more', () => {
  const story = caseAt('survey');
  for (let n = 0; n < 200; n += 1) story.do(OFFICIAL, 'copy', { to: { account: `a-${n}`, role: 'official' } });
  const refusal = story.refused(OFFICIAL, 'copy', { to: { account: 'one-more', role: 'official' } });
  expect(refusal).toMatchObject({ code: 'too-many', about: { most: 200 } });
});
