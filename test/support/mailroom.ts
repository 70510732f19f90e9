/** Recorded notices of a town's accounts, and a round of delivery over a channel that a test controls. */
import { randomUUID } from 'node:crypto';
import { deliverRound, type Delivered } from '../../activities/delivering';
import type { Mailroom } from '../../activities/ports';
import type { Channel, ChannelId, Message, Outcome, Rate, Reach } from '../../channels/channel';
import { readEnvironment } from '../../config/env';
import { readProgramme } from '../../programme/read';
import { createMessageReader } from '../../db/telling/message-content';
import { createMailroom } from '../../db/telling/messages';
import { createRecorder } from '../../db/case/recorder';
import { createWriter, type Writer } from '../../activities/writing';
import type { Draft, Role } from '../../domain/ledger/entry';
import type { TestDatabase } from './postgres';
import { Recording } from './recording';

const programme = readProgramme(readEnvironment({}).programme);
/** China has one time, UTC+8. */
const UTC_OFFSET_MINUTES = 480;

/** A channel that writes down what it is given; `answer` says what becomes of it. */
export class Recorded implements Channel {
  readonly sent: Message[] = [];
  answer: (message: Message, attempt: number) => Outcome = () => ({ kind: 'sent' });
  readonly atOnce = 1;
  readonly attempts = 3;
  declare readonly rate?: Rate;

  constructor(
    readonly id: ChannelId = 'email',
    readonly reach: Reach = 'person',
    readonly together = 20,
    rate?: Rate,
  ) {
    if (rate) this.rate = rate;
  }

  send(message: Message): Promise<Outcome> {
    this.sent.push(message);
    return Promise.resolve(this.answer(message, this.sent.length));
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}

export class Post {
  readonly mailroom: Mailroom;
  readonly writer: Writer;

  constructor(
    readonly db: TestDatabase,
    settings: Partial<typeof programme.channels> = {},
    leaseMs = 60_000,
  ) {
    this.mailroom = createMailroom(db.pool, {
      settings: { ...programme.channels, ...settings },
      utcOffsetMinutes: UTC_OFFSET_MINUTES,
      leaseMs,
    });
    this.writer = createWriter(createMessageReader(db.pool), { programme, publicUrl: 'http://town.example' });
  }

  round(channel: Channel): Promise<Delivered> {
    return deliverRound(channel, this, new AbortController().signal);
  }

  async account(
    role: Role,
    rest: Partial<Record<'enterprise' | 'village' | 'department', string>> = {},
  ): Promise<string> {
    const id = `a-${randomUUID()}`;
    await this.db.pool.query(
      `INSERT INTO accounts (id, login, display_name, role, enterprise, village, department, email)
       VALUES ($1, $1, $1, $2, $3, $4, $5, $1 || '@town.example')`,
      [id, role, rest.enterprise ?? null, rest.village ?? null, rest.department ?? null],
    );
    return id;
  }

  /** A case with those entries on the record; its clock stands at the last of them. */
  async record(drafts: readonly Partial<Draft>[], one?: Recording): Promise<Recording> {
    const recording = one ?? (await Recording.begin(this.db));
    const before = recording.entries.length;
    recording.add(...drafts);
    const clock = Math.max(recording.state.clock, ...recording.entries.map(({ at }) => at));
    Object.assign(recording.state, { clock });
    await createRecorder(this.db.as('worker')).record(recording.batch(before + 1));
    return recording;
  }

  /** The rows of a query, each as its values in one line. */
  async lines(query: string, ...values: unknown[]): Promise<string[]> {
    const { rows } = await this.db.pool.query<Record<string, unknown>>(query, values);
    return rows.map((row) => Object.values(row).join(' '));
  }
}
