/** What PostgreSQL has kept of cases, open and closed, in today's shape: the rules that each carries, and its state. */
import { upgradeEdition, stateOfView } from '../../domain/case/upgrade';
import { casesWithoutState, fillState, renameRules, rulesOfSecondSchema } from '../../db/operations/takeovers';
import { bindRules, casesWithoutRules, keepRules } from '../../db/programme/rules';
import { transaction } from '../../db/sql/pool';
import { namedRules } from '../../programme/rules';
import { rulesOf, type Programme } from '../../programme/schema';
import type { Takeover } from './adoption';
import { rulesInHistory } from './inputs';

/** Cases of one look. */
const AT_ONCE = 100;

/** Rules are named by what they say: in another shape they have another name, and what was read under the old one stays true. */
export async function renameAllRules({ pool }: Pick<Takeover, 'pool'>): Promise<void> {
  for (const { hash, rules } of await rulesOfSecondSchema(pool)) {
    const named = namedRules(upgradeEdition(rules));
    await transaction(pool, async (client) => {
      await keepRules(client, named);
      await renameRules(client, hash, named.hash);
    });
  }
}

/**
 * Binds its rules to every case from before they were kept: those that it was handed, or, when Temporal has forgotten it, those of its
 * edition in the programme's file. @returns the numbers of cases whose edition is in neither
 */
export async function bindAllRules({ client, pool, programme }: Omit<Takeover, 'keys'>): Promise<string[]> {
  const unknown: string[] = [];
  for (let after = ''; ;) {
    const cases = await casesWithoutRules(pool, after, AT_ONCE);
    for (const known of cases) {
      after = known.caseNumber;
      const found = (await rulesInHistory(client, known)) ?? asWritten(programme, known.edition);
      if (found) await bindRules(pool, known.caseNumber, namedRules(found));
      // One of which nothing is recorded has no workflow yet; its start takes the rules of its day.
      else if (known.edition !== null) unknown.push(known.caseNumber);
    }
    if (cases.length < AT_ONCE) return unknown;
  }
}

function asWritten(programme: Programme, edition: string | null) {
  const known = programme.editions.some(({ id }) => id === edition);
  return known && edition !== null ? rulesOf(programme, edition) : undefined;
}

/** The state of every case that a release of schema 2 recorded last: lists and pages read it before the case records again. */
export async function fillAllStates({ pool }: Pick<Takeover, 'pool'>): Promise<void> {
  for (let after = ''; ;) {
    const cases = await casesWithoutState(pool, after, AT_ONCE);
    for (const { caseNumber, view, rules } of cases) {
      after = caseNumber;
      await fillState(pool, caseNumber, stateOfView(view, rules));
    }
    if (cases.length < AT_ONCE) return;
  }
}
