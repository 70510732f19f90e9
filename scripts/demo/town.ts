/** How the demonstration speaks to the running system: HTTP and the accounts of trial mode, as any program would. */
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ACCOUNTS_FILE } from '../../config/kept-files';

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
}

export interface Request {
  readonly as: DemoAccount;
  readonly body?: unknown;
  /** Without one, a random key: the step's own condition keeps it from being done twice. */
  readonly key?: string;
}

export class Town {
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
    return this.#answer<T>(await fetch(this.address + path, { headers: { authorization: `Bearer ${as.token}` } }));
  }

  async post<T>(path: string, { as, body = {}, key }: Request): Promise<T> {
    const headers = {
      authorization: `Bearer ${as.token}`,
      'content-type': 'application/json',
      'idempotency-key': key ?? randomBytes(16).toString('hex'),
    };
    return this.#answer<T>(await fetch(this.address + path, { method: 'POST', headers, body: JSON.stringify(body) }));
  }

  /** Uploads a small file, a text unless it is said to be something else, and gives its id. */
  async upload(name: string, content: string | Buffer, as: DemoAccount, type = 'text/plain'): Promise<string> {
    const headers = { authorization: `Bearer ${as.token}`, 'content-type': type };
    const path = `/documents?name=${encodeURIComponent(name)}`;
    const { id } = await this.#answer<{ id: string }>(
      await fetch(this.address + path, { method: 'POST', headers, body: content }),
    );
    return id;
  }

  async #answer<T>(response: Response): Promise<T> {
    const body = (await response.json()) as Record<string, unknown> & { code?: string; detail?: string };
    // A command that no worker has answered: a job that was begun has no command to be asked about.
    const pending = response.status === 202 && 'command' in body;
    if (response.ok && !pending) return body as T;
    const said = pending
      ? 'no worker answered in time; run the demonstration again'
      : (body.detail ?? response.statusText);
    throw new Problem(response.status, body.code ?? 'pending', said, body);
  }
}
