/** People of a running system who act over HTTP, and the shortest way of a case to its sign-offs. */
import type { CaseView } from '../../contracts/case/views';
import { localDate } from '../../domain/calendar/calendar';
import { usccCheckCharacter } from '../../domain/calendar/codes';
import type { Edition } from '../../domain/programme/edition';
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import { moved } from '../support/progress';
import { eventually } from '../support/temporal';
import type { System } from '../support/system';
import type { Answer } from './harness';
import { heldFor, type Attributes } from '../../domain/programme/for-whom';

/** The kind of its enterprises. */
const FACTORY = { kind: 'factory' } as const;

/** As if nothing of the case had been recorded yet. */
export async function forgetRecorded({ database }: System, caseNumber: string): Promise<void> {
  for (const [table, column] of [
    ['duties', 'case_number'],
    ['reopenings', 'case_number'],
    ['outbox', 'stream'],
    ['ledger', 'stream'],
    ['recorded_acts', 'stream'],
    ['ledger_streams', 'stream'],
  ] as const) {
    await database.rewrite(`DELETE FROM ${table} WHERE ${column} = $1`, [caseNumber]);
  }
}

export interface Options {
  readonly key?: string;
  readonly headers?: Record<string, string>;
}

export class People {
  rules!: Edition;
  #enterprises = 0;

  private constructor(private readonly system: Pick<System, 'address' | 'accounts'>) {}

  static async of(system: Pick<System, 'address' | 'accounts'>): Promise<People> {
    const people = new People(system);
    people.rules = (await people.get('official', '/programme')).body.rules as Edition;
    return people;
  }

  get address(): string {
    return this.system.address;
  }

  get(as: string, path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.#send(as, path, { headers });
  }

  post(as: string, path: string, body: unknown, { key, headers = {} }: Options = {}): Promise<Answer> {
    return this.#send(as, path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json', ...(key !== undefined && { 'idempotency-key': key }), ...headers },
    });
  }

  async upload(as: string, text: string): Promise<string> {
    const { body } = await this.#send(as, '/documents?name=x.txt', {
      method: 'POST',
      body: text,
      headers: { 'content-type': 'text/plain' },
    });
    return body.id as string;
  }

  async #send(as: string, path: string, init: RequestInit): Promise<Answer> {
    const token = this.system.accounts.find((one) => one.login === as)?.token;
    if (token === undefined) throw new Error(`no account ${as}`);
    const headers = { authorization: `Bearer ${token}`, ...(init.headers as Record<string, string>) };
    const response = await fetch(this.system.address + path, { ...init, headers });
    const text = await response.text();
    moved();
    const type = response.headers.get('content-type') ?? '';
    return {
      status: response.status,
      headers: response.headers,
      type,
      text,
      body: text === '' ? undefined : JSON.parse(text),
    };
  }

  /** Another enterprise, so that tests do not get into each other's cases. */
  async enterprise(): Promise<string> {
    const start = `91350200MA${String((this.#enterprises += 1)).padStart(7, '0')}`;
    const uscc = start + usccCheckCharacter(start);
    const body = { name: `某厂${uscc.slice(-3)}`, uscc, kind: 'factory', village: 'beixing' };
    return (await this.post('official', '/enterprises', body)).body.id as string;
  }

  async start(enterprise: string): Promise<string> {
    const { body } = await this.post('official', '/reopenings', { enterprise });
    return body.caseNumber as string;
  }

  /** Of a case that has just been started: once its first entries are recorded. */
  async view(caseNumber: string, as = 'official'): Promise<CaseView> {
    const { body } = await eventually(
      () => this.get(as, `/reopenings/${caseNumber}`),
      ({ status, body }) => status === 200 && body.view !== null,
    );
    return body.view as CaseView;
  }

  /** The case with what the act did that was answered so: once it is recorded, however long that takes. */
  async viewAfter(caseNumber: string, { headers }: Answer, as = 'official'): Promise<CaseView> {
    const mark = { 'fugong-after': headers.get('fugong-after') ?? '' };
    const { body } = await eventually(
      () => this.get(as, `/reopenings/${caseNumber}`, mark),
      ({ status, body }) => status === 200 && body.view !== null && body.asOf === null,
    );
    return body.view as CaseView;
  }

  /** An act that must be done; on a busy machine it may be handed over first, and is waited for. */
  async act(as: string, caseNumber: string, route: string, body: unknown): Promise<CaseView> {
    const answer = await this.post(as, `/reopenings/${caseNumber}/${route}`, body);
    if (answer.status === 202) {
      const { body } = await this.settled(as, answer.body.command as string);
      if (body.status === 'done') return this.view(caseNumber, as);
      throw new Error(`${route}: ${JSON.stringify(body)}`);
    }
    if (answer.status !== 200) throw new Error(`${route}: ${answer.status} ${answer.text}`);
    return this.viewAfter(caseNumber, answer, as);
  }

  today(view: CaseView): string {
    return localDate(view.clock, this.rules);
  }

  /** Surveyed without a weak link, and committed. */
  async toPlan(caseNumber: string, as = 'official', of: Attributes = FACTORY): Promise<CaseView> {
    const { preparations, rulebook } = this.rules;
    const readiness = Object.fromEntries(heldFor(preparations, of).map((one) => [one.id, 'ready']));
    const visitedOn = this.today(await this.view(caseNumber));
    await this.act('official', caseNumber, 'record-survey', {
      visitors: '调研组',
      visitedOn,
      readiness,
      weakLinks: [],
    });
    const document = await this.upload(as, '承诺书');
    return this.act(as, caseNumber, 'commit', { rulebook, document });
  }

  /** All by the official, who may file for an enterprise. */
  async toSignOffs(caseNumber: string, as = 'official'): Promise<CaseView> {
    const { materials } = this.rules;
    await this.toPlan(caseNumber, as);
    for (const { id } of materials) {
      await this.act(as, caseNumber, 'add-material', { material: id, document: await this.upload(as, `材料 ${id}`) });
    }
    return this.act(as, caseNumber, 'submit-plan', {
      versions: Object.fromEntries(materials.map(({ id }) => [id, 1])),
    });
  }

  approval(department: string, over: object = {}, kind: EnterpriseKind = 'factory'): Record<string, unknown> {
    const { materials = [], checklist = [] } = this.rules.departments.find((one) => one.id === department) ?? {};
    return {
      department,
      round: 1,
      versions: Object.fromEntries(materials.map((id) => [id, 1])),
      checklist: heldFor(checklist, { kind }).map((item) => item.id),
      ...over,
    };
  }

  async toStationing(caseNumber: string): Promise<CaseView> {
    let view = await this.toSignOffs(caseNumber);
    for (const { id } of this.rules.departments)
      view = await this.act(`reviewer-${id}`, caseNumber, 'approve', this.approval(id));
    return view;
  }

  settled(as: string, command: string): Promise<Answer> {
    return eventually(
      () => this.get(as, `/commands/${command}`),
      (answer) => answer.body.status !== 'pending',
    );
  }
}
