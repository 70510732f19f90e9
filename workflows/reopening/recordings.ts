/** What PostgreSQL has of a case and what it is still to get: entries without a gap, members of the state, duties, notices. */
import type { Questions } from '../../contracts/case/facts';
import type { Change, RecordBatch } from '../../contracts/case/views';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { partsSince, type Parts } from '../../domain/case/parts';
import { isClosed, type Reopening } from '../../domain/case/state';
import { accountsOf, situationOf } from '../../domain/case/views';
import type { Entry } from '../../domain/ledger/entry';
import { noticesOf, noticesOfDuties } from '../../domain/telling/outbox';

/** Entries of one batch: with the state well under the 2 MB that a payload may have. */
const BATCH = 500;

interface Next {
  readonly state: Reopening;
  /** The number of the ledger's last entry. */
  readonly head: number;
  readonly keys: readonly string[];
  readonly questions: Questions | null;
}

export class Recordings {
  /** The state of the batch that is on its way, and the number that PostgreSQL will have then. */
  #inFlight: { readonly state: Reopening | null; readonly entries: number } | undefined;

  /** `recorded` is the state as PostgreSQL has it, null when it may have another. */
  constructor(
    private waiting: readonly Entry[],
    private recorded: Reopening | null,
    private number: number,
  ) {}

  get unrecorded(): readonly Entry[] {
    return this.waiting;
  }

  get count(): number {
    return this.number;
  }

  add(entries: readonly Entry[]): void {
    this.waiting = [...this.waiting, ...entries];
  }

  /** The state that PostgreSQL has, by what of it is another than in `state`; null when that is not known. */
  recordedSince(state: Reopening): Parts | null {
    return this.recorded && partsSince(state, this.recorded);
  }

  /** Whether something is to be recorded now: an entry, or what people are shown of their duties. The rest travels with the next one. */
  isDue(state: Reopening): boolean {
    if (this.waiting.length > 0 || this.recorded === null) return true;
    if (this.recorded === state) return false;
    const { recorded } = this;
    return JSON.stringify(shown(recorded)) !== JSON.stringify(shown(state));
  }

  /** The next batch; `questions` are asked once everything up to `state` is recorded. */
  next({ state, head, keys, questions }: Next): RecordBatch {
    const entries = this.waiting.slice(0, wholeCommands(this.waiting, BATCH));
    const isLast = entries.length === this.waiting.length;
    const owed = agenda(state);
    this.number += 1;
    this.#inFlight = { state: isLast ? state : null, entries: entries.length };
    return {
      stream: state.caseNumber,
      recording: this.number,
      keys,
      ...{ enterprise: state.enterprise, openedAt: state.openedAt, clock: state.clock, closed: isClosed(state.phase) },
      entries,
      notices: [...noticesOf(state, entries), ...(isLast ? noticesOfDuties(state, this.untold(owed), head) : [])],
      change: isLast ? this.change(state, head, owed) : null,
      questions: isLast ? questions : null,
    };
  }

  /** PostgreSQL has the batch that was on its way. */
  arrived(): void {
    const arrived = this.#inFlight;
    if (!arrived) return;
    this.waiting = this.waiting.slice(arrived.entries);
    if (arrived.state) this.recorded = arrived.state;
    this.#inFlight = undefined;
  }

  /** It may have it or not. */
  failed(): void {
    this.recorded = null;
    this.#inFlight = undefined;
  }

  private change(state: Reopening, sequence: number, owed: readonly AgendaItem[]): Change {
    const before = this.recorded && agenda(this.recorded);
    const same = new Set((before ?? []).map((item) => JSON.stringify(item)));
    const ids = new Set(owed.map(({ id }) => id));
    return {
      sequence,
      parts: partsSince(this.recorded, state),
      situation: situationOf(state),
      accounts: accountsOf(state),
      duties: {
        changed: owed.filter((item) => !same.has(JSON.stringify(item))),
        gone: before && before.filter(({ id }) => !ids.has(id)).map(({ id }) => id),
      },
    };
  }

  /** Duties that are new, are owed anew, or are owed by somebody else. */
  private untold(owed: readonly AgendaItem[]): AgendaItem[] {
    const nameOf = ({ id, since, owner, account }: AgendaItem) => JSON.stringify([id, since, owner, account]);
    const told = new Set(this.recorded ? agenda(this.recorded).map(nameOf) : []);
    return owed.filter((item) => !told.has(nameOf(item)));
  }
}

/** How many of the first `most` entries: what one command caused is recorded together, and so the ledger has the command once. */
function wholeCommands(entries: readonly Entry[], most: number): number {
  let end = Math.min(most, entries.length);
  const next = entries[end]?.command;
  while (next !== undefined && end > 0 && entries[end - 1]?.command === next) end -= 1;
  return end;
}

function shown(state: Reopening): unknown {
  return [agenda(state), situationOf(state), accountsOf(state)];
}
