/** The words of a sheet of results, and the results that they mean. */
import type { NOT_TESTED_REASONS, ResultRow } from '../../contracts/documents/sheets';

export const RESULT_WORDS: { readonly [word: string]: ResultRow['result'] } = {
  阴性: 'negative',
  阳性: 'positive',
  待出: 'pending',
  无效: 'invalid',
  未检: 'not-tested',
};
export const REASON_WORDS: { readonly [word: string]: (typeof NOT_TESTED_REASONS)[number] } = {
  外出: 'absent',
  生病: 'ill',
  拒检: 'refused',
  缺试剂: 'no-kit',
  其他: 'other',
};

/** A result as people say it; of somebody whose mixed tube was positive, that a recheck is to come. */
export function resultWord(result: string): string {
  if (result === 'recheck') return '混管阳性待复检';
  return Object.keys(RESULT_WORDS).find((word) => RESULT_WORDS[word] === result) ?? '未出结果';
}
