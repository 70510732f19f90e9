/** The verbs of a sign-off 会签: who may use which, when, and what each does to the round. */
import { approve, caseAt, reviewed, returnPlan, type Story } from '../support/story';
import { colleagueOf, DEPARTMENTS, LIAISON, OFFICIAL, OWNER, reviewerOf, text } from '../support/town';

const market = reviewerOf('market');
const control = reviewerOf('epidemic-control');

const turnOf = (department: string) => ({ department, round: 1 });
const owing = (story: Story) => story.owed.filter((id) => id.startsWith('sign-off/'));

test('all departments review in parallel, each by its own term', () => {
  const story = caseAt('sign-offs'); // Wednesday the 20th
  const dues = Object.fromEntries(story.agenda.map((duty) => [duty.owner, new Date(duty.due ?? 0).toISOString()]));
  expect(dues).toEqual({
    'department/epidemic-control': '2022-04-22T09:30:00.000Z', // two natural days
    'department/economy': '2022-04-22T09:30:00.000Z', // two working days
    'department/market': '2022-04-22T09:30:00.000Z',
    'department/enforcement': '2022-04-24T09:30:00.000Z', // three, Sunday the 24th being made up
  });
});

test('an approval ticks the whole checklist and nothing else', () => {
  const story = caseAt('sign-offs');
  const seen = reviewed(story, 'epidemic-control');
  const half = { ...seen, checklist: ['isolation-room'] };
  expect(story.refused(control, 'approve', half)).toEqual({
    code: 'checklist-incomplete',
    about: { missing: ['two-points-one-line'] },
  });
  const more = { ...seen, checklist: [...seen.checklist, 'orders'] };
  expect(story.refused(control, 'approve', more).code).toBe('unknown-checklist-item');
});

describe('an item of the checklist', () => {
  const reason = text('reason');

  test('that is for another kind of enterprise is not asked, and can be neither ticked nor named', () => {
    const story = caseAt('sign-offs');
    const seen = reviewed(story, 'market');
    expect(seen.checklist).toEqual(['food']);
    const about = { item: 'customers', known: ['food'] };
    const refusal = { code: 'unknown-checklist-item', about };
    expect(story.refused(market, 'approve', { ...seen, checklist: ['food', 'customers'] })).toEqual(refusal);
    const named = { ...seen, notApplicable: [{ item: 'customers', reason }] };
    expect(story.refused(market, 'approve', named)).toEqual(refusal);
    story.do(market, 'approve', seen);
    expect(story.told('approved').at(-1)).not.toHaveProperty('notApplicable');
  });

  test('that does not apply to this one is answered with a reason, once, and stands in the ledger', () => {
    const story = caseAt('sign-offs');
    const seen = reviewed(story, 'economy');
    const economy = reviewerOf('economy');
    const without = { ...seen, checklist: ['orders'] };
    expect(story.refused(economy, 'approve', without).code).toBe('checklist-incomplete');
    const capacity = { item: 'capacity', reason };
    expect(story.refused(economy, 'approve', { ...seen, notApplicable: [capacity] }).code).toBe('too-many');
    expect(story.refused(economy, 'approve', { ...without, notApplicable: [capacity, capacity] }).code).toBe(
      'too-many',
    );
    const conditions = [{ text: text('condition') }];
    story.do(economy, 'approveWithConditions', { ...without, notApplicable: [capacity], conditions });
    expect(story.told('approved-with-conditions').at(-1)).toMatchObject({ notApplicable: [capacity] });
  });
});

test('a signature is for the frozen versions of the materials that the department reviews', () => {
  const story = caseAt('sign-offs');
  const seen = reviewed(story, 'market');
  const versions = { ...seen.versions, employees: 2 };
  expect(story.refused(market, 'approve', { ...seen, versions }).code).toBe('stale-version');
  // It does not review the safety measures and need not have looked at them.
  story.do(market, 'approve', { ...seen, versions: { 'work-plan': 1, employees: 1 } });
  expect(story.state.review.verdicts['market']?.versions).toEqual({ 'work-plan': 1, employees: 1 });
});

test('only people of the department act for it, in the round that is in course', () => {
  const story = caseAt('sign-offs');
  const seen = reviewed(story, 'market');
  expect(story.refused(reviewerOf('economy'), 'approve', seen).code).toBe('wrong-department');
  expect(story.refused(OFFICIAL, 'approve', seen).code).toBe('forbidden');
  expect(story.refused(market, 'approve', { ...seen, department: 'post' }).code).toBe('unknown-department');
  expect(story.refused(market, 'approve', { ...seen, round: 2 }).code).toBe('stale-round');
  approve(story, 'market');
  expect(story.refused(colleagueOf('market'), 'approve', seen).code).toBe('already-done');
});

test('the last approval ends the round: all seals stand and stationing begins', () => {
  const story = approve(caseAt('sign-offs'), ...DEPARTMENTS);
  expect(Object.keys(story.state.review.signatures).sort()).toEqual([...DEPARTMENTS].sort());
  expect(story.phase).toBe('stationing');
});

test('a return needs an opinion and names defects in materials that the department reviews', () => {
  const story = caseAt('sign-offs');
  const { checklist: _, ...seen } = reviewed(story, 'market');
  const body = { ...seen, opinion: text('opinion'), defects: [{ material: 'employees', text: text('defect') }] };
  const { opinion: _opinion, ...silent } = body;
  expect(story.refused(market, 'returnPlan', silent).code).toBe('opinion-required');
  expect(story.refused(market, 'returnPlan', { ...body, defects: [] }).code).toBe('nothing-to-notify');
  const others = [{ material: 'safety', text: text('defect') }];
  expect(story.refused(market, 'returnPlan', { ...body, defects: others }).code).toBe('not-reviewed');
  const unknown = [{ material: 'poem', text: text('defect') }];
  expect(story.refused(market, 'returnPlan', { ...body, defects: unknown }).code).toBe('unknown-material');
  expect(owing(story.do(market, 'returnPlan', body))).not.toContain('sign-off/1/market');
});

describe('a veto', () => {
  test('ends the case at once, whatever the others have done', () => {
    const story = approve(caseAt('sign-offs'), 'economy');
    story.do(control, 'veto', { ...turnOf('epidemic-control'), opinion: text('no') });
    expect([story.phase, story.owed]).toEqual(['refused', []]);
    expect(story.refused(market, 'approve', reviewed(story, 'market'))).toEqual({
      code: 'case-closed',
      about: { phase: 'refused' },
    });
  });

  test('needs an opinion and the right to it', () => {
    const story = caseAt('sign-offs');
    expect(story.refused(control, 'veto', turnOf('epidemic-control')).code).toBe('opinion-required');
    const eager = { ...turnOf('market'), opinion: text('no') };
    expect(story.refused(market, 'veto', eager).code).toBe('veto-not-absolute');
  });
});

describe('conditions', () => {
  const condition = { text: text('condition'), dueOn: '2022-04-25' };
  const evidence = { requirement: 'r1', documents: [{ document: 'photo', hmac: 'h' }] };
  const passed = { requirement: 'r1', passed: true, mode: 'video' } as const;
  const withCondition = (conditions = [condition]) => {
    const story = caseAt('sign-offs');
    story.do(market, 'approveWithConditions', { ...reviewed(story, 'market'), conditions });
    return approve(story, 'epidemic-control', 'economy', 'enforcement');
  };

  test('become requirements when the round ends, block what the programme says, and are rechecked by the department', () => {
    const story = withCondition();
    expect(story.state.requirements).toMatchObject([{ id: 'r1', blocks: 'operation', dueOn: '2022-04-25' }]);
    story.do(OFFICIAL, 'formTeam', { members: ['village', 'enterprise', 'department'].map(memberOf) });
    story.do(OFFICIAL, 'assignLiaison', { liaison: LIAISON, from: story.today }).do(LIAISON, 'arrive', {});
    expect([story.phase, story.owed]).toEqual(['stationing', ['evidence/r1']]);
    story.do(OWNER, 'submitEvidence', evidence);
    expect(story.refused(OFFICIAL, 'recheckRequirement', passed).code).toBe('wrong-department');
    expect(story.do(market, 'recheckRequirement', passed).phase).toBe('operating');
  });

  test('without a date get the programme’s term, and never a date that is past', () => {
    expect(withCondition([{ text: text('condition') } as typeof condition]).state.requirements[0]?.dueOn).toBe(
      '2022-04-23',
    );
    expect(() => withCondition([{ ...condition, dueOn: '2022-04-19' }])).toThrow('wrong-date');
  });
});

function memberOf(part: string) {
  return { part: part as 'village', person: text(`member-${part}`) };
}

describe('taking back', () => {
  test('is possible to the same person until the round ends; then the department owes the act again', () => {
    const story = approve(caseAt('sign-offs'), 'market');
    expect(story.refused(colleagueOf('market'), 'takeBack', turnOf('market')).code).toBe('not-the-signer');
    story.do(market, 'takeBack', turnOf('market'));
    expect(story.owed).toContain('sign-off/1/market');
    expect(story.refused(market, 'takeBack', turnOf('market')).code).toBe('nothing-to-take-back');
    returnPlan(story, 'market', 'employees');
    approve(story, 'epidemic-control', 'economy', 'enforcement');
    expect(story.refused(market, 'takeBack', turnOf('market'))).toMatchObject({
      code: 'stale-round',
      about: { ended: true },
    });
  });

  test('after the due time is overdue at once, and only then reminded again from the start', () => {
    const story = approve(caseAt('sign-offs').untilTime('2022-04-22', '23:00'), 'market');
    const before = story.entries.length;
    story.do(market, 'takeBack', turnOf('market'));
    expect(story.entries.slice(before).map((entry) => entry.type)).toEqual(['taken-back', 'duty-overdue']);
    expect(story.duty('sign-off/1/market')).toMatchObject({ since: story.now, overdue: true, reminded: 0 });
  });
});

describe('a transfer', () => {
  const to = colleagueOf('market');

  test('gives the act to a colleague, and to nobody else', () => {
    const story = caseAt('sign-offs').do(market, 'transfer', { ...turnOf('market'), to });
    expect(story.duty('sign-off/1/market').account).toBe(to.account);
    expect(story.refused(market, 'approve', reviewed(story, 'market'))).toEqual({
      code: 'transferred-away',
      about: { to: to.account },
    });
    expect(story.refused(market, 'transfer', { ...turnOf('market'), to }).code).toBe('already-done');
    story.do(to, 'approve', reviewed(story, 'market'));
    expect(story.refused(market, 'transfer', { ...turnOf('market'), to }).code).toBe('already-done');
  });

  test('goes to a reviewer of the same department', () => {
    const story = caseAt('sign-offs');
    const wrong = { ...turnOf('market'), to: reviewerOf('economy') };
    expect(story.refused(market, 'transfer', wrong).code).toBe('wrong-department');
    expect(story.refused(market, 'transfer', { ...wrong, to: LIAISON }).code).toBe('wrong-role');
  });
});

describe('a consultation', () => {
  const ask = { ...turnOf('market'), of: 'enforcement', question: text('question') };

  test('makes whoever is asked owe an answer, and only they give it, once', () => {
    const story = caseAt('sign-offs').do(market, 'consult', ask);
    expect(story.duty('consultation/c1').owner).toBe('department/enforcement');
    const answer = { consultation: 'c1', answer: text('answer') };
    expect(story.refused(OWNER, 'answerConsultation', answer).code).toBe('not-consulted');
    story.do(reviewerOf('enforcement'), 'answerConsultation', answer);
    expect(story.owed).not.toContain('consultation/c1');
    expect(story.refused(reviewerOf('enforcement'), 'answerConsultation', answer).code).toBe('already-done');
  });

  test('may be of the enterprise, not of oneself, not of nobody, and not twice with one question', () => {
    const story = caseAt('sign-offs').do(market, 'consult', { ...ask, of: 'enterprise' });
    expect(story.duty('consultation/c1').owner).toBe('enterprise');
    story.do(OWNER, 'answerConsultation', { consultation: 'c1', answer: text('answer') });
    expect(story.refused(market, 'consult', ask).code).toBe('already-done');
    const other = { ...ask, question: text('another') };
    expect(story.refused(market, 'consult', { ...other, of: 'market' }).code).toBe('wrong-department');
    expect(story.refused(market, 'consult', { ...other, of: 'post' }).code).toBe('unknown-department');
    const nothing = { consultation: 'c7', answer: text('answer') };
    expect(story.refused(OWNER, 'answerConsultation', nothing).code).toBe('unknown-consultation');
  });
});

test('a copy lets an account see the case, once', () => {
  const to = { account: 'a-mayor', role: 'official' } as const;
  const story = caseAt('sign-offs').do(market, 'copy', { to });
  expect(story.state.copies).toEqual(['a-mayor']);
  expect(story.refused(market, 'copy', { to }).code).toBe('already-done');
});
