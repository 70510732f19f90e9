/** Acts of people outside a case: signed as they stand in the ledger, and kept in the transaction that records them. */
import type { Draft, Entry, Head } from '../../domain/ledger/entry';
import { MACHINE, OUTSIDE_BY_MACHINE } from '../../domain/ledger/outside-acts';
import { canonicalJson } from '../../proof/canonical';
import type { SigningKeys } from '../../proof/signing';
import type { Client } from '../sql/pool';
import { faultOfSignature, type Kept, type KeyFault } from './acts';
import { append } from './ledger';

/** Appends the acts to a stream of their own, in the caller's transaction. */
export async function appendActs(
  keys: Pick<SigningKeys, 'sign'>,
  client: Client,
  stream: string,
  drafts: readonly Draft[],
): Promise<Head> {
  const signed = drafts.map((draft) => {
    const message = messageOf(stream, draft);
    return { draft, message, ...keys.sign(message) };
  });
  for (const { draft, message, signature, key } of signed) {
    await client.query(
      `INSERT INTO acts (signature, command_id, stream, message, key) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING`,
      [signature, draft.command ?? null, stream, message, key],
    );
  }
  return append(
    client,
    stream,
    signed.map(({ draft, signature }) => ({ ...draft, act: signature })),
  );
}

/** What is signed: all that the entry says, and where. */
function messageOf(stream: string, { at, by, type, command, details }: Draft): string {
  return canonicalJson({ stream, at, by, type, ...(command !== undefined && { command }), details });
}

/** Why an entry outside a case is nobody's act; undefined for one that is, and for what the machine does. */
export function faultOutside(entry: Entry, acts: ReadonlyMap<string, Kept>, keyFault?: KeyFault): string | undefined {
  const { act, by, type, stream } = entry;
  if (act === undefined) {
    const isMachine = by.account === MACHINE.account && OUTSIDE_BY_MACHINE.some((one) => one === (type as string));
    return isMachine ? undefined : 'carries no act';
  }
  const kept = acts.get(act);
  if (!kept) return 'names an act that is not kept';
  const unsigned = faultOfSignature(kept, keyFault);
  if (unsigned !== undefined) return unsigned;
  return kept.message === messageOf(stream, entry) ? undefined : 'says another thing than its act';
}
