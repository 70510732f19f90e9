/** Contender (a): the full system over HTTP. Each case is surveyed, planned, signed off by four departments and withdrawn. */
import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { reopeningId } from '../../contracts/case/ids';
import type { Programme } from '../../programme/schema';
import { routeOf } from '../../contracts/case/routes';
import type { Pool } from '../../db/sql/pool';
import { localDate } from '../../domain/calendar/calendar';
import type { CommandType } from '../../domain/case/commands';
import type { Edition } from '../../domain/programme/edition';
import type { DemoAccount } from '../demo/town';
import type { HttpSender } from './http';
import { inParallel, type Contender, type PreparedCase } from './measure';
import { newEnterprise, type BenchEnterprise } from './enterprises';
import { heldFor } from '../../domain/programme/for-whom';

/** The kind of all enterprises of the measurement (scripts/bench/stage.ts). */
const FACTORY = { kind: 'factory' } as const;

/** Preparing is not measured; ten at once keep two cores busy without queues. */
const PREPARED_AT_ONCE = 10;
/** What starts are recorded by then: a case gathers what comes within a second of its last batch, and people come later. */
const AFTER_START_MS = 1500;
/** The ledger is complete within a second of a case's end; 30 s: something is wrong. */
const LEDGER_MS = 30_000;
const LEDGER_LOOK_MS = 50;
/** What a person writes of a visit or a reason. */
const WORDS = '现场查看生产、住宿、就餐区域,防疫物资齐备,人员到位。';

export interface FullParts {
  readonly http: HttpSender;
  readonly temporal: Client;
  readonly pool: Pool;
  readonly accounts: readonly DemoAccount[];
  readonly village: Programme['villages'][number]['id'];
  readonly rules: Edition;
}

interface Act {
  readonly type: CommandType;
  readonly token: string;
  readonly body: object;
}

export interface HistorySize {
  readonly events: number;
  readonly bytes: number;
}

export class Full implements Contender {
  readonly #open = new Set<string>();
  readonly #enterprises: string[] = [];
  #answers: number[] = [];

  constructor(private readonly parts: FullParts) {}

  async prepare(count: number): Promise<PreparedCase[]> {
    const cases = await inParallel(Array.from({ length: count }), PREPARED_AT_ONCE, () => this.#prepareOne());
    await pause(AFTER_START_MS);
    return cases;
  }

  async #prepareOne(): Promise<PreparedCase> {
    const { http, pool, village } = this.parts;
    const enterprise = await newEnterprise(pool, village);
    const started = { body: JSON.stringify({ enterprise: enterprise.id }), token: this.#token('official') };
    const { caseNumber } = JSON.parse(await http.post('/reopenings', started, 201)) as { caseNumber: string };
    const documents = [await this.#upload(enterprise), await this.#upload(enterprise)] as const;
    this.#open.add(caseNumber);
    this.#enterprises.push(enterprise.id);
    const answers: number[] = [];
    this.#answers = answers;
    return this.#acts(enterprise, documents).map(({ type, token, body }) => {
      const path = `/reopenings/${caseNumber}/${routeOf(type)}`;
      const sent = { body: JSON.stringify(body), token, key: randomUUID() };
      return async () => void answers.push(await http.act(path, sent));
    });
  }

  async #upload({ token }: BenchEnterprise): Promise<string> {
    const sent = { body: WORDS, token, type: 'text/plain' };
    const { id } = JSON.parse(await this.parts.http.post('/documents?name=bench.txt', sent, 201)) as { id: string };
    return id;
  }

  /** Nine acts by six people. */
  #acts({ token }: BenchEnterprise, [commitment, file]: readonly [string, string]): Act[] {
    const { departments, materials, preparations, rulebook } = this.parts.rules;
    const material = materials[0]?.id ?? '';
    const versions = { [material]: 1 };
    const looked = heldFor(preparations, FACTORY);
    const survey = {
      visitors: WORDS,
      visitedOn: localDate(Date.now(), this.parts.rules),
      readiness: Object.fromEntries(looked.map(({ id }) => [id, 'ready'])),
      weakLinks: [],
    };
    const signOffs = departments.map(({ id: department, checklist }): Act => {
      const body = { department, round: 1, versions, checklist: heldFor(checklist, FACTORY).map(({ id }) => id) };
      return { type: 'approve', token: this.#token('reviewer', department), body };
    });
    return [
      { type: 'recordSurvey', token: this.#token('official'), body: survey },
      { type: 'commit', token, body: { rulebook, document: commitment } },
      { type: 'addMaterial', token, body: { material, document: file } },
      { type: 'submitPlan', token, body: { versions } },
      ...signOffs,
      { type: 'withdraw', token, body: { reason: WORDS } },
    ];
  }

  /** What (b2) and (c) are sent: the bodies of the same acts. */
  get messages(): { readonly type: string; readonly body: object }[] {
    const document = `d-${'0'.repeat(32)}`;
    return this.#acts({ id: '', token: '' }, [document, document]).map(({ type, body }) => ({ type, body }));
  }

  #token(role: string, department?: string): string {
    const found = this.parts.accounts.find((one) => one.role === role && one.department === department);
    if (!found) throw new Error(`the trial system has no account for ${role} ${department ?? ''}`);
    return found.token;
  }

  /** Until the ledger has the end of every case. @throws Error when a case that was driven is not closed there */
  async settle(): Promise<void> {
    const late = performance.now() + LEDGER_MS;
    while (this.#open.size > 0) {
      const { rows } = await this.parts.pool.query<{ number: string }>(
        'SELECT case_number AS number FROM reopenings WHERE closed AND case_number = ANY ($1)',
        [[...this.#open]],
      );
      for (const { number } of rows) this.#open.delete(number);
      if (performance.now() > late)
        throw new Error(`not closed in the ledger: ${[...this.#open].slice(0, 5).join(', ')}`);
      if (this.#open.size > 0) await pause(LEDGER_LOOK_MS);
    }
  }

  /** Of all acts so far, how many were not answered as they came. */
  get notAtOnce(): HttpSender['notAtOnce'] {
    return this.parts.http.notAtOnce;
  }

  /** Bytes of each answer of the case that was prepared last, as far as it was driven. */
  get lastAnswers(): readonly number[] {
    return this.#answers;
  }

  /** The history of the last case. */
  async lastHistory() {
    const enterprise = this.#enterprises.at(-1) ?? '';
    return (await this.parts.temporal.workflow.getHandle(reopeningId(enterprise)).fetchHistory()).events ?? [];
  }

  /** Of the last `count` cases, as the server counts them. */
  histories(count: number): Promise<HistorySize[]> {
    return inParallel(this.#enterprises.slice(-count), PREPARED_AT_ONCE, async (enterprise) => {
      const { historyLength, historySize } = await this.parts.temporal.workflow
        .getHandle(reopeningId(enterprise))
        .describe();
      return { events: historyLength, bytes: historySize ?? 0 };
    });
  }
}
