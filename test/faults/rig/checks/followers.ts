/** Compares what follows from the ledger in PostgreSQL with it: notices, texts and files, liaisons' days, outcomes of commands. */
import type { Entry } from '../../../../domain/ledger/entry';
import { isOfDuty, toldBy } from '../../../../domain/telling/outbox';
import { referencesIn } from '../../../../db/case/attachments';
import type { Evidence } from '../evidence';
import { entriesByCommand, type Comparison } from './check';

/** Each entry's notices are there once (the key is unique), and no others but those of duties. */
export const noticesFollow: Comparison = ({ tables }) => {
  const wanted = new Set(tables.ledger.flatMap((entry) => toldBy(entry).map(({ key }) => key)));
  const present = new Set(tables.notices.map(({ key }) => key));
  const numbered = new Set(tables.ledger.map(placeOf));
  const findings = [
    ...[...wanted].filter((key) => !present.has(key)).map((key) => `notice ${key} is missing`),
    ...tables.notices
      .filter(({ key }) => !wanted.has(key) && !isOfDuty(key))
      .map(({ key }) => `notice ${key} tells of no entry`),
    ...tables.notices
      .filter((one) => !numbered.has(placeOf(one)))
      .map((one) => `notice ${one.key} names ${placeOf(one)}, which is not in the ledger`),
  ];
  return { holds: `${tables.notices.length} notices follow from the ledger and its duties, each once`, findings };
};

export const referencesFollow: Comparison = (evidence) => {
  const wanted = new Map<string, string>();
  for (const entries of casesEntries(evidence)) {
    for (const kind of ['text', 'document'] as const) {
      for (const { id, hmac, sequence } of referencesIn(entries, kind))
        wanted.set(`${kind} ${id} ${hmac}`, placeOf({ stream: entries[0]?.stream ?? '', sequence }));
    }
  }
  const findings: string[] = [];
  const present = new Set<string>();
  for (const { kind, id, hmac, ...place } of evidence.tables.attached) {
    const key = `${kind} ${id} ${hmac}`;
    present.add(key);
    const belongs = wanted.get(key);
    if (belongs !== placeOf(place))
      findings.push(`${kind} ${id} is attached to ${placeOf(place)}, the ledger names it in ${belongs ?? 'no entry'}`);
  }
  for (const [key, place] of wanted)
    if (!present.has(key)) findings.push(`${place} names ${key}, which is not attached`);
  return { holds: `${present.size} texts and files belong to the entries that name them`, findings };
};

export const claimsFollow: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const assigned = evidence.tables.ledger.filter(({ type }) => type === 'liaison-assigned');
  const claims = new Map(evidence.tables.claims.map((one) => [one.command, one]));
  const findings = assigned.flatMap(({ command = '', stream, sequence, details }) => {
    const claim = claims.get(command);
    if (!claim) return [`${stream}#${sequence} assigns a liaison whose days are not claimed`];
    const same = claim.confirmed && claim.account === details['liaison'] && claim.caseNumber === stream;
    return same ? [] : [`${stream}#${sequence} assigns a liaison, the claim says otherwise`];
  });
  const answered = new Set(evidence.acts.filter(({ answer }) => answer).map(({ act }) => act.id));
  for (const { command, caseNumber } of claims.values()) {
    if (answered.has(command) && !left.has(command))
      findings.push(`${caseNumber}: days are claimed for ${command.slice(0, 12)}, which was refused`);
  }
  return { holds: `${assigned.length} liaisons' days are claimed once`, findings };
};

/** A row may wait although the ledger has its outcome, when it was written just after it: reading looks in the ledger then. */
export const outcomesFollow: Comparison = (evidence) => {
  const left = entriesByCommand(evidence);
  const findings = evidence.tables.commands.flatMap(({ id, status, sequence }) => {
    const last = left.get(id)?.at(-1);
    if (status === 'pending')
      return last ? [] : [`command ${id.slice(0, 12)} still waits, and the ledger has nothing of it`];
    const recorded = last?.type === 'command-refused' ? 'refused' : 'done';
    if (last?.sequence === sequence && recorded === status) return [];
    return [`command ${id.slice(0, 12)} is ${status} as #${sequence}, in the ledger #${last?.sequence} ${last?.type}`];
  });
  return {
    holds: `${evidence.tables.commands.length} commands that were handed over have the ledger's outcome`,
    findings,
  };
};

function placeOf({ stream, sequence }: { readonly stream: string; readonly sequence: number }): string {
  return `${stream}#${sequence}`;
}

function casesEntries({ tables }: Evidence): Entry[][] {
  const streams = new Map<string, Entry[]>();
  for (const entry of tables.ledger) {
    const entries = streams.get(entry.stream);
    if (entries) entries.push(entry);
    else streams.set(entry.stream, [entry]);
  }
  return [...streams.values()];
}
