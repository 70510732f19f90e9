/** Compares sheets of results in PostgreSQL with those that were sent, and the counts that cases have of their rounds with the rows. */
import { RESULT_COUNTS } from '../../../../domain/case/commands';
import type { LoggedAct } from '../act-log';
import type { Evidence, SheetRow } from '../evidence';
import { grouped, nameOf, type Comparison } from './check';

export const sheetsStandOnce: Comparison = ({ acts, tables }) => {
  const filed = acts.filter(({ act }) => act.type === 'reportTests');
  const stored = grouped(tables.sheets, ({ command }) => command);
  const findings = filed.flatMap((one) => wrongWith(one, stored.get(one.act.id) ?? []));
  const sent = new Set(filed.map(({ act }) => act.id));
  for (const { command, caseNumber, sheet } of tables.sheets)
    if (!sent.has(command)) findings.push(`${caseNumber}: sheet ${sheet} is of an act that nobody sent`);
  const done = filed.filter(({ answer }) => answer?.outcome === 'done').length;
  return { holds: `${done} sheets that were acknowledged are stored once, with every row`, findings };
};

function wrongWith(one: LoggedAct, stored: readonly SheetRow[]): string[] {
  const name = nameOf(one);
  const { answer, act } = one;
  if (answer?.outcome === 'refused') return stored.length > 0 ? [`${name} was refused, and its sheet is stored`] : [];
  if (stored.length === 0) return answer ? [`${name} was acknowledged, and its sheet is not stored 丢失`] : [];
  const { sheet, rows } = act.body as { sheet: string; rows: readonly unknown[] };
  return stored
    .filter((row) => row.sheet !== sheet || row.rows !== rows.length || row.results !== rows.length)
    .map((row) => `${name} has ${rows.length} rows, stored are ${row.results} of ${row.rows} as ${row.sheet}`);
}

/** Every sheet is counted once: in the rows of the round, and by the case. */
export const roundsCountAlike: Comparison = (evidence) => {
  const findings = evidence.tables.rounds.flatMap(({ caseNumber, round, counts }) => {
    const held = heldRound(evidence, caseNumber, round);
    const sheets = evidence.tables.sheets.filter((one) => one.caseNumber === caseNumber && one.round === round).length;
    const name = `${caseNumber}: round ${round}`;
    // Not asked for yet, and told by no sheet.
    if (!held?.counts) return sheets === 0 ? [] : [`${name} has ${sheets} sheets, and its case knows of none`];
    if (held.sheetsCounted !== sheets) return [`${name} has ${sheets} sheets, its case knows of ${held.sheetsCounted}`];
    const other = (['owed', ...RESULT_COUNTS] as const).filter((count) => held.counts?.[count] !== counts[count]);
    return other.map((count) => `${name} has ${count} ${counts[count]}, its case says ${held.counts?.[count]}`);
  });
  return { holds: `${evidence.tables.rounds.length} rounds have the counts that their cases have`, findings };
};

function heldRound({ tables, workflows }: Evidence, caseNumber: string, round: string) {
  const shown = tables.projections.find((one) => one.caseNumber === caseNumber)?.state;
  const { operation } = workflows.get(caseNumber)?.held?.status.view ?? shown ?? {};
  return operation?.rounds.find(({ id }) => id === round);
}
