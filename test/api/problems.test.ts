/** Every refusal has a status and words in both languages, and every code that the rules know is among them. */
import { isProblemCode, problemDocument, PROBLEM_CODES, PROBLEMS } from '../../contracts/words/problems';
import { REJECTIONS, type RejectionCode } from '../../domain/ledger/rejection';

const STATUS = { forbidden: 403, unknown: 404, conflict: 409, rule: 422 };

test.each(Object.keys(REJECTIONS) as RejectionCode[])('the rejection %s has its status and words', (code) => {
  expect(isProblemCode(code)).toBe(true);
  expect(PROBLEMS[code].status).toBe(STATUS[REJECTIONS[code]]);
});

test.each(PROBLEM_CODES)('%s says what is wrong in Chinese and in English', (code) => {
  const { zh, en, status } = PROBLEMS[code];
  expect(zh).toMatch(/\p{Script=Han}/u);
  expect(zh).toMatch(/。$/);
  expect(en).not.toMatch(/\p{Script=Han}/u);
  expect(en.length).toBeGreaterThan(10);
  expect(status).toBeGreaterThanOrEqual(400);
  expect(code).toMatch(/^[a-z]+(-[a-z]+)*$/);
});

test('what the text names is filled in from what the problem is about', () => {
  expect(problemDocument('already-open', { caseNumber: '2026-0001', link: '/reopenings/2026-0001' })).toEqual({
    type: '/problems/already-open',
    title: 'Already open',
    status: 409,
    code: 'already-open',
    detail: '该企业已有在办的复工事项 2026-0001。',
    detailEn: 'The enterprise already has an open case, 2026-0001.',
    about: { caseNumber: '2026-0001', link: '/reopenings/2026-0001' },
  });
  expect(problemDocument('wrong-phase', { phase: 'plan', possibleIn: ['survey', 'plan'] }).detailEn).toContain(
    'survey, plan',
  );
  expect(problemDocument('outstanding').detailEn).toContain('—');
});
