/** What PostgreSQL tells of rounds and what sheets tell, in whatever order it comes: the case ends knowing the same. */
import fc from 'fast-check';
import type { TestCounts } from '../../domain/case/commands';
import type { RoundFacts } from '../../domain/testing/rounds';
import { caseAt, COUNTS, sheet, type Story } from '../support/story';
import { OFFICIAL, OWNER, reviewerOf, text } from '../support/town';

const MORNING = '2022-04-21/morning';
const control = reviewerOf('epidemic-control');
const tested = (negative: number): TestCounts => ({ ...COUNTS, negative, untested: COUNTS.owed - negative });
const missing = (untested: number) => sheet(MORNING, { id: `missing-${untested}`, negative: 57 - untested, untested });

/** The morning round is open, due or closed, and nobody answers the case. */
function unanswered(time: string): Story {
  const story = caseAt('operating');
  story.answers = false;
  return story.untilTime('2022-04-21', time);
}

describe('a round from its deadline on', () => {
  test('takes late sheets until grace ends, and is complete when they bring the last one', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '08:00').do(OWNER, 'reportTests', missing(3));
    story.untilTime('2022-04-21', '08:45');
    expect(story.duty(`test/${MORNING}`).overdue).toBe(true);
    story.do(OWNER, 'reportTests', { ...sheet(MORNING, { id: 'late' }), sheets: 2 });
    expect(story.told('tests-reported').at(-1)).toMatchObject({ sheet: 'late', late: true });
    story.untilTime('2022-04-21', '09:30');
    expect(story.told('round-counted')).toMatchObject([{ missed: false }]);
    expect(story.owed).not.toContain(`untested/${MORNING}`);
  });

  test('knows after a correction how many are still untested, and owes nothing when nobody is', () => {
    const story = caseAt('operating').untilTime('2022-04-21', '08:00').do(OWNER, 'reportTests', missing(2));
    story.untilTime('2022-04-21', '10:00');
    story.do(OWNER, 'correctTests', { ...missing(1), sheets: 2, reason: text('found') });
    expect(story.state.operation.untested).toMatchObject([{ round: MORNING, untested: 1 }]);
    const other = caseAt('operating').untilTime('2022-04-21', '10:00');
    expect(other.owed).toContain(`untested/${MORNING}`);
    other.do(OWNER, 'correctTests', { ...sheet(MORNING), reason: text('all were there') });
    expect(other.told('untested-accounted')).toEqual([{ round: MORNING, by: 'correction' }]);
    expect(other.owed).not.toContain(`untested/${MORNING}`);
    story.do(control, 'accountForUntested', { round: MORNING, opinion: text('ill') });
    expect(story.told('untested-accounted')).toMatchObject([{ round: MORNING, untested: 1 }]);
  });
});

test('facts in any order and again end in the state in which the last of them ends alone', () => {
  const known = { round: MORNING, positives: [] };
  const first = { incident: 'i-1', cause: 'antigen', people: 1 } as const;
  const second = { ...first, incident: 'i-2' };
  const orders = fc.array(fc.nat(2), { maxLength: 8 });
  fc.assert(
    fc.property(fc.nat(57), fc.nat(57), orders, fc.nat(8), (one, other, before, at) => {
      const [few, many] = [Math.min(one, other), Math.max(one, other)];
      const facts: RoundFacts[] = [
        { ...known, stage: 'open', counts: tested(0), sheets: 0 },
        { ...known, stage: 'due', counts: tested(few), sheets: 1, positives: [first] },
        { ...known, stage: 'closed', counts: tested(many), sheets: 2, positives: [first, second] },
      ];
      const alone = unanswered('09:30').learn({ rounds: facts.slice(2) });
      const story = unanswered('09:30');
      // The last of them somewhere among any number of the others and itself.
      for (const index of [...before.slice(0, at), 2, ...before.slice(at)]) {
        story.learn({ rounds: facts.slice(index, index + 1) });
      }
      expect(story.state).toEqual(alone.state);
      expect(story.told('round-counted')).toHaveLength(1);
      expect(story.told('incident-opened')).toHaveLength(2);
    }),
    { numRuns: 150 },
  );
});

test('sheets told in any order end in the counts that know of most sheets', () => {
  const orders = fc.integer({ min: 1, max: 8 }).chain((count) =>
    fc.shuffledSubarray(
      Array.from({ length: count }, (_, index) => index + 1),
      { minLength: count, maxLength: count },
    ),
  );
  fc.assert(
    fc.property(orders, (told) => {
      const story = caseAt('operating').untilTime('2022-04-21', '07:00');
      for (const number of told) {
        const counts = tested(number * 7);
        story.do(OWNER, 'reportTests', { ...sheet(MORNING, { id: `sheet-${number}` }), counts, sheets: number });
      }
      const { counts, sheetsCounted } = story.state.operation.rounds[0] ?? {};
      expect({ counts, sheetsCounted }).toEqual({ counts: tested(told.length * 7), sheetsCounted: told.length });
      expect(story.owed.includes(`test/${MORNING}`)).toBe(told.length * 7 < COUNTS.owed);
    }),
    { numRuns: 150 },
  );
});

test('a case that is closed learns nothing', () => {
  const story = unanswered('08:30').do(OFFICIAL, 'withdraw', { reason: text('reason') });
  const [state, entries] = [story.state, story.entries.length];
  const incident = { incident: 'i-1', cause: 'antigen', people: 1 } as const;
  story.learn({ rounds: [{ round: MORNING, stage: 'due', counts: tested(3), sheets: 1, positives: [incident] }] });
  expect(story.state).toEqual(state);
  expect(story.entries).toHaveLength(entries);
});
