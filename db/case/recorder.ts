/** Records what a case has answered, in one transaction: ledger, projections, texts, commands, claims, notices. */
import { ForeignCase, LedgerConflict, type Recorder } from '../../activities/ports';
import { FAILURES } from '../../contracts/case/failures';
import type { RecordBatch } from '../../contracts/case/views';
import { follow, hasConsequences } from './entry-effects';
import { lockStream, newEntries, requireChain } from '../ledger/ledger';
import { isRefusal, transaction, type Pool } from '../sql/pool';
import { recordChange, recordEntries, type Recording } from './recording';
import { requireActs } from '../ledger/acts';
import { noteRefusal } from '../ledger/refusals';
import { noteCancelRequest } from '../ledger/cancel-requests';

export interface RecorderOptions {
  /** The town's time, in which days end: claims. A programme's zone is a fixed offset (docs/adr/0002). */
  readonly utcOffsetMinutes?: number;
  /** In trial mode cases are moved ahead of every clock; else an entry dated later than PostgreSQL's clock is refused. */
  readonly mode?: 'trial' | 'live';
}

/** China has one time, UTC+8. */
const CHINA_MINUTES = 8 * 60;

export function createRecorder(
  pool: Pool,
  { utcOffsetMinutes = CHINA_MINUTES, mode = 'live' }: RecorderOptions = {},
): Recorder {
  const clock = { mayRunAhead: mode === 'trial' };
  const zone = { utcOffsetMinutes };

  /** Hopes that every entry is new, as it nearly always is: then one statement does it, and else changes nothing. */
  async function recordAtOnce(batch: RecordBatch): Promise<Recording> {
    if (batch.entries.length === 0) return recordShown(batch);
    const recording = await recordEntries(pool, batch, batch.entries, clock);
    requireOwnCase(batch, recording);
    return recording.moved ? recording : recordLocked(batch);
  }

  /** A batch without entries, which may ask for something all the same. */
  async function recordShown(batch: RecordBatch): Promise<Recording> {
    const recording = await recordChange(pool, batch, clock);
    requireOwnCase(batch, recording);
    return recording;
  }

  /** For a batch of which a part may be there already, or that moves claims, rounds or stock as well. */
  function recordLocked(batch: RecordBatch): Promise<Recording> {
    return transaction(pool, async (client) => {
      const head = await lockStream(client, batch.stream);
      const fresh = await newEntries(client, head, batch.entries);
      const recording =
        fresh.length > 0 ? await recordEntries(client, batch, fresh, clock) : await recordChange(client, batch, clock);
      requireOwnCase(batch, recording);
      if (fresh.length > 0) await follow(client, batch, fresh, zone);
      return recording;
    });
  }

  async function recordAny(batch: RecordBatch): Promise<void> {
    requireChain(batch.stream, batch.entries);
    await requireActs(pool, batch.stream, batch.entries);
    try {
      await (hasConsequences(batch) ? recordLocked(batch) : recordAtOnce(batch));
    } catch (error) {
      if (!isRefusal(error)) throw error;
      // The message would quote values; the constraint says enough.
      const about = [error.code, error.constraint].filter(Boolean).join(' ');
      throw new LedgerConflict(`${batch.stream}: PostgreSQL refuses the batch (${about})`);
    }
  }

  return {
    async record(batch, workflow) {
      try {
        await recordAny(batch);
      } catch (error) {
        const code = codeOf(error);
        // Before Temporal hears of it, and when it cannot be written the batch is tried again: else acts would go on being
        // confirmed until then.
        if (code) await noteRefusal(pool, batch, { code, workflow });
        throw error;
      }
    },
    noteCancelRequest: (request) => transaction(pool, (client) => noteCancelRequest(client, request)),
  };
}

function codeOf(error: unknown): string | undefined {
  if (error instanceof LedgerConflict) return FAILURES.ledgerConflict;
  return error instanceof ForeignCase ? FAILURES.foreignCase : undefined;
}

/** Whoever reaches Temporal can start a workflow with keys of their own: it gets no line in the ledger. */
function requireOwnCase({ stream }: RecordBatch, recording: Recording): void {
  const { registered, trusted, ofItsChain, ofItsTime } = recording;
  if (!registered) throw new ForeignCase(`case ${stream} is not registered`);
  if (!trusted) throw new ForeignCase(`case ${stream} trusts a foreign key`);
  if (!ofItsChain) throw new ForeignCase(`case ${stream} has another chain of runs`);
  if (!ofItsTime) throw new LedgerConflict(`${stream}: an entry is dated later than the clock of PostgreSQL allows`);
}
