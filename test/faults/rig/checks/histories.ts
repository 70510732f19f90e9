/** Compares the ledger with Temporal's histories: each act was accepted once, and the ledger's numbers are those that were answered there. */
import type { LoggedAct } from '../act-log';
import { isOfCase } from '../act';
import type { Effect, Evidence } from '../evidence';
import { entriesByCommand, listed, nameOf, type Comparison } from './check';

export const acceptedOnce: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const done = evidence.acts.filter(({ act, answer }) => answer?.outcome === 'done' && isOfCase(act));
  const findings = done.flatMap((one) => {
    const effect = effectOf(one, evidence);
    if (!effect) return [`${nameOf(one)} was acknowledged and no history has it`];
    const entries = left.get(one.act.id) ?? [];
    const last = entries.at(-1)?.sequence;
    const other = effect.sequences.find((sequence) => sequence !== last);
    return [
      ...wrongWith(one, effect),
      ...(other === undefined ? [] : [`${nameOf(one)} is #${other} in its history, in the ledger ${listed(entries)}`]),
    ];
  });
  const handed = done.filter((one) => (effectOf(one, evidence)?.signalled ?? 0) > 0).length;
  return { holds: `${done.length} acts stand once in the histories (${handed} of them as a signal too)`, findings };
};

export const nothingElseAccepted: Comparison = (evidence) => {
  const acts = new Map(evidence.acts.map((one) => [one.act.id, one]));
  let count = 0;
  const findings: string[] = [];
  for (const [caseNumber, { effects }] of evidence.workflows) {
    for (const [id, { accepted, signalled }] of effects) {
      count += accepted + signalled;
      const one = acts.get(id);
      if (!one) findings.push(`${caseNumber}: its history has ${id.slice(0, 12)}, which nobody sent`);
      else if (one.answer?.outcome === 'refused' && accepted > 0)
        findings.push(`${nameOf(one)} was refused, and its history has it accepted`);
    }
  }
  return { holds: `${count} messages in the histories are of acts that were sent`, findings };
};

function wrongWith(one: LoggedAct, { accepted, signalled }: Effect): string[] {
  if (accepted > 1) return [`${nameOf(one)} was accepted ${accepted} times as new`];
  if (accepted === 0 && signalled === 0) return [`${nameOf(one)} stands in its history only as a repeat`];
  return [];
}

function effectOf({ act, answer }: LoggedAct, { workflows }: Evidence): Effect | undefined {
  const caseNumber = answer?.outcome === 'done' ? answer.caseNumber : act.caseNumber;
  return workflows.get(caseNumber ?? '')?.effects.get(act.id);
}
