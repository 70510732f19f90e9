/** How the demonstration speaks to the running system: HTTP and the accounts of trial mode, as any program would. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ACCOUNTS_FILE } from '../../config/backup-files';

/** A worker that was started again takes what was handed over within seconds; longer, and none runs. */
const LATER_MS = 60_000;
const LOOK_MS = 200;

export interface DemoAccount {
  readonly login: string;
  readonly token: string;
  readonly role: string;
  readonly department?: string;
  readonly enterprise?: string;
}

/** A problem that the system answered; its words are shown as they came. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly body: Record<string, unknown>,
  ) {
    super(message);
  }

  /** Refused for what has happened meanwhile, not for who asks or how. */
  get isAboutState(): boolean {
    return this.status === 409 || this.status === 422;
  }
}

export interface Request {
  readonly as: DemoAccount;
  readonly body?: unknown;
  /** Without one, a random key: the step's own condition keeps it from being done twice. */
  readonly key?: string;
}

/** What one read waits for at most, and no more streams than an act of the demonstration changes (api/http/own-writes.ts). */
const MARKS_KEPT = 5;

export class Town {
  /** What the answers to acts said they may be read after. */
  readonly #marks = new Map<string, string>();

  private constructor(
    readonly address: string,
    private readonly accounts: readonly DemoAccount[],
  ) {}

  /** @throws Error with a sentence for the reader when no system runs there or it is not a trial system */
  static async at(address: string, dataDir: string): Promise<Town> {
    const file = join(dataDir, ACCOUNTS_FILE);
    const accounts = await readFile(file, 'utf8').catch(() => {
      throw new Error(
        `没有找到演示账号 ${file}:请先运行 npm start(试用模式)。No demonstration accounts: run npm start first.`,
      );
    });
    const ready = await fetch(`${address}/readyz`).catch(() => undefined);
    if (!ready?.ok)
      throw new Error(`${address} 没有就绪:请先运行 npm start。The system is not ready: run npm start first.`);
    return new Town(address, JSON.parse(accounts) as DemoAccount[]);
  }

  account(role: string, of?: string): DemoAccount {
    const found = this.accounts.find(
      (one) =>
        one.role === role && (of === undefined || of === one.department || of === one.enterprise || of === one.login),
    );
    if (!found) throw new Error(`No demonstration account for ${role} ${of ?? ''}`);
    return found;
  }

  all(role: string): readonly DemoAccount[] {
    return this.accounts.filter((one) => one.role === role);
  }

  async get<T>(path: string, as: DemoAccount): Promise<T> {
    const after = [...this.#marks.values()].slice(-MARKS_KEPT).join(', ');
    const headers = { authorization: `Bearer ${as.token}`, ...(after !== '' && { 'fugong-after': after }) };
    return this.#answer<T>(await fetch(this.address + path, { headers }), as);
  }

  async post<T>(path: string, { as, body = {}, key }: Request): Promise<T> {
    const headers = {
      authorization: `Bearer ${as.token}`,
      'content-type': 'application/json',
      'idempotency-key': key ?? randomBytes(16).toString('hex'),
    };
    const init = { method: 'POST', headers, body: JSON.stringify(body) };
    return this.#answer<T>(await this.#change(path, init), as);
  }

  /** What is too much within a minute is sent again when the answer says. */
  async #change(path: string, init: RequestInit): Promise<Response> {
    for (;;) {
      const response = await fetch(this.address + path, init);
      const seconds = Number(response.headers.get('retry-after'));
      if (response.status !== 429 || !(seconds > 0)) return response;
      await response.body?.cancel();
      console.log(`  · 一分钟内办理次数已达上限，${seconds} 秒后继续`);
      await pause(seconds * 1000);
    }
  }

  /** Uploads a small file, a text unless it is said to be something else, and gives its id. */
  async upload(name: string, content: string | Buffer, as: DemoAccount, type = 'text/plain'): Promise<string> {
    const headers = { authorization: `Bearer ${as.token}`, 'content-type': type };
    const path = `/documents?name=${encodeURIComponent(name)}`;
    const { id } = await this.#answer<{ id: string }>(
      await this.#change(path, { method: 'POST', headers, body: content }),
      as,
    );
    return id;
  }

  /** What was asked for; undefined when it was refused because of how things stand by now: somebody else may have done it. */
  async attempt<T>(path: string, request: Request): Promise<T | undefined> {
    try {
      return await this.post<T>(path, request);
    } catch (error) {
      if (!(error instanceof Problem) || !error.isAboutState) throw error;
      console.log(`  · 这一步已有人办理，或情况已变，按现在的情况继续（${error.message}）`);
      return undefined;
    }
  }

  /** A command that no worker answered in time takes effect later: it is waited for. */
  async #outcome(command: string, as: DemoAccount): Promise<void> {
    const end = Date.now() + LATER_MS;
    for (;;) {
      const found = await this.get<{ status: string; problem: (Record<string, unknown> & { code?: string }) | null }>(
        `/commands/${command}`,
        as,
      );
      if (found.status === 'done') return;
      if (found.problem) throw problemOf(Number(found.problem['status']), found.problem);
      if (Date.now() > end)
        throw new Error('没有处理程序应答，请稍后再次运行演示。No worker answers: run the demonstration again later.');
      await pause(LOOK_MS);
    }
  }

  #remember(mark: string): void {
    const stream = mark.slice(0, mark.lastIndexOf('@'));
    this.#marks.delete(stream);
    this.#marks.set(stream, mark);
  }

  async #answer<T>(response: Response, as: DemoAccount): Promise<T> {
    const body = (await response.json()) as Record<string, unknown> & { code?: string };
    if (!response.ok) throw problemOf(response.status, body);
    const mark = response.headers.get('fugong-after');
    if (mark !== null) this.#remember(mark);
    // A job that was begun has no command to be asked about.
    if (response.status === 202 && 'command' in body) await this.#outcome(String(body['command']), as);
    return body as T;
  }
}

function problemOf(status: number, body: Record<string, unknown> & { code?: string; detail?: string }): Problem {
  return new Problem(status, body.code ?? '', body.detail ?? String(status), body);
}
