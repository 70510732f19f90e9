/** The names with which a problem is said to people: by the rules of the case it is about, else by all that the town knows. */
import { NO_NAMES, type Naming } from '../../contracts/words/problem-words';
import { PROBLEMS, type ProblemCode } from '../../contracts/words/problems';
import { CASE_NUMBER } from '../../contracts/case/ids';
import { newest } from '../../programme/town';
import { allRules, rulesOfCase } from './case-rules';
import type { Deps } from '../http/deps';
import { townOf } from './town';

interface Said {
  readonly code: ProblemCode;
}

/** Never throws: a problem is told without names rather than not at all. */
export async function namingFor(
  deps: Deps,
  { code }: Said,
  caseNumber: unknown,
  department: unknown,
): Promise<Naming | undefined> {
  if (!PROBLEMS[code].zh.includes('{')) return undefined;
  const own = typeof department === 'string' ? { department } : {};
  try {
    if (typeof caseNumber === 'string' && CASE_NUMBER.test(caseNumber)) {
      return { ...own, rules: (await rulesOfCase(deps, caseNumber)).rules };
    }
    return { ...own, rules: await townNames(deps) };
  } catch {
    return { ...own, ...NO_NAMES };
  }
}

async function townNames(deps: Deps): Promise<Naming['rules']> {
  const all = await allRules(deps);
  return {
    ...townOf(deps),
    departments: newest(all.flatMap((rules) => rules.departments)),
    materials: newest(all.flatMap((rules) => rules.materials)),
    preparations: newest(all.flatMap((rules) => rules.preparations)),
    tests: newest(all.flatMap((rules) => rules.tests)),
    supplies: { items: newest(all.flatMap((rules) => rules.supplies.items)) },
  };
}
