/** A liaison's days: claimed before the command is sent, confirmed or released by the ledger entry, cut when the case ends. */
import { word } from '../../proof/chain';
import type { Entry } from '../../domain/ledger/entry';
import type { RecordBatch } from '../../contracts/case/views';
import { localDate } from '../../domain/calendar/calendar';
import type { LocalDate } from '../../domain/programme/edition';
import type { EntryType } from '../../domain/ledger/entry';
import { tellOperator } from '../telling/outbox';
import { attempt, type Client, type Queryable } from '../sql/pool';

/** A claim waits this long for its command's outcome; then nobody will ask for it again. */
const UNSETTLED = '1 day';

/** Days from `from` up to and including `to`, or without end. */
export interface Claim {
  readonly command: string;
  readonly caseNumber: string;
  readonly account: string;
  readonly from: LocalDate;
  readonly to: LocalDate | null;
}

/** Any constant that no other advisory lock of two numbers uses. */
const LOCK = 7_020_222;

/**
 * Two claims of the same days that are inserted at once wait for each other, as the exclusion constraint looks at what is not
 * committed yet: a deadlock. So claims of one liaison are made one after the other.
 */
const INSERT = `INSERT INTO liaison_claims (command, case_number, account, during, confirmed)
  SELECT $1, $2, $3::text, daterange($4, $5, '[]'), $6
  FROM (SELECT pg_advisory_xact_lock(${LOCK}, hashtext($3::text))) AS alone`;

/** @throws an exclusion violation (`isExclusionViolation`) when the liaison has another enterprise on one of the days */
export async function claimLiaison(db: Queryable, { command, caseNumber, account, from, to }: Claim): Promise<void> {
  await db.query(`${INSERT} ON CONFLICT (command) DO NOTHING`, [command, caseNumber, account, from, to, false]);
}

/** Gives back what a refused command had claimed. */
export async function releaseClaim(db: Queryable, command: string): Promise<void> {
  await db.query('DELETE FROM liaison_claims WHERE command = $1 AND NOT confirmed', [command]);
}

/** Claims of commands that were never heard of again; not of a case that the ledger refuses, which has them still to tell. One that is heard of after all claims anew when it is recorded. */
export async function releaseForgotten(db: Queryable): Promise<number> {
  const { rowCount } = await db.query(
    `DELETE FROM liaison_claims AS l WHERE NOT confirmed AND created_at < now() - $1::interval
       AND NOT EXISTS (SELECT FROM commands c WHERE c.id = l.command AND c.status = 'pending')
       AND NOT EXISTS (SELECT FROM ledger_refusals f WHERE f.stream = l.case_number)`,
    [UNSETTLED],
  );
  return rowCount ?? 0;
}

/** What an entry does to claims. */
type Settling = (client: Client, entry: Entry, command: string) => Promise<void>;

const SETTLING: { readonly [T in EntryType]?: Settling } = {
  'liaison-assigned': (client, entry, command) =>
    confirm(client, entry, { command, account: word(entry, 'liaison'), from: word(entry, 'from'), to: null }),
  'stand-in-named': (client, entry, command) =>
    confirm(client, entry, {
      command,
      account: word(entry, 'liaison'),
      from: word(entry, 'from'),
      to: word(entry, 'to'),
    }),
  'handed-over': async (client, entry, command) => {
    await cut(client, entry.stream, word(entry, 'from'), word(entry, 'on'));
    await confirm(client, entry, { command, account: word(entry, 'to'), from: word(entry, 'on'), to: null });
  },
  'command-refused': (client, _entry, command) => releaseClaim(client, command),
};

/** Whether claims must be looked at when the batch is recorded; nearly always not. */
export function touchesClaims({ entries, closed }: RecordBatch): boolean {
  return closed || entries.some((entry) => SETTLING[entry.type] !== undefined);
}

/**
 * Lets claims follow the entries. The ledger has what happened: where a claim cannot follow, for somebody else has the days by
 * now, an operator is told, the entry stands, and of what it does to claims nothing is done.
 */
export async function settleClaims(
  client: Client,
  { stream, clock, closed }: RecordBatch,
  entries: readonly Entry[],
  zone: Parameters<typeof localDate>[1],
): Promise<void> {
  for (const entry of entries) {
    const settle = SETTLING[entry.type];
    const { command } = entry;
    if (!settle || command === undefined) continue;
    const refusal = await attempt(client, () => settle(client, entry, command));
    if (refusal) await tellOperator(client, entry, 'claim-failed', { ...entry.details, code: refusal.code });
  }
  if (closed) await end(client, stream, localDate(clock, zone));
}

/** The claim is what the entry says, made again when it had been given up meanwhile. */
async function confirm(client: Client, { stream }: Entry, claim: Omit<Claim, 'caseNumber'>): Promise<void> {
  const { command, account, from, to } = claim;
  await client.query(
    `${INSERT} ON CONFLICT (command)
     DO UPDATE SET account = excluded.account, during = excluded.during, confirmed = excluded.confirmed`,
    [command, stream, account, from, to, true],
  );
}

/** The liaison who handed over is free from that day on; days as a stand-in have their own end. */
async function cut(client: Client, stream: string, account: string, on: LocalDate): Promise<void> {
  await client.query(
    `UPDATE liaison_claims SET during = daterange(lower(during), $3::date)
     WHERE case_number = $1 AND account = $2 AND confirmed AND upper_inf(during) AND lower(during) < $3::date`,
    [stream, account, on],
  );
}

/** A closed case needs nobody after its last day. */
async function end(client: Client, stream: string, today: LocalDate): Promise<void> {
  await client.query('DELETE FROM liaison_claims WHERE case_number = $1 AND lower(during) > $2::date', [stream, today]);
  await client.query(
    `UPDATE liaison_claims SET during = daterange(lower(during), $2::date, '[]')
     WHERE case_number = $1 AND (upper_inf(during) OR upper(during) > $2::date + 1)`,
    [stream, today],
  );
}
