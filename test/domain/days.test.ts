/** The smaller parts of operating days: samplers and visits, movements and deviations, the self-management team. */
import { isInWindow } from '../../domain/people/lodging';
import fc from 'fast-check';
import { caseAt, sheet } from '../support/story';
import { at, EDITION, file, HEALTH, LIAISON, OFFICIAL, OWNER, SECOND_LIAISON, text } from '../support/town';

const EVENING = '2022-04-21/evening';

describe('sampling', () => {
  test('by the enterprise itself needs a sampler whom the health centre has certified', () => {
    const story = caseAt('stationing').do(OWNER, 'nameSampler', { person: 'p-1' });
    expect(story.duty('certification/p-1').owner).toBe('health');
    expect(story.refused(OWNER, 'certifySampler', { person: 'p-1' }).code).toBe('forbidden');
    expect(story.refused(HEALTH, 'certifySampler', { person: 'p-2' }).code).toBe('not-named');
    const running = caseAt('operating').do(OWNER, 'nameSampler', { person: 'p-1' }).untilTime('2022-04-21', '18:00');
    const { sampling: _, ...bare } = sheet(EVENING);
    expect(running.refused(OWNER, 'reportTests', bare).code).toBe('sampling-missing');
    const own = { ...bare, sampling: 'self', sampler: 'p-1' } as const;
    expect(running.refused(OWNER, 'reportTests', own).code).toBe('no-certified-sampler');
    running.do(HEALTH, 'certifySampler', { person: 'p-1', document: file('certificate') });
    running.do(OWNER, 'reportTests', own);
    expect(running.told('tests-reported')).toMatchObject([{ sampling: 'self', sampler: 'p-1' }]);
    expect(running.refused(HEALTH, 'certifySampler', { person: 'p-1' }).code).toBe('already-done');
  });

  test('needs no more samplers than fifty', () => {
    const story = caseAt('operating');
    for (let number = 1; number <= 50; number += 1) story.do(OWNER, 'nameSampler', { person: `p-${number}` });
    expect(story.refused(OWNER, 'nameSampler', { person: 'p-51' }).code).toBe('too-many');
  });

  test('by mobile samplers is asked for by the day, done by the health centre, and not before its day', () => {
    const story = caseAt('operating').do(OWNER, 'requestVisit', { date: '2022-04-22' });
    expect(story.refused(OFFICIAL, 'requestVisit', { date: '2022-04-22' }).code).toBe('already-done');
    expect(story.refused(OWNER, 'requestVisit', { date: '2022-04-19' }).code).toBe('wrong-date');
    const done = { visit: 'visit-2022-04-22', sampled: 57 };
    expect(story.refused(HEALTH, 'completeVisit', done).code).toBe('too-early');
    story.untilTime('2022-04-22', '18:00').do(HEALTH, 'completeVisit', done);
    expect(story.told('visit-completed')).toEqual([{ visit: 'visit-2022-04-22', date: '2022-04-22', sampled: 57 }]);
    expect(story.owed).not.toContain('visit/visit-2022-04-22');
    expect(story.refused(HEALTH, 'completeVisit', { ...done, visit: 'visit-2022-05-01' }).code).toBe('unknown-visit');
  });
});

describe('movements', () => {
  test('are counted, each list once, and every deviation is followed up by the liaison of the day', () => {
    const story = caseAt('operating');
    const list = { list: 'gate-1', moved: 33, deviations: ['v-1'] };
    story.do(OWNER, 'reportMovements', list);
    expect(story.refused(OWNER, 'reportMovements', list).code).toBe('already-done');
    expect(story.duty('deviation/v-1').owner).toBe('liaison');
    const body = { deviation: 'v-1', outcome: 'warned', note: text('note') } as const;
    expect(story.refused(SECOND_LIAISON, 'followUpDeviation', body).code).toBe('not-stationed');
    story.do(LIAISON, 'followUpDeviation', body);
    expect(story.owed).not.toContain('deviation/v-1');
    expect(story.refused(LIAISON, 'followUpDeviation', body).code).toBe('unknown-deviation');
  });

  test('deviations that come twice are one duty; of a flood what is above two hundred is one more', () => {
    const story = caseAt('operating');
    const listOf = (list: string, deviations: readonly string[]) => ({ list, moved: 300, deviations });
    story.do(OWNER, 'reportMovements', listOf('gate-1', ['v-1', 'v-1', 'v-2']));
    story.do(OWNER, 'reportMovements', listOf('gate-2', ['v-2', 'v-3']));
    expect(story.owed.filter((id) => id.startsWith('deviation/'))).toEqual(
      ['v-1', 'v-2', 'v-3'].map((id) => `deviation/${id}`),
    );
    const many = Array.from({ length: 198 }, (_, number) => `w-${number}`);
    story.do(OWNER, 'reportMovements', listOf('gate-3', many));
    expect(story.owed.filter((id) => id.startsWith('deviation/'))).toHaveLength(201);
    expect(story.owed).toContain('deviation/gate-3');
  });

  test('lie in a window or outside of all, at any minute of any day', () => {
    const { windows } = EDITION.lodging;
    fc.assert(
      fc.property(fc.nat(59), fc.nat(23), fc.nat(27), (minute, hour, day) => {
        const time = `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`;
        const inside = windows.some(({ from, to }) => from <= time && time <= to);
        expect(isInWindow(at(`2022-05-${String(day + 1).padStart(2, '0')}`, time), EDITION)).toBe(inside);
      }),
    );
  });
});

describe('the self-management team', () => {
  test('inspects once it is formed; each finding is owed until something shows what was done', () => {
    const story = caseAt('operating');
    const body = { area: text('canteen'), findings: [{ text: text('no line'), photos: [file('photo')] }] };
    expect(story.refused(OWNER, 'recordInspection', body).code).toBe('team-incomplete');
    story.do(OWNER, 'formSelfManagement', { members: ['p-2', 'p-1', 'p-2'] });
    expect(story.told('self-management-formed')).toEqual([{ members: ['p-1', 'p-2'] }]);
    expect(story.refused(OWNER, 'formSelfManagement', { members: ['p-1', 'p-2'] }).code).toBe('already-done');
    story.do(OWNER, 'recordInspection', body);
    expect(story.refused(OWNER, 'recordInspection', body).code).toBe('already-done');
    expect(story.duty('finding/f1').owner).toBe('enterprise');
    expect(story.refused(OWNER, 'closeFinding', { finding: 'f1', photos: [] }).code).toBe('opinion-required');
    story.do(OWNER, 'closeFinding', { finding: 'f1', photos: [file('mended')] });
    expect(story.owed).not.toContain('finding/f1');
    expect(story.refused(OWNER, 'closeFinding', { finding: 'f2', photos: [] }).code).toBe('unknown-finding');
  });

  test('finds no more than two hundred things at a time', () => {
    const story = caseAt('operating').do(OWNER, 'formSelfManagement', { members: ['p-1'] });
    const inspect = (count: number) => ({
      area: text(`area of ${count}`),
      findings: Array.from({ length: count }, () => ({ text: text('finding'), photos: [] })),
    });
    story.do(OWNER, 'recordInspection', inspect(150));
    expect(story.refused(OWNER, 'recordInspection', inspect(51)).code).toBe('too-many');
    story.do(OWNER, 'recordInspection', inspect(50));
  });
});

describe('a liaison', () => {
  const quantity = [{ item: 'mask', quantity: 1 }];

  test('does nothing for an enterprise where another one is on duty', () => {
    const story = caseAt('operating');
    story.do(OWNER, 'formSelfManagement', { members: ['p-1'] });
    story.do(OWNER, 'recordInspection', { area: text('area'), findings: [{ text: text('finding'), photos: [] }] });
    const refusals = [
      story.refused(SECOND_LIAISON, 'requestVisit', { date: '2022-04-22' }),
      story.refused(SECOND_LIAISON, 'reportMovements', { list: 'gate', moved: 1, deviations: [] }),
      story.refused(SECOND_LIAISON, 'closeFinding', { finding: 'f1', note: text('done'), photos: [] }),
      story.refused(SECOND_LIAISON, 'requestSupplies', { lines: quantity }),
      story.refused(SECOND_LIAISON, 'countSupplies', { counts: quantity }),
      story.refused(SECOND_LIAISON, 'receiveOrder', { order: 1, consignment: 1, lines: quantity }),
    ];
    expect(refusals.map((one) => one.code)).toEqual(refusals.map(() => 'not-stationed'));
  });

  test('acts while it stands in, and no longer', () => {
    const story = caseAt('operating');
    story.do(OFFICIAL, 'nameStandIn', { liaison: SECOND_LIAISON, from: '2022-04-21', to: '2022-04-21' });
    story.untilTime('2022-04-21', '08:00').do(SECOND_LIAISON, 'countSupplies', { counts: quantity });
    expect(story.refused(LIAISON, 'requestSupplies', { lines: quantity }).code).toBe('not-stationed');
    story.untilTime('2022-04-22', '08:00').do(LIAISON, 'requestSupplies', { lines: quantity });
  });
});
