/** Invented employees, and what enterprises do with their rosters over HTTP. */
import { residentCheckCharacter } from '../../domain/calendar/codes';
import { Api, type Answer } from './harness';

export const FACTORY = '/enterprises/e-demo-factory/roster';
export const MARKET = '/enterprises/e-demo-supermarket/roster';

let serial = 0;
export interface Row {
  name: string;
  documentNumber: string;
  phone: string;
  loop: string;
  [other: string]: unknown;
}
export function someone(over: object = {}): Row {
  serial += 1;
  const start = `990000${1970 + Math.floor(serial / 1000)}0101${String(serial % 1000).padStart(3, '0')}`;
  const documentNumber = start + residentCheckCharacter(start);
  const phone = `1990000${String(serial).padStart(4, '0')}`;
  return { name: `演示员工${serial}`, documentNumber, phone, loop: 'on-site', joinedOn: '2026-05-01', ...over };
}
export const some = (count: number, over: object = {}) => Array.from({ length: count }, () => someone(over));

interface Options {
  readonly as?: string;
  readonly key?: string;
  /** The roster's address. */
  readonly at?: string;
}
export interface Noted {
  readonly type: string;
  readonly details: Record<string, unknown>;
}

export class Rosters {
  private constructor(readonly api: Api) {}

  /** The factory has an open case, whose liaison is `liaison-1`. */
  static async start(): Promise<Rosters> {
    const api = await Api.start();
    await api.database.pool.query(
      `INSERT INTO cases (case_number, enterprise, start_command, start_body, started_by)
       VALUES ('2026-9001', 'e-demo-factory', 'start', 'b', 'a-demo-official')`,
    );
    await api.database.pool.query(
      `INSERT INTO liaison_claims (command, case_number, account, during, confirmed)
       VALUES ('claim', '2026-9001', 'a-demo-liaison-1', daterange('2026-01-01', NULL), true)`,
    );
    return new Rosters(api);
  }

  post(path: string, json: unknown, { as = 'enterprise-factory', key }: Options = {}): Promise<Answer> {
    return this.api.send(path, { as, json, ...(key !== undefined && { headers: { 'idempotency-key': key } }) });
  }

  imports(body: object, options: Options = {}): Promise<Answer> {
    return this.post(`${options.at ?? FACTORY}/import`, body, options);
  }

  list(query = '', as = 'enterprise-factory', at = FACTORY): Promise<Answer> {
    return this.api.send(`${at}?limit=200${query}`, { as });
  }

  named({ name }: Row, at = FACTORY): Promise<Answer> {
    return this.list(`&q=${encodeURIComponent(name)}`, 'official', at);
  }

  /** Their ids. */
  async imported(rows: readonly Row[], at = FACTORY, as = 'enterprise-factory'): Promise<string[]> {
    expect((await this.imports({ rows }, { at, as })).status).toBe(200);
    const answers = await Promise.all(rows.map((row) => this.named(row, at)));
    return answers.map((answer, n) => {
      const items = answer.body.items as { id: string; name: string }[];
      return items.find((one) => one.name === rows[n]?.name)?.id ?? '';
    });
  }

  async entries(enterprise = 'e-demo-factory'): Promise<Noted[]> {
    const { body } = await this.api.send(`/ledger?stream=roster/${enterprise}&limit=200`, { as: 'official' });
    return body.items as Noted[];
  }

  async last(enterprise?: string): Promise<Noted | undefined> {
    return (await this.entries(enterprise)).at(-1);
  }
}
