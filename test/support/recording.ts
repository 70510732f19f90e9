/** A registered case with entries to record, made as its workflow would make them. */
import { randomUUID } from 'node:crypto';
import { keepAct } from '../../db/ledger/acts';
import { ACTS, COMMAND_TYPES } from '../../domain/case/acts';
import { THE_CASE } from '../../domain/case/time';
import type { Account } from '../../domain/ledger/entry';
import { newSigningKey, publicKeyOf, seal, type Envelope } from '../../proof/envelope';
import { loadRules } from '../../programme/read';
import { chain, EMPTY_STREAM } from '../../proof/chain';
import type { Entry } from '../../domain/ledger/entry';
import { noticesOf, noticesOfDuties } from '../../domain/telling/outbox';
import type { RecordBatch } from '../../contracts/case/views';
import { agenda } from '../../domain/case/agenda';
import { accountsOf, situationOf } from '../../domain/case/views';
import { readEntries } from '../../db/ledger/ledger';
import type { Draft } from '../../domain/ledger/entry';
import { open } from '../../domain/case/reopening';
import type { TestDatabase } from './postgres';

const SIGNING_KEY = newSigningKey();
/** The public key that all these cases trust. */
export const KEY = publicKeyOf(SIGNING_KEY);
const OFFICIAL = { account: 'official-1', role: 'official' } as const;
const RULES = loadRules();
/** 23:30 in Shanghai, half past three in the afternoon by UTC: a place that takes one date for the other shows. */
const LATE = Date.parse('2026-05-01T15:30:00Z');
const OPENED = Date.parse('2026-05-01T01:00:00Z');

const COPIED = { to: 'official-1', role: 'official' };

/** What an act says that is not said by the same names in its entry. */
const SAID: { readonly [T in Draft['type']]?: (details: Draft['details']) => object } = {
  opened: ({ enterprise }) => ({ type: 'open', enterprise: { id: enterprise } }),
  copied: ({ to, role }) => ({ type: 'copy', to: { account: to, role } }),
  'handed-over': ({ to, on }) => ({ type: 'handOver', liaison: to, from: on }),
  'command-refused': ({ refused }) => ({ type: refused }),
};

/** Acts of people in entries that were made here and not kept yet. */
const unkept: Envelope[] = [];

/** As the API does before it sends them. */
export async function keepActs({ pool }: Pick<TestDatabase, 'pool'>): Promise<void> {
  for (const act of unkept.splice(0)) await keepAct(pool, act, KEY);
}

export class Recording {
  readonly caseNumber = `2026-${Math.floor(Math.random() * 1e9)}`;
  readonly enterprise = `e-${randomUUID()}`;
  readonly state = open(
    {
      caseNumber: this.caseNumber,
      enterprise: { id: this.enterprise, name: '华岛精密(演示)', kind: 'factory', village: 'beixing' },
      edition: RULES,
    },
    { by: { account: 'official-1', role: 'official' }, command: 'start' },
    OPENED,
  ).state;
  entries: Entry[] = [];

  static async begin(db: TestDatabase): Promise<Recording> {
    const recording = new Recording();
    await db.register(recording.caseNumber, recording.enterprise, KEY);
    return recording;
  }

  add(...drafts: Partial<Draft>[]): this {
    const full = drafts.map((draft): Draft => ({
      at: this.state.clock,
      // What a person did has a command, and an act that is to be kept (`keepActs`).
      by: draft.command === undefined ? THE_CASE : OFFICIAL,
      type: 'copied',
      details: COPIED,
      ...draft,
      ...(draft.command !== undefined && { act: this.act(draft.command, draft) }),
    }));
    this.entries.push(...chain(this.caseNumber, this.entries.at(-1) ?? EMPTY_STREAM, full).entries);
    return this;
  }

  /** The signature of an act that says what the draft says. */
  private act(commandId: string, { type = 'copied', by = OFFICIAL, details = COPIED }: Partial<Draft>): string {
    const causes = COMMAND_TYPES.find((one) => ACTS[one].causes.includes(type));
    const command = (SAID[type]?.(details) ?? { ...details, type: causes }) as never;
    const about = { caseNumber: this.caseNumber, madeAt: OPENED, bodyHash: 'b' };
    const envelope = seal({ ...about, commandId, actor: by as Account, command }, SIGNING_KEY);
    unkept.push(envelope);
    return envelope.signature;
  }

  /** The entries with those numbers, and the case as they leave it. */
  batch(from = 1, to = this.entries.length): RecordBatch {
    const entries = this.entries.slice(from - 1, to);
    const owed = agenda(this.state);
    return {
      stream: this.caseNumber,
      keys: [KEY],
      entries,
      recording: to,
      enterprise: this.state.enterprise,
      openedAt: this.state.openedAt,
      clock: this.state.clock,
      closed: false,
      notices: [...noticesOf(this.state, entries), ...noticesOfDuties(this.state, owed, to)],
      change: {
        sequence: to,
        parts: { v: this.state },
        situation: situationOf(this.state),
        accounts: accountsOf(this.state),
        duties: { changed: owed, gone: null },
      },
      questions: null,
    };
  }

  /** The last batch of a case that closes late in the evening. */
  closing(): RecordBatch {
    return { ...this.batch(), clock: LATE, closed: true };
  }

  async recorded(db: TestDatabase): Promise<Entry[]> {
    const page = { stream: this.caseNumber, after: 0, limit: 1000 };
    return (await readEntries(db.pool, page)).map(({ entry }) => entry);
  }
}
