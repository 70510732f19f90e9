/** A random history of a case, recorded as its workflow would: in batches that get lost, are answered to nobody, or come again late. */
import type { RecordBatch } from '../../contracts/case/views';
import { agenda } from '../../domain/case/agenda';
import type { Outcome } from '../../domain/case/reopening';
import type { Reopening } from '../../domain/case/state';
import { situationOf } from '../../domain/case/views';
import type { Draft, Head } from '../../domain/ledger/entry';
import { noticesOfDuties } from '../../domain/telling/outbox';
import { createRecorder } from '../../db/case/recorder';
import { keepAct } from '../../db/ledger/acts';
import { newSigningKey } from '../../proof/envelope';
import { SigningKeys } from '../../proof/signing';
import { chain, EMPTY_STREAM } from '../../proof/chain';
import { verifyProjections } from '../../scripts/ledger/projections';
import { Recordings } from '../../workflows/reopening/recordings';
import type { Dice } from './dice';
import { Coverage, History } from './history';
import type { TestDatabase } from './postgres';
import type { Story } from './story';

/** As long as a history that walks through several phases (test/domain/random-histories.ts). */
const STEPS = 41;

/** What may become of a batch, of a hundred: it arrives, arrives twice, is recorded and its answer lost, or is lost itself. */
const FATES = { arrives: 70, twice: 78, unanswered: 90 } as const;
/** An attempt of an earlier batch may run to its end after any batch. */
const LATE_PERCENT = 15;
/** What follows soon after is gathered in one batch (workflows/reopening/ledger-writer.ts). */
const GATHERED_PERCENT = 40;
/** A case of which nothing is recorded before its end, as while PostgreSQL is away: more entries than one batch takes. */
const HELD_BACK_PERCENT = 10;

const KEYS = new SigningKeys(newSigningKey());

/** What came of each step, in order, and what was sent, by command id. */
interface Told {
  readonly outcomes: readonly Outcome[];
  readonly sent: Story['sent'];
}

export class RecordedHistory {
  readonly caseNumber: string;
  readonly #enterprise: string;
  readonly #recorder;
  readonly #recordings = new Recordings([], null, 0);
  readonly #earlier: RecordBatch[] = [];
  #head: Head = EMPTY_STREAM;
  #state: Reopening | undefined;

  private constructor(
    private readonly db: TestDatabase,
    private readonly dice: Dice,
    number: number,
    private readonly sent: Told['sent'],
  ) {
    this.caseNumber = `2026-${number}`;
    this.#enterprise = `e-${number}`;
    this.#recorder = createRecorder(db.as('worker'));
  }

  /** @throws Error where PostgreSQL has something else than the case has recorded; gives how many entries there were */
  static async tell(db: TestDatabase, beginning: Story, dice: Dice, number: number): Promise<number> {
    const outcomes: Outcome[] = [{ state: beginning.state, entries: beginning.entries }];
    const history = new History(beginning, new Coverage(), (outcome) => void outcomes.push(outcome));
    for (let step = 0; step < STEPS; step += 1) history.step(dice.below(2 ** 31));
    const gatheredPercent = dice.chance(HELD_BACK_PERCENT) ? 100 : GATHERED_PERCENT;
    return RecordedHistory.record(db, { outcomes, sent: history.sent }, dice, number, gatheredPercent);
  }

  /** What came of each step, in order; of a hundred outcomes so many are not recorded at once. @throws Error as `tell` */
  static async record(
    db: TestDatabase,
    { outcomes, sent }: Told,
    dice: Dice,
    number: number,
    gatheredPercent: number,
  ): Promise<number> {
    const told = new RecordedHistory(db, dice, number, sent);
    await db.register(told.caseNumber, told.#enterprise, KEYS.publicKey);
    for (const outcome of outcomes) {
      await told.#take(outcome);
      if (!dice.chance(gatheredPercent)) await told.#recordAll();
    }
    await told.#recordAll();
    return told.#head.sequence;
  }

  /** Of a case of its own: the number, the enterprise and the commands are those of no other history. */
  async #take({ state, entries }: Outcome): Promise<void> {
    const acts = new Map<string, string>();
    for (const id of new Set(entries.flatMap(({ command }) => command ?? []))) acts.set(id, await this.#kept(id));
    const drafts = entries.map(({ command, ...draft }): Draft => {
      const act = acts.get(command ?? '');
      return { ...draft, ...(act !== undefined && { command: `${this.caseNumber}/${command}`, act }) };
    });
    const chained = chain(this.caseNumber, this.#head, drafts);
    this.#head = chained.head;
    this.#recordings.add(chained.entries);
    const enterprise = { ...state.enterprise, id: this.#enterprise };
    this.#state = { ...state, caseNumber: this.caseNumber, enterprise };
  }

  /** The signature of the act behind a command, kept as the API does before it sends it. */
  async #kept(id: string): Promise<string> {
    const sent = this.sent.get(id);
    if (!sent) throw new Error(`nobody has sent ${id}`);
    const { caseNumber } = this;
    const about = { caseNumber, commandId: `${caseNumber}/${id}`, bodyHash: 'b', madeAt: 1 };
    const envelope = KEYS.seal({ ...about, actor: sent.by, command: sent.command });
    await keepAct(this.db.pool, envelope, KEYS.publicKey);
    return envelope.signature;
  }

  async #recordAll(): Promise<void> {
    const state = this.#state as Reopening;
    while (this.#recordings.isDue(state)) {
      const isRecorded = await this.#record(state);
      if (this.dice.chance(LATE_PERCENT)) await this.#recorder.record(this.dice.of(this.#earlier));
      if (isRecorded && this.#recordings.unrecorded.length === 0) await this.#compare(state);
    }
  }

  async #record(state: Reopening): Promise<boolean> {
    const { sequence } = this.#head;
    const batch = this.#recordings.next({ state, head: sequence, keys: [KEYS.publicKey], questions: null });
    // As Temporal hands it over.
    const sent = JSON.parse(JSON.stringify(batch)) as RecordBatch;
    this.#earlier.push(sent);
    const fate = this.dice.below(100);
    if (fate < FATES.unanswered) await this.#recorder.record(sent);
    if (fate >= FATES.arrives && fate < FATES.twice) await this.#recorder.record(sent);
    if (fate >= FATES.twice) {
      this.#recordings.failed();
      return false;
    }
    this.#recordings.arrived();
    return true;
  }

  async #compare(state: Reopening): Promise<void> {
    const { rows } = await this.db.pool.query<{ state: Reopening; version: number }>(
      'SELECT state, version FROM reopenings WHERE case_number = $1',
      [this.caseNumber],
    );
    expect(rows).toEqual([{ state, version: this.#head.sequence }]);
    expect(await this.#situation()).toEqual({ ...situationOf(state), accounts: expect.anything() as unknown });
    expect(await this.#duties()).toEqual(sorted(agenda(state).map((item) => ({ account: null, ...item }))));
    const { rows: ledger } = await this.db.pool.query<{ entries: number }>(
      'SELECT count(*) AS entries FROM ledger WHERE stream = $1',
      [this.caseNumber],
    );
    expect(ledger).toEqual([{ entries: this.#head.sequence }]);
    expect(await this.#untold(state)).toEqual([]);
    expect(await this.#verified()).toEqual([]);
  }

  /** What ledger:verify finds wrong in what is shown of the case. */
  async #verified(): Promise<string[]> {
    const found: string[] = [];
    await verifyProjections(this.db.pool, (finding) => found.push(finding), this.caseNumber);
    return found;
  }

  /** Whatever made a duty, whoever owes it is told, once. */
  async #untold(state: Reopening): Promise<string[]> {
    const { rows } = await this.db.pool.query<{ key: string }>('SELECT key FROM outbox WHERE stream = $1', [
      this.caseNumber,
    ]);
    const told = new Set(rows.map(({ key }) => key));
    return noticesOfDuties(state, agenda(state), 0).flatMap(({ key }) => (told.has(key) ? [] : [key]));
  }

  async #situation(): Promise<unknown> {
    const { rows } = await this.db.pool.query(
      `SELECT phase, waiting_on AS "waitingOn", (extract(epoch FROM next_due) * 1000)::float8 AS "nextDue", overdue, accounts
       FROM reopenings WHERE case_number = $1`,
      [this.caseNumber],
    );
    return rows[0];
  }

  async #duties(): Promise<unknown[]> {
    const time = (column: string, name = column) => `(extract(epoch FROM ${column}) * 1000)::float8 AS "${name}"`;
    const { rows } = await this.db.pool.query<{ id: string }>(
      `SELECT id, kind, owner, account, ${['since', 'opens', 'due'].map((one) => time(one)).join(', ')}, overdue, reminded,
              ${time('urged_at', 'urgedAt')}, escalated FROM duties WHERE case_number = $1`,
      [this.caseNumber],
    );
    return sorted(rows);
  }
}

function sorted<T extends { readonly id: string }>(items: readonly T[]): T[] {
  return [...items].sort((one, other) => (one.id < other.id ? -1 : 1));
}
