/** Answers for an act until its final answer: sent again under the same key through every failure, and some once more afterwards. */
import { setTimeout as pause } from 'node:timers/promises';
import { isOfCase, type Act, type Answer, type Person } from './act';
import type { ActLog } from './act-log';

/** The API answers within 3 s of asking and 3 s of handing over (api/case/send.ts), PostgreSQL within some; then nobody is there. */
const REQUEST_MS = 12_000;
/** A restart of the whole takes some ten seconds on two cores, longer while it is repeated; beyond this it is stuck. */
const FINAL_MS = 90_000;
/** A person's program would wait longer; four times a second finds the moment at which the system is back. */
const AGAIN_MS = 250;

/** An act that got no final answer in time. */
export class Stuck extends Error {}

interface Raw {
  readonly status: number;
  readonly replayed: boolean;
  readonly body: { readonly [name: string]: unknown };
}

interface Sending {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly by: Person;
  readonly key?: string;
  readonly after?: string;
  readonly text?: string;
  readonly type?: string;
}

export class Sender {
  constructor(
    private readonly address: string,
    private readonly log: ActLog,
    /** Ends everybody's trying. */
    private readonly signal: AbortSignal,
  ) {}

  /** @throws Stuck when no final answer comes in time */
  async perform(act: Act): Promise<Answer> {
    const answer = await this.#untilFinal(act);
    this.log.answered(act, answer.answer, answer.sentAt);
    return answer.answer;
  }

  /** Sends an acknowledged act once more: it must be answered as the first time and do nothing. */
  async repeat(act: Act, first: Answer): Promise<void> {
    const { answer } = await this.#untilFinal(act);
    this.log.repeated();
    const said = differenceBetween(first, answer);
    if (said)
      this.log.found(`${act.type} ${act.id.slice(0, 12)} (${act.caseNumber}) sent again under its key: ${said}`);
  }

  /** Uploads have no key: one whose answer was lost is uploaded again, and the first is nobody's. */
  async upload(by: Person, words: string): Promise<string> {
    const sending = {
      method: 'POST',
      path: '/documents?name=faults.txt',
      by,
      text: words,
      type: 'text/plain',
    } as const;
    return this.#again(`${by.account} uploads`, async () => {
      const raw = await this.#send(sending);
      if (raw?.status === 201) return raw.body['id'] as string;
      if (raw) throw new Error(`POST /documents was answered ${raw.status} ${String(raw.body['code'])}`);
      return undefined;
    });
  }

  /** What a read is answered, as soon as somebody answers who knows what `after` names. */
  async look(by: Person, path: string, after?: string): Promise<Raw['body']> {
    return this.#again(`GET ${path}`, async () => {
      const raw = await this.#send({ method: 'GET', path, by, ...(after !== undefined && { after }) });
      return raw?.status === 200 && raw.body['asOf'] === null ? raw.body : undefined;
    });
  }

  /** One step of a case's clock, if it is taken: has no key, so whoever asks looks where the case is then. */
  async moveOn(by: Person, caseNumber: string): Promise<void> {
    const path = `/reopenings/${caseNumber}/fast-forward`;
    await this.#send({ method: 'POST', path, by, text: JSON.stringify({ to: 'next-due' }) });
  }

  async #untilFinal(act: Act): Promise<{ answer: Answer; sentAt: number }> {
    return this.#again(`${act.type} ${act.id.slice(0, 12)} (${act.caseNumber})`, async () => {
      const sentAt = performance.now();
      const answer = await this.#once(act);
      return answer && { answer, sentAt };
    });
  }

  /** Undefined: nobody knows what became of it, it must be sent again. */
  async #once(act: Act): Promise<Answer | undefined> {
    this.log.sending(act);
    const { path, by, key } = act;
    const raw = await this.#send({ method: 'POST', path, by, key, text: JSON.stringify(act.body) });
    if (!raw) return undefined;
    const { status, body, replayed } = raw;
    if (status === 200 || status === 201) {
      if (status === 200 && isOfCase(act) && body['command'] !== act.id)
        this.log.found(`${act.type} ${act.id.slice(0, 12)} was answered as command ${String(body['command'])}`);
      const sequence = (body['sequence'] as number | undefined) ?? null;
      return { outcome: 'done', status, sequence, replayed, caseNumber: act.caseNumber ?? String(body['caseNumber']) };
    }
    if (status === 202) return this.#settled(act);
    return { outcome: 'refused', status, code: String(body['code']) };
  }

  /** Polls what became of an act that was handed over. Undefined when it is not known: it was not handed over after all. */
  async #settled({ id, by, type, caseNumber }: Act): Promise<Answer | undefined> {
    return this.#again(`${type} ${id.slice(0, 12)} (${caseNumber}), handed over,`, async () => {
      const raw = await this.#send({ method: 'GET', path: `/commands/${id}`, by });
      const status = raw?.body['status'];
      if (raw?.status === 404) return { unknown: true } as const;
      if (raw && status === 'done') {
        const { caseNumber: of, sequence } = raw.body as { caseNumber: string; sequence: number };
        return { outcome: 'done', status: 202, caseNumber: of, sequence, replayed: true } as const;
      }
      if (status !== 'refused') return undefined;
      const problem = raw?.body['problem'] as { status: number; code: string };
      return { outcome: 'refused', status: problem.status, code: problem.code } as const;
    }).then((answer) => ('unknown' in answer ? undefined : answer));
  }

  async #again<T>(what: string, work: () => Promise<T | undefined>): Promise<T> {
    const late = performance.now() + FINAL_MS;
    for (;;) {
      this.signal.throwIfAborted();
      const result = await work();
      if (result !== undefined) return result;
      if (performance.now() > late) throw new Stuck(`${what} has no final answer after ${FINAL_MS / 1000} s`);
      await pause(AGAIN_MS, undefined, { signal: this.signal });
    }
  }

  /** Undefined when there is no answer or one that asks to come again: every such failure is counted. */
  async #send({ method, path, by, key, after, text, type = 'application/json' }: Sending): Promise<Raw | undefined> {
    const headers = {
      authorization: `Bearer ${by.token}`,
      ...(text !== undefined && { 'content-type': type }),
      ...(key !== undefined && { 'idempotency-key': key }),
      ...(after !== undefined && { 'fugong-after': after }),
    };
    const signal = AbortSignal.any([this.signal, AbortSignal.timeout(REQUEST_MS)]);
    try {
      const init = { method, headers, signal, ...(text !== undefined && { body: text }) };
      const response = await fetch(this.address + path, init);
      const body = (await response.json()) as Raw['body'];
      if (response.status < 500)
        return { status: response.status, replayed: response.headers.has('idempotent-replayed'), body };
      this.log.failed(`${response.status} ${String(body['code'])}`);
    } catch (error) {
      this.signal.throwIfAborted();
      this.log.failed(reasonOf(error));
    }
    return undefined;
  }
}

/** What is wrong with the answer to a repeat; undefined when it is as it must be. */
export function differenceBetween(first: Answer, again: Answer): string | undefined {
  if (again.outcome !== 'done') return `first done, then refused as ${again.code}`;
  if (first.outcome !== 'done') return undefined;
  if (!again.replayed) return 'answered as if it were new, without Idempotent-Replayed';
  if (first.sequence !== again.sequence && first.status !== 201)
    return `first #${first.sequence}, then #${again.sequence}`;
  if (first.caseNumber !== again.caseNumber) return `first case ${first.caseNumber}, then ${again.caseNumber}`;
  return undefined;
}

function reasonOf(error: unknown): string {
  const { name, cause } = error as Error & { cause?: { code?: string } };
  return cause?.code ?? name;
}
