/** Compares what people were told with the ledger: what was acknowledged is there once, what was refused is not, and nothing else is. */
import type { Entry } from '../../../../domain/ledger/entry';
import { mainEntriesOf } from '../act';
import type { LoggedAct } from '../act-log';
import { entriesByCommand, listed, nameOf, type Comparison } from './check';

export const acknowledgedOnce: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const done = evidence.acts.filter(({ answer }) => answer?.outcome === 'done');
  const findings = done.flatMap((one) => {
    const entries = left.get(one.act.id) ?? [];
    if (entries.length === 0)
      return [`${nameOf(one)} was acknowledged${asNumbered(one)} and is not in the ledger 丢失`];
    return [...wrongWithEffect(one, entries), ...wrongPlace(one, entries)];
  });
  const handedOver = done.filter(({ answer }) => answer?.outcome === 'done' && answer.status === 202).length;
  return { holds: `${done.length} acknowledged acts took effect once (${handedOver} of them handed over)`, findings };
};

export const refusedWithoutEffect: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const refused = evidence.acts.filter(({ answer }) => answer?.outcome === 'refused');
  const findings = refused.flatMap((one) => {
    const entries = left.get(one.act.id) ?? [];
    const effects = entries.filter(({ type }) => type !== 'command-refused');
    if (effects.length > 0) return [`${nameOf(one)} was refused and took effect: ${listed(effects)} 被拒而生效`];
    return entries.length > 1 ? [`${nameOf(one)} was refused more than once: ${listed(entries)}`] : [];
  });
  return { holds: `${refused.length} refused acts left nothing`, findings };
};

export const unansweredAtMostOnce: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const open = evidence.acts.filter(({ answer }) => answer === undefined);
  const findings = open.flatMap((one) => wrongWithEffect(one, left.get(one.act.id) ?? []));
  return { holds: `${open.length} acts without an answer took effect once at most`, findings };
};

/** Of the cases' streams; acts outside a case have none of the run's ids. */
export const nobodyElse: Comparison = ({ acts, tables }) => {
  const sent = new Set(acts.map(({ act }) => act.id));
  const cases = new Set(tables.cases.map(({ caseNumber }) => caseNumber));
  const entries = tables.ledger.filter(({ stream, command }) => cases.has(stream) && command !== undefined);
  const findings = entries
    .filter(({ command }) => !sent.has(command ?? ''))
    .map(({ stream, sequence, type }) => `${stream}#${sequence}: ${type} of an act that nobody sent`);
  return { holds: `${entries.length} entries belong to acts that were sent`, findings };
};

function wrongWithEffect(one: LoggedAct, entries: readonly Entry[]): string[] {
  if (entries.length === 0) return [];
  const name = nameOf(one);
  const refusals = entries.filter(({ type }) => type === 'command-refused');
  if (refusals.length > 0) return one.answer ? [`${name} is refused in the ledger: ${listed(entries)}`] : [];
  const main = mainEntriesOf(one.act.type);
  const effects = entries.filter(({ type }) => main.includes(type));
  if (effects.length !== 1)
    return [`${name} took effect ${effects.length} times: ${listed(entries)} ${effects.length > 1 ? '重复' : '缺失'}`];
  const [first, last] = [entries[0]?.sequence ?? 0, entries.at(-1)?.sequence ?? 0];
  if (last - first + 1 !== entries.length) return [`${name} is torn: ${listed(entries)}`];
  return [];
}

/** Where its answer said: in its own case, with the number that was answered. */
function wrongPlace(one: LoggedAct, entries: readonly Entry[]): string[] {
  const { answer } = one;
  if (answer?.outcome !== 'done') return [];
  const elsewhere = entries.filter(({ stream }) => stream !== answer.caseNumber);
  if (elsewhere.length > 0) return [`${nameOf(one)} stands in ${elsewhere[0]?.stream}`];
  const last = entries.at(-1)?.sequence;
  if (answer.sequence === null || answer.sequence === last) return [];
  return [`${nameOf(one)} was answered as #${answer.sequence} and is ${listed(entries)}`];
}

function asNumbered({ answer }: LoggedAct): string {
  return answer?.outcome === 'done' && answer.sequence !== null ? ` as #${answer.sequence}` : '';
}
