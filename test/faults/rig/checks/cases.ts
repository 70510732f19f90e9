/** Compares the cases with the starts: one case for each start, one open case for each enterprise. */
import { nameOf, type Comparison } from './check';

export const oneCasePerStart: Comparison = ({ acts, tables, workflows }) => {
  const starts = acts.filter(({ act }) => act.type === 'open');
  const findings: string[] = [];
  for (const one of starts) {
    const numbers = tables.cases.filter(({ startCommand }) => startCommand === one.act.id).map((row) => row.caseNumber);
    const { answer } = one;
    if (answer?.outcome === 'done') {
      if (numbers.join() !== answer.caseNumber)
        findings.push(
          `${nameOf(one)} was answered with ${answer.caseNumber}, its cases: ${numbers.join(', ') || 'none'}`,
        );
      if (!workflows.has(answer.caseNumber)) findings.push(`${nameOf(one)}: Temporal has no workflow of it`);
    } else if (numbers.some((number) => workflows.has(number)))
      findings.push(`${nameOf(one)} was not answered as done, and case ${numbers.join(', ')} runs or ran`);
  }
  const known = new Set(tables.cases.map(({ caseNumber }) => caseNumber));
  for (const number of workflows.keys()) if (!known.has(number)) findings.push(`${number} runs and is no case`);
  const done = starts.filter(({ answer }) => answer?.outcome === 'done').length;
  return { holds: `${done} starts made one case each`, findings };
};

export const oneOpenCase: Comparison = ({ tables, workflows }) => {
  const enterprises = new Map<string, string[]>();
  for (const { caseNumber, enterprise } of tables.cases) {
    const shown = tables.projections.find((one) => one.caseNumber === caseNumber);
    const open = workflows.get(caseNumber)?.open === true || (shown !== undefined && !shown.closed);
    if (open) enterprises.set(enterprise, [...(enterprises.get(enterprise) ?? []), caseNumber]);
  }
  const findings = [...enterprises]
    .filter(([, open]) => open.length > 1)
    .map(([enterprise, open]) => `${enterprise} has ${open.length} open cases: ${open.join(', ')}`);
  return { holds: `${enterprises.size} enterprises have one open case`, findings };
};
