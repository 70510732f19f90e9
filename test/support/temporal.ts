/** A real Temporal dev server with workers for tests, and a driver that sends one case its messages as the API would. */
import { randomUUID } from 'node:crypto';
import { ServiceError, type Client, type WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, type Worker } from '@temporalio/worker';
import type { createActivities } from '../../activities';
import { loadRules } from '../../config/programme';
import { readEnvironment } from '../../config/env';
import { temporalBinary } from '../../config/embedded/temporal-binary';
import { newSigningKey, publicKeyOf, seal, type Envelope, type Message } from '../../contracts/envelope';
import { reopeningId, TASK_QUEUE } from '../../contracts/ids';
import { SDK_TYPES, SEARCH_ATTRIBUTES } from '../../contracts/search-attributes';
import type { Answer, RecordBatch, Status } from '../../contracts/views';
import type { Command } from '../../domain/commands';
import type { Edition } from '../../domain/edition';
import type { Account, DocumentRef, TextRef } from '../../domain/ledger';
import { workflowBundle } from '../../workers/bundle';
import { createWorker } from '../../workers/worker';
import { commandUpdates, status } from '../../workflows/messages';

type Activities = ReturnType<typeof createActivities>;

/** One bundle per test run. */
let bundled: ReturnType<typeof workflowBundle> | undefined;
export function bundle(): ReturnType<typeof workflowBundle> {
  return (bundled ??= workflowBundle());
}

export class Temporal {
  #workers: { worker: Worker; ended: Promise<void> }[] = [];
  private constructor(readonly env: TestWorkflowEnvironment) {}

  /** `config` are dynamic settings of the server, as `key=json`. */
  static async start(...config: string[]): Promise<Temporal> {
    if (Runtime._instance === undefined) Runtime.install({ logger: new DefaultLogger('ERROR') });
    const path = await temporalBinary(readEnvironment());
    const searchAttributes = Object.entries(SEARCH_ATTRIBUTES).map(([name, type]) => ({ name, type: SDK_TYPES[type] }));
    const settings = [
      'frontend.WorkflowTimeSkippingEnabled=true',
      'history.timerProcessorMaxTimeShift="10ms"',
      'history.timerProcessorMaxPollRPS=1000',
      ...config,
    ];
    const extraArgs = [...settings.flatMap((setting) => ['--dynamic-config-value', setting]), '--log-level', 'never'];
    const executable = { type: 'existing-path' as const, path };
    return new Temporal(
      await TestWorkflowEnvironment.createLocal({ server: { executable, searchAttributes, extraArgs } }),
    );
  }

  get client(): Client {
    return this.env.client;
  }

  async work(activities: Activities): Promise<Worker> {
    const worker = await createWorker({
      connection: this.env.nativeConnection,
      namespace: this.env.client.options.namespace,
      bundle: await bundle(),
      activities,
    });
    this.#workers.push({ worker, ended: worker.run() });
    return worker;
  }

  /** Stops all workers and waits until they have ended. */
  async rest(): Promise<void> {
    const ending = this.#workers.splice(0);
    for (const { worker } of ending) worker.shutdown();
    await Promise.all(ending.map(({ ended }) => ended));
  }

  async stop(): Promise<void> {
    await this.rest();
    await this.env.teardown();
  }
}

/** Keeps what cases record, checking what PostgreSQL would: no gap, no second entry under a number. */
export class MemoryLedger {
  readonly streams = new Map<string, RecordBatch['entries'][number][]>();
  readonly batches: RecordBatch[] = [];

  readonly activities: Activities = {
    record: async (batch) => {
      this.batches.push(batch);
      const stream = this.streams.get(batch.stream) ?? [];
      this.streams.set(batch.stream, stream);
      for (const entry of batch.entries) {
        const present = stream[entry.sequence - 1];
        if (present && present.hash !== entry.hash) throw new Error(`another entry under ${entry.sequence}`);
        if (!present && entry.sequence !== stream.length + 1) throw new Error(`gap before ${entry.sequence}`);
        stream[entry.sequence - 1] = entry;
      }
    },
  };

  types(caseNumber: string): string[] {
    return (this.streams.get(caseNumber) ?? []).map((entry) => entry.type);
  }
}

export const OFFICIAL: Account = { account: 'official-1', role: 'official' };
export const LIAISON: Account = { account: 'liaison-1', role: 'liaison' };

export function reviewer(department: string): Account {
  return { account: `reviewer-${department}`, role: 'reviewer', department };
}
export function text(): TextRef {
  return { text: `t-${randomUUID()}`, hmac: 'ab' };
}
export function file(): DocumentRef {
  return { document: `d-${randomUUID()}`, hmac: 'cd' };
}

/** Waits until `holds`, asking again and again; fails with what it saw last. */
export async function eventually<T>(
  look: () => Promise<T> | T,
  holds: (seen: T) => boolean,
  withinMs = 20_000,
): Promise<T> {
  const end = Date.now() + withinMs;
  for (;;) {
    const seen = await look();
    if (holds(seen)) return seen;
    if (Date.now() > end) throw new Error(`not within ${withinMs} ms; last seen: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

interface DueWork {
  readonly skip?: (duty: string) => boolean;
  readonly pending?: number;
}

/** One case and its people, over Temporal alone. */
export class DrivenCase {
  readonly enterprise: Account;
  private constructor(
    readonly caseNumber: string,
    readonly handle: WorkflowHandle,
    readonly edition: Edition,
    private readonly key: Uint8Array,
    enterprise: string,
  ) {
    this.enterprise = { account: `enterprise-${enterprise}`, role: 'enterprise', enterprise };
  }

  static async start(
    client: Client,
    edition: Edition = loadRules(),
    signedBy?: Uint8Array,
    caseNumber = `2026-${Math.floor(Math.random() * 1e9)}`,
  ): Promise<DrivenCase> {
    const enterprise = `e-${randomUUID()}`;
    const key = newSigningKey();
    const opening = {
      caseNumber,
      enterprise: { id: enterprise, name: '华岛精密(演示)', kind: 'factory' as const, village: 'beixing' },
      edition,
    };
    const command = { type: 'open' as const, ...opening };
    const envelope = seal(
      { caseNumber, commandId: `start-${caseNumber}`, bodyHash: 'b', actor: OFFICIAL, command },
      signedBy ?? key,
    );
    const handle = await client.workflow.start('reopening', {
      taskQueue: TASK_QUEUE,
      workflowId: reopeningId(enterprise),
      args: [{ kind: 'open', envelope, keys: [publicKeyOf(key)] }],
      staticSummary: `华岛精密(演示)复工 ${caseNumber}`,
      memo: { caseNumber, startCommand: `start-${caseNumber}` },
    });
    return new DrivenCase(caseNumber, handle, edition, key, enterprise);
  }

  envelope<M extends Message>(actor: Account, command: M, id: string = randomUUID(), bodyHash = id): Envelope<M> {
    return seal({ caseNumber: this.caseNumber, commandId: id, bodyHash, actor, command }, this.key);
  }

  update(envelope: Envelope<Command>, type: Command['type'] = envelope.command.type): Promise<Answer> {
    return this.handle.executeUpdate(commandUpdates[type], { args: [envelope], updateId: envelope.commandId });
  }

  send(actor: Account, command: Command): Promise<Answer> {
    return this.update(this.envelope(actor, command));
  }

  /** A run that has just begun answers no query until its first workflow task is done. */
  async status(): Promise<Status> {
    for (;;) {
      try {
        return await this.handle.query(status);
      } catch (error) {
        if (!(error instanceof ServiceError) || !String(error.cause).includes('not scheduled yet')) throw error;
      }
    }
  }

  /** From the survey to the submission of the plan. */
  async toSignOffs(): Promise<Answer> {
    const { edition } = this;
    const preparations = edition.preparations.filter((one) => one.kinds.includes('factory'));
    const { view } = await this.status();
    const visitedOn = new Date(view.clock + edition.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
    const readiness = Object.fromEntries(preparations.map((one) => [one.id, 'ready' as const]));
    await this.send(OFFICIAL, { type: 'recordSurvey', visitors: text(), visitedOn, readiness, weakLinks: [] });
    await this.send(this.enterprise, { type: 'commit', rulebook: edition.rulebook, document: file() });
    for (const { id } of edition.materials) {
      await this.send(this.enterprise, { type: 'addMaterial', material: id, document: file() });
    }
    return this.send(this.enterprise, {
      type: 'submitPlan',
      versions: Object.fromEntries(edition.materials.map(({ id }) => [id, 1])),
    });
  }

  /** Does what is due at the case's clock: reports tests, of `pending` people without a result, and days; not what `skip` names. */
  async doDuties({ skip = () => false, pending = 0 }: DueWork = {}): Promise<void> {
    const { view } = await this.status();
    for (const duty of view.agenda) {
      if (duty.opens > view.clock || skip(duty.id)) continue;
      if (duty.kind === 'test') {
        const counts = { owed: 57, negative: 57 - pending, pending, invalid: 0, notTested: 0 };
        await this.send(this.enterprise, { type: 'reportTests', round: duty.id.slice('test/'.length), counts });
      }
      if (duty.kind === 'report') {
        const date = duty.id.slice('report/'.length);
        const report = { date, production: 'normal', present: 57, epidemic: 'nothing-to-report' } as const;
        await this.send(LIAISON, { type: 'reportDay', ...report });
      }
    }
  }

  approval(department: string, round = 1, versions: Record<string, number> = {}): Command<'approve'> {
    const reviews = this.edition.departments.find((one) => one.id === department);
    return {
      type: 'approve',
      department,
      round,
      versions: Object.fromEntries((reviews?.materials ?? []).map((id) => [id, versions[id] ?? 1])),
      checklist: (reviews?.checklist ?? []).map((item) => item.id),
    };
  }

  async toStationing(): Promise<Answer> {
    await this.toSignOffs();
    let answer: Answer | undefined;
    for (const { id } of this.edition.departments) answer = await this.send(reviewer(id), this.approval(id));
    if (!answer) throw new Error('no departments');
    return answer;
  }

  async toOperating(): Promise<Answer> {
    const { view } = await this.toStationing();
    const from = new Date(view.clock + this.edition.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
    const members = this.edition.teamParts.map((part) => ({ part, person: text() }));
    await this.send(OFFICIAL, { type: 'formTeam', members });
    await this.send(OFFICIAL, { type: 'assignLiaison', liaison: LIAISON, from });
    return this.send(LIAISON, { type: 'arrive' });
  }
}
