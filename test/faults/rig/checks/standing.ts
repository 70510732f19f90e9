/** Compares how each case stands in its workflow, in the ledger and in the projections; an open one always has somebody who owes something. */
import { canonicalJson } from '../../../../proof/canonical';
import { EMPTY_STREAM } from '../../../../proof/chain';
import type { CaseView } from '../../../../contracts/case/views';
import { viewOf } from '../../../../domain/case/views';
import { isClosed } from '../../../../domain/case/state';
import type { AgendaItem } from '../../../../domain/case/agenda';
import type { CaseWorkflow, DutyRow, Evidence, Projection } from '../evidence';
import type { Comparison } from './check';

export const openCasesAgree: Comparison = (evidence) => {
  const open = openOnes(evidence);
  const findings = open.flatMap(([caseNumber, workflow]) =>
    differences(caseNumber, workflow, evidence).map((wrong) => `${caseNumber}: ${wrong}`),
  );
  return { holds: `${open.length} open cases stand alike in workflow, ledger and projection`, findings };
};

export const closedCasesEnd: Comparison = ({ tables, workflows }) => {
  const closed = tables.projections.filter((one) => one.closed);
  const findings = closed.flatMap(({ caseNumber, version, phase, state }) => {
    const end = tables.ends.get(caseNumber)?.sequence ?? 0;
    return [
      ...(workflows.get(caseNumber)?.open === false ? [] : ['its workflow has not ended']),
      ...(version === end ? [] : [`the projection shows #${version}, the ledger ends at #${end}`]),
      ...(isClosed(state.phase) && state.phase === phase ? [] : [`closed in phase ${state.phase}`]),
    ].map((wrong) => `${caseNumber}: ${wrong}`);
  });
  const ended = [...workflows].filter(([, { open }]) => !open).map(([caseNumber]) => caseNumber);
  const shown = new Set(closed.map(({ caseNumber }) => caseNumber));
  for (const one of ended) if (!shown.has(one)) findings.push(`${one}: its workflow has ended, the projection is open`);
  return { holds: `${closed.length} closed cases end in projection and ledger alike`, findings };
};

export const somebodyOwes: Comparison = (evidence) => {
  const { duties, projections } = evidence.tables;
  const findings: string[] = [];
  for (const [caseNumber, { held }] of openOnes(evidence)) {
    const rows = duties.filter((one) => one.caseNumber === caseNumber);
    if (rows.length === 0) findings.push(`${caseNumber}: open, and nobody owes anything in the table`);
    if (held?.agenda.length === 0) findings.push(`${caseNumber}: open, and nobody owes anything in the workflow`);
  }
  const closed = new Set(projections.filter((one) => one.closed).map(({ caseNumber }) => caseNumber));
  for (const { caseNumber, id } of duties) {
    if (closed.has(caseNumber)) findings.push(`${caseNumber}: closed, and ${id} is still owed`);
  }
  return { holds: `${duties.length} duties: somebody owes in each open case, nobody in a closed one`, findings };
};

function openOnes({ workflows }: Evidence): [string, CaseWorkflow][] {
  return [...workflows].filter(([, { open }]) => open);
}

function differences(caseNumber: string, { held }: CaseWorkflow, { tables }: Evidence): string[] {
  if (!held) return ['its workflow does not answer'];
  const { status, agenda } = held;
  const { head, unrecorded, needsAttention, view } = status;
  const end = tables.ends.get(caseNumber) ?? EMPTY_STREAM;
  const shown = tables.projections.find((one) => one.caseNumber === caseNumber);
  return [
    ...(unrecorded === 0 ? [] : [`${unrecorded} entries are not recorded`]),
    ...(needsAttention === null ? [] : [`needs attention: ${needsAttention}`]),
    ...(end.sequence === head.sequence && end.hash === head.hash
      ? []
      : [`the workflow ends at #${head.sequence}, the ledger at #${end.sequence} or with another hash`]),
    ...(shown ? wrongShown(shown, view) : ['has no projection']),
    ...wrongOwed(
      tables.duties.filter((one) => one.caseNumber === caseNumber),
      agenda,
    ),
  ];
}

function wrongShown(shown: Projection, view: CaseView): string[] {
  if (shown.version !== view.sequence) return [`the projection is of #${shown.version}, the case at #${view.sequence}`];
  if (shown.closed || shown.phase !== view.phase)
    return [`the projection is in ${shown.phase}, the case in ${view.phase}`];
  const alike = canonicalJson(recorded(viewOf(shown.state, shown.version))) === canonicalJson(recorded(view));
  return alike ? [] : [`the projection of #${shown.version} is another state`];
}

/**
 * Without what makes no entry and no duty another, and so is told with the next recording: the time, of rounds and orders what
 * PostgreSQL itself has said last (workflows/reopening/recordings.ts). Counts are compared with the rows (checks/sheets.ts).
 */
function recorded({ operation, supply, ...view }: CaseView) {
  return {
    ...view,
    clock: 0,
    operation: {
      ...operation,
      headcount: 0,
      rounds: operation.rounds.map((one) => ({ ...one, countedStage: null, counts: null, sheetsCounted: 0 })),
    },
    supply: { ...supply, orders: supply.orders.map((one) => ({ ...one, child: 'none', hasNews: false })) },
  };
}

function wrongOwed(rows: readonly DutyRow[], agenda: readonly AgendaItem[]): string[] {
  const said = (
    one: Pick<DutyRow, 'id' | 'owner' | 'due' | 'overdue' | 'reminded'> & { account?: string | null | undefined },
  ) => [one.id, one.owner, one.account ?? '', one.due, one.overdue, one.reminded].join(' ');
  const [inTable, inCase] = [rows.map(said).sort(), agenda.map(said).sort()];
  if (inTable.join('\n') === inCase.join('\n')) return [];
  return [`the table of duties has [${inTable.join('; ')}], the case [${inCase.join('; ')}]`];
}
