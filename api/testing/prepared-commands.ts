/** Commands whose people stay here: stores what a body says of people first, and makes the command of counts and ids that may travel (docs/adr/0008). */
import { setTimeout as pause } from 'node:timers/promises';
import type { PreparedType, Referred } from '../../contracts/case/commands';
import type { FieldMistake } from '../../contracts/words/problems';
import type { ResultRow } from '../../contracts/documents/sheets';
import { authorise } from '../../domain/case/acts';
import { isDate } from '../../domain/calendar/calendar';
import { findProjection, type KnownCase } from '../../db/case/cases';
import {
  fileRecheck,
  findIncident,
  incidentPeople,
  lockIncident,
  takeStepBack,
  trace,
} from '../../db/testing/incidents';
import { forgetMovements, movers, roommates, storeMovements } from '../../db/people/movements';
import { roundExists } from '../../db/testing/rounds';
import { takeSheetBack } from '../../db/testing/sheets';
import { transaction, type Pool } from '../../db/sql/pool';
import { rulesOfCase } from '../programme/case-rules';
import type { Deps } from '../http/deps';
import { Problem } from '../http/error-mapper';
import type { Preparation } from '../case/people-of-acts';
import { rowsOf, tableInvalid, type TabularBody } from '../documents/rows-of-body';
import { match } from '../people/matching';
import { MOVEMENTS_SHAPE } from '../people/movement-lists';
import { fileSheet, RESULTS_SHAPE } from './results';

type Maker = (deps: Deps, preparation: Preparation) => Promise<object>;
type Body<T extends PreparedType> = Referred<T>;

const MAKERS: { readonly [T in PreparedType]: Maker } = {
  async reportTests(deps, preparation) {
    const { by, known, command, body, referred } = preparation;
    await requireRunning(deps.pool, known);
    const { round, sheet, sampling, sampler, confirmedSingles } = referred as Body<'reportTests'>;
    const rows = await rowsOf<ResultRow>(deps.pool, by, body as TabularBody<ResultRow>, RESULTS_SHAPE);
    await awaitFrozen(deps.pool, known, round);
    const filed = await fileSheet(
      deps,
      await filingOf(deps, preparation, { round, sheet, command, confirmedSingles }),
      rows,
    );
    // The workbook does not go on: whoever may see the case may read its files, and not everyone may see who tested how. As an
    // upload that nothing names it is its sender's alone, and goes after a month.
    return { round, sheet, ...filed, ...(sampling && { sampling }), ...(sampler && { sampler }) };
  },

  async correctTests(deps, preparation): Promise<object> {
    const { known, command, referred } = preparation;
    await requireRunning(deps.pool, known);
    const { round, sheet, rows, reason, confirmedSingles } = referred as Body<'correctTests'>;
    const placed = rows.map((row, index) => ({ at: `/rows/${index}`, row: row }));
    const filed = await fileSheet(
      deps,
      await filingOf(deps, preparation, { round, sheet, command, confirmedSingles }),
      placed,
    );
    return { round, sheet, ...filed, reason };
  },

  async reportRecheck(deps, { known, command, referred }) {
    const { incident, rows } = referred as Body<'reportRecheck'>;
    const found = await findIncident(deps.pool, known.caseNumber, incident);
    if (!found) throw new Problem('unknown-incident', { incident });
    return transaction(deps.pool, async (client) => {
      await lockIncident(client, incident);
      const held = (await incidentPeople(client, incident)).filter((one) => one.status !== 'contact');
      const mistakes: FieldMistake[] = [];
      const placed = rows.map((row, index) => ({ at: `/rows/${index}`, row }));
      const matched = match(placed, held, deps.personal, mistakes, { once: true });
      const missing = held.length - matched.length;
      if (mistakes.length === 0 && missing > 0) {
        mistakes.push({
          pointer: '/rows',
          reason: `lacks ${missing} of those who are held 缺少 ${missing} 名待复核人员`,
        });
      }
      if (mistakes.length > 0) throw tableInvalid(mistakes);
      const results = matched.map(({ row, found: { person } }) => ({ person, result: row.result }));
      await fileRecheck(client, incident, command, results);
      const positive = results.filter((one) => one.result === 'positive').length;
      return { incident, positive, negative: results.length - positive };
    });
  },

  async takeIncidentStep(deps, { by, known, command, referred }) {
    const body = referred as Body<'takeIncidentStep'>;
    const found = await findIncident(deps.pool, known.caseNumber, body.incident);
    if (!found) throw new Problem('unknown-incident', { incident: body.incident });
    // Of the roles that take steps it is the reviewer who traces; the case refuses the others.
    if (body.step !== 'trace' || by.role !== 'reviewer') return body;
    const contacts = await transaction(deps.pool, async (client) => {
      await lockIncident(client, body.incident);
      return trace(client, body.incident, command, roommates);
    });
    return { ...body, contacts };
  },

  async reportMovements(deps, { by, known, command, body, referred }) {
    await requireRunning(deps.pool, known);
    const { list } = referred as Body<'reportMovements'>;
    const rows = await rowsOf(deps.pool, by, body as TabularBody<never>, MOVEMENTS_SHAPE);
    const { rules } = await rulesOfCase(deps, known.caseNumber);
    return transaction(deps.pool, async (client) => {
      const mistakes: FieldMistake[] = [];
      const matched = match(rows, await movers(client, known.enterprise), deps.personal, mistakes, { once: false });
      if (mistakes.length > 0) throw tableInvalid(mistakes);
      const moved = matched.map(({ row, found: { person } }) => ({
        person,
        direction: row.direction,
        at: Date.parse(row.at),
      }));
      const key = { caseNumber: known.caseNumber, enterprise: known.enterprise, list, command };
      const stored = await storeMovements(client, key, moved, rules);
      if (stored === 'other-command') throw new Problem('already-done', { list });
      return { list, ...stored };
    });
  },
};

/**
 * The command as it may travel. Everything that it is refused for without looking at the case's own state is refused here.
 * @throws Problem; then nothing is stored
 */
export async function prepare(deps: Deps, type: PreparedType, preparation: Preparation): Promise<object> {
  const { by, known } = preparation;
  const permitted = (): void => authorise(type, by, known.enterpriseRef);
  try {
    permitted();
  } catch {
    throw new Problem('forbidden', { role: by.role });
  }
  return MAKERS[type](deps, preparation);
}

/** The case refused the command: what was stored for it is taken back. */
export function takeBack(pool: Pool, type: PreparedType, command: string): Promise<void> {
  return transaction(pool, async (client) => {
    if (type === 'reportRecheck' || type === 'takeIncidentStep') await takeStepBack(client, command);
    else if (type === 'reportMovements') await forgetMovements(client, command);
    else await takeSheetBack(client, command);
  });
}

interface OfSheet {
  readonly round: string;
  readonly sheet: string;
  readonly command: string;
  readonly confirmedSingles?: boolean | undefined;
}

async function filingOf(
  deps: Deps,
  { by, known }: Preparation,
  { confirmedSingles = false, round, ...sheet }: OfSheet,
) {
  if (!isDate(round.slice(0, 10))) throw new Problem('unknown-round', { round });
  const { tubeSizes } = (await rulesOfCase(deps, known.caseNumber)).rules.testing;
  return { caseNumber: known.caseNumber, round, ...sheet, confirmedSingles, account: by.account, tubeSizes };
}

/** The rules say so as well; here nothing is stored for a case that takes no results. */
/** A round opens in the case and is frozen here a moment later, with the record of it; a person is quicker only by chance. */
const FREEZE_MS = 2000;
const LOOK_MS = 50;

/** Waits until the round is frozen; whoever asks for one that does not open hears so from the sheet. */
async function awaitFrozen(pool: Pool, { caseNumber }: KnownCase, round: string): Promise<void> {
  const end = Date.now() + FREEZE_MS;
  while (Date.now() < end && !(await roundExists(pool, caseNumber, round))) await pause(LOOK_MS);
}

async function requireRunning(pool: Pool, { caseNumber }: KnownCase): Promise<void> {
  const phase = (await findProjection(pool, caseNumber))?.view.phase;
  if (phase === undefined || phase === 'operating' || phase === 'suspended') return;
  throw new Problem('wrong-phase', { phase, possibleIn: ['operating', 'suspended'] });
}
