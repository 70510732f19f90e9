/** A driver that sends one case its messages as the API would, over Temporal alone, and the people who act in it. */
import { randomUUID } from 'node:crypto';
import { ServiceError, type Client, type WorkflowHandle } from '@temporalio/client';
import { loadRules } from '../../programme/read';
import { newSigningKey, publicKeyOf, seal, type Envelope, type Message } from '../../proof/envelope';
import { reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import type { Answer, Status } from '../../contracts/case/views';
import type { Command, TestCounts } from '../../domain/case/commands';
import type { Edition } from '../../domain/programme/edition';
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import type { Account, DocumentRef, TextRef } from '../../domain/ledger/entry';
import { jitterOf } from '../../domain/case/jitter';
import { commandUpdates, status } from '../../workflows/reopening/messages';
import { moved } from './progress';
import { heldFor } from '../../domain/programme/for-whom';

/** The article's factory (docs/domain.md#figures). */
export const LOOP = 57;

/** Counts of a round; what is not named is 0, whoever is left is negative. */
export function countsOf(given: Partial<TestCounts> = {}): TestCounts {
  const counts = { owed: LOOP, positive: 0, pending: 0, invalid: 0, recheck: 0, notTested: 0, untested: 0, ...given };
  const { owed, ...parts } = { ...counts, negative: 0 };
  return { ...counts, negative: given.negative ?? owed - Object.values(parts).reduce((sum, one) => sum + one, 0) };
}

export const OFFICIAL: Account = { account: 'official-1', role: 'official' };
export const LIAISON: Account = { account: 'liaison-1', role: 'liaison' };
export const STOREKEEPER: Account = { account: 'storekeeper-1', role: 'storekeeper' };
export const VOLUNTEER: Account = { account: 'volunteer-1', role: 'volunteer' };
export const HEALTH: Account = { account: 'health-1', role: 'health' };

export function reviewer(department: string): Account {
  return { account: `reviewer-${department}`, role: 'reviewer', department };
}
export function text(): TextRef {
  return { text: `t-${randomUUID()}`, hmac: 'ab' };
}
export function file(): DocumentRef {
  return { document: `d-${randomUUID()}`, hmac: 'cd' };
}

/** The number of a case that wakes within 100 ms of its moment. */
export function caseWithoutJitter(): string {
  const numbers = Array.from({ length: 10_000 }, (_, serial) => `2026-9${String(serial).padStart(4, '0')}`);
  return numbers.find((number) => jitterOf(number) < 100) ?? '';
}

interface Beginning {
  readonly edition?: Edition;
  readonly kind?: EnterpriseKind;
  /** Another key than the one that the case is told to trust. */
  readonly signedBy?: Uint8Array;
  /** The one that it trusts, as all cases of a system trust the same; a fresh one unless a test has many cases. */
  readonly key?: Uint8Array;
  readonly caseNumber?: string;
  /** As the API keeps an act before it sends it; needed where a real recorder takes what the case records. */
  readonly keep?: (envelope: Envelope) => Promise<unknown>;
}

function aCaseNumber(): string {
  return `2026-${Math.floor(Math.random() * 1e9)}`;
}

/** One case, over Temporal alone. */
export class DrivenCase {
  readonly enterprise: Account;
  private constructor(
    readonly caseNumber: string,
    readonly handle: WorkflowHandle,
    readonly edition: Edition,
    private readonly kind: EnterpriseKind,
    private readonly key: Uint8Array,
    private readonly keep: NonNullable<Beginning['keep']>,
    enterprise: string,
  ) {
    this.enterprise = { account: `enterprise-${enterprise}`, role: 'enterprise', enterprise };
  }

  static async start(
    client: Client,
    {
      edition = loadRules(),
      kind = 'factory',
      signedBy,
      key = newSigningKey(),
      caseNumber = aCaseNumber(),
      keep = () => Promise.resolve(),
    }: Beginning = {},
  ): Promise<DrivenCase> {
    const enterprise = `e-${randomUUID()}`;
    const opening = {
      caseNumber,
      enterprise: { id: enterprise, name: '华岛精密(演示)', kind, village: 'beixing' },
      edition,
    };
    const command = { type: 'open' as const, ...opening };
    const envelope = seal(
      { caseNumber, commandId: `start-${caseNumber}`, bodyHash: 'b', actor: OFFICIAL, madeAt: Date.now(), command },
      signedBy ?? key,
    );
    await keep(envelope);
    const handle = await client.workflow.start('reopening', {
      taskQueue: TASK_QUEUE,
      workflowId: reopeningId(enterprise),
      args: [{ kind: 'open', envelope, keys: [publicKeyOf(key)] }],
      staticSummary: `华岛精密(演示)复工 ${caseNumber}`,
      memo: { caseNumber, startCommand: `start-${caseNumber}` },
    });
    return new DrivenCase(caseNumber, handle, edition, kind, key, keep, enterprise);
  }

  envelope<M extends Message>(actor: Account, command: M, id: string = randomUUID(), bodyHash = id): Envelope<M> {
    const about = { caseNumber: this.caseNumber, madeAt: Date.now() };
    return seal({ ...about, commandId: id, bodyHash, actor, command }, this.key);
  }

  async update(envelope: Envelope<Command>, type: Command['type'] = envelope.command.type): Promise<Answer> {
    await this.keep(envelope);
    return this.handle
      .executeUpdate(commandUpdates[type], { args: [envelope], updateId: envelope.commandId })
      .finally(moved);
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
    const preparations = heldFor(edition.preparations, { kind: this.kind });
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

  /** One sheet of a round with the counts that the round has then. */
  sheet(
    round: string,
    counts: TestCounts,
    positives: Command<'reportTests'>['positives'] = [],
    sampler?: string,
  ): Command<'reportTests'> {
    const sampling =
      sampler === undefined ? ({ sampling: 'mobile' } as const) : ({ sampling: 'self', sampler } as const);
    const rows = counts.owed - counts.untested;
    return {
      type: 'reportTests',
      round,
      sheet: `sheet-${randomUUID()}`,
      rows,
      sheets: 1,
      counts,
      positives,
      ...sampling,
    };
  }

  approval(department: string, round = 1, versions: Record<string, number> = {}): Command<'approve'> {
    const reviews = this.edition.departments.find((one) => one.id === department);
    return {
      type: 'approve',
      department,
      round,
      versions: Object.fromEntries((reviews?.materials ?? []).map((id) => [id, versions[id] ?? 1])),
      checklist: heldFor(reviews?.checklist ?? [], { kind: this.kind }).map((item) => item.id),
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
    await this.toStationing();
    const { view } = await this.status();
    const from = new Date(view.clock + this.edition.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
    const members = this.edition.teamParts.map((part) => ({ part, person: text() }));
    await this.send(OFFICIAL, { type: 'formTeam', members });
    await this.send(OFFICIAL, { type: 'assignLiaison', liaison: LIAISON, from });
    return this.send(LIAISON, { type: 'arrive' });
  }
}
