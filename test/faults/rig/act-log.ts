/** Answers for what the run's people were told: every act that was sent, with its final answer. The proof compares the rest with it. */
import { appendFileSync } from 'node:fs';
import type { Act, Answer } from './act';

export interface LoggedAct {
  readonly act: Act;
  /** Undefined: sent, and nobody knows what became of it. */
  readonly answer: Answer | undefined;
  /** How often it was sent until then. */
  readonly sent: number;
}

interface Line {
  readonly act: Act;
  answer: Answer | undefined;
  sent: number;
}

export class ActLog {
  readonly #lines = new Map<string, Line>();
  readonly #findings: string[] = [];
  readonly #failures = new Map<string, number>();
  #acknowledged = 0;
  #refused = 0;
  #repeats = 0;
  #lastSent = -Infinity;

  /** `file`: where each final answer is written as well, one line of JSON each. */
  constructor(private readonly file?: string) {}

  /** Before each sending, so that no act that may have taken effect is unknown. */
  sending(act: Act): void {
    const line = this.#lines.get(act.id) ?? { act, answer: undefined, sent: 0 };
    line.sent += 1;
    this.#lines.set(act.id, line);
  }

  /** @param sentAt when the request was sent that brought the answer, by `performance.now()` */
  answered(act: Act, answer: Answer, sentAt: number): void {
    const line = this.#lines.get(act.id);
    if (!line) throw new Error(`${act.id} was answered and never sent`);
    line.answer = answer;
    if (answer.outcome === 'done') {
      this.#acknowledged += 1;
      this.#lastSent = Math.max(this.#lastSent, sentAt);
    } else this.#refused += 1;
    const { by: _by, body: _body, ...shown } = act;
    if (this.file !== undefined) appendFileSync(this.file, `${JSON.stringify({ ...shown, ...answer })}\n`);
  }

  repeated(): void {
    this.#repeats += 1;
  }

  /** What is wrong with an answer by itself. */
  found(finding: string): void {
    this.#findings.push(finding);
  }

  /** A failed sending, which is sent again: how often for each reason. */
  failed(reason: string): void {
    this.#failures.set(reason, (this.#failures.get(reason) ?? 0) + 1);
  }

  /** Whether an act has been acknowledged that was sent after that instant of `performance.now()`. */
  hasProgressSince(instant: number): boolean {
    return this.#lastSent > instant;
  }

  get acts(): readonly LoggedAct[] {
    return [...this.#lines.values()];
  }

  get findings(): readonly string[] {
    return this.#findings;
  }

  get counts() {
    const { length: late } = this.acts.filter(({ answer }) => answer?.outcome === 'done' && answer.status === 202);
    return { acknowledged: this.#acknowledged, refused: this.#refused, repeats: this.#repeats, late };
  }

  get failures(): ReadonlyMap<string, number> {
    return this.#failures;
  }
}
