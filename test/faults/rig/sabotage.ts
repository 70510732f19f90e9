/** Breaks one thing on purpose between the run and the proof, straight in PostgreSQL: a proof that does not see it proves nothing. */
import { commandsIn, insertRecordedActs } from '../../../db/ledger/acts';
import { chain, EMPTY_STREAM } from '../../../proof/chain';
import type { Entry } from '../../../domain/ledger/entry';
import { toldBy } from '../../../domain/telling/outbox';
import { insertEntries } from '../../../db/ledger/ledger';
import { putNotices } from '../../../db/telling/outbox';
import type { Client } from '../../../db/sql/pool';
import { attachReferences, referencesIn } from '../../../db/case/attachments';
import { rewriting } from '../../support/rewriting';
import type { LoggedAct } from './act-log';

/** An acknowledged act is gone, one has taken effect twice, an entry was changed. */
export const SABOTAGES = ['lost', 'twice', 'chain'] as const;
export type Sabotage = (typeof SABOTAGES)[number];

/** In the caller's transaction. @returns what was broken, in one line. @throws Error when there is no act to break */
export function sabotage(client: Client, kind: Sabotage, acts: readonly LoggedAct[]): Promise<string> {
  return rewriting(client, () => brokenBy(client, kind, acts));
}

async function brokenBy(client: Client, kind: Sabotage, acts: readonly LoggedAct[]): Promise<string> {
  const { id, stream, name } = await victim(client, acts);
  const entries = await entriesOf(client, stream);
  const own = entries.filter(({ command }) => command === id);
  switch (kind) {
    case 'lost':
      await rewrite(client, stream, without(entries, own));
      return `${name} is taken out of the ledger, with all that follows from it, as if it had never been sent`;
    case 'twice':
      await rewrite(client, stream, [...entries, ...own]);
      return `${name} is recorded a second time, at the end of its case`;
    case 'chain':
      await client.query(
        `UPDATE ledger SET entry = jsonb_set(entry, '{by,role}', '"operator"') WHERE stream = $1 AND sequence = $2`,
        [stream, own[0]?.sequence],
      );
      return `${stream}#${own[0]?.sequence} (${name}) now names another role`;
  }
}

interface Victim {
  readonly id: string;
  readonly stream: string;
  readonly name: string;
}

/**
 * An act in the middle of a case that no seal holds. A closed case before an open one: nothing in Temporal speaks for it any
 * more except its history, and the ledger by itself looks whole.
 */
async function victim(client: Client, acts: readonly LoggedAct[]): Promise<Victim> {
  const done = acts.filter(({ act, answer }) => answer?.outcome === 'done' && act.caseNumber !== null);
  const { rows } = await client.query<{ id: string; stream: string }>(
    `SELECT l.command AS id, l.stream FROM ledger l JOIN reopenings r ON r.case_number = l.stream
     WHERE l.command = ANY ($1) AND l.sequence < r.version
       AND NOT EXISTS (SELECT FROM ledger_seals s WHERE s.heads @> jsonb_build_array(jsonb_build_object('stream', l.stream)))
     ORDER BY r.closed DESC, l.type = 'approved' DESC, l.stream, l.sequence LIMIT 1`,
    [done.map(({ act }) => act.id)],
  );
  const [found] = rows;
  if (!found) throw new Error('there is no acknowledged act to break: take more kills');
  const type = done.find(({ act }) => act.id === found.id)?.act.type;
  return { ...found, name: `${found.stream} ${type} ${found.id.slice(0, 12)}` };
}

async function entriesOf(client: Client, stream: string): Promise<Entry[]> {
  const { rows } = await client.query<{ entry: Entry }>(
    'SELECT entry FROM ledger WHERE stream = $1 ORDER BY sequence FOR UPDATE',
    [stream],
  );
  return rows.map(({ entry }) => entry);
}

function without(entries: readonly Entry[], own: readonly Entry[]): Entry[] {
  return entries.filter((entry) => !own.includes(entry));
}

/** The stream anew with a valid chain, and everything in PostgreSQL that follows from it. */
async function rewrite(client: Client, stream: string, content: readonly Entry[]): Promise<void> {
  const drafts = content.map(({ stream: _s, sequence: _n, previous: _p, hash: _h, ...draft }) => draft);
  const { entries, head } = chain(stream, EMPTY_STREAM, drafts);
  await client.query('DELETE FROM ledger WHERE stream = $1', [stream]);
  await client.query(insertEntries('$1'), [JSON.stringify(entries)]);
  const end = [stream, head.sequence, head.hash];
  await client.query('UPDATE ledger_streams SET sequence = $2, hash = $3 WHERE stream = $1', end);
  await client.query('UPDATE reopenings SET version = $2 WHERE case_number = $1', [stream, head.sequence]);
  await client.query('DELETE FROM recorded_acts WHERE stream = $1', [stream]);
  await client.query(insertRecordedActs('$1', '$2'), [stream, JSON.stringify(commandsIn(entries))]);
  await client.query('DELETE FROM outbox WHERE stream = $1', [stream]);
  await client.query(putNotices('$1', '$2', 'true'), [stream, JSON.stringify(noticesFor(entries))]);
  for (const [table, member] of [['texts', 'text'] as const, ['documents', 'document'] as const]) {
    await client.query(`UPDATE ${table} SET stream = NULL, sequence = NULL WHERE stream = $1`, [stream]);
    const named = JSON.stringify(referencesIn(entries, member));
    await client.query(attachReferences(table, '$1', '$2'), [stream, named]);
  }
}

/** The run compares only which notices there are: when they may go is not looked at. */
function noticesFor(entries: readonly Entry[]) {
  return entries.flatMap((entry) => {
    const { sequence, at, details } = entry;
    const rest = { sequence, at, notBefore: at, urgent: false, duty: null, details };
    return toldBy(entry).map((told) => ({ ...told, ...rest }));
  });
}
