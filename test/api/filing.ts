/** Files sheets of results over HTTP for the factory's case while Temporal is away: as far as storing goes. */
import type { TestCounts } from '../../domain/case/commands';
import type { Facts } from '../../domain/case/reopening';
import { createFactReader } from '../../db/case/facts';
import { countRound } from '../../db/testing/rounds';
import { openRound } from '../support/frozen-rounds';
import { Rosters, some, type Row } from './employees';
import { expectProblem, type Answer } from './harness';

export const CASE = { caseNumber: '2026-9001', enterprise: 'e-demo-factory' };
export const PATH = `/reopenings/${CASE.caseNumber}`;
export const NOTHING = { negative: 0, positive: 0, pending: 0, invalid: 0, recheck: 0, notTested: 0 };

export interface Filed {
  readonly round?: string;
  readonly sheet?: string;
  readonly key?: string;
  readonly act?: string;
  readonly [other: string]: unknown;
}

export const of = (row: Row | undefined, result: string, over: object = {}) => ({
  ...{ documentNumber: row?.documentNumber, result },
  ...over,
});
export const all = (rows: readonly Row[], result: string, over: object = {}) =>
  rows.map((row) => of(row, result, over));

export class Filing {
  #sheets = 0;

  private constructor(readonly rosters: Rosters) {}

  static async start(): Promise<Filing> {
    return new Filing(await Rosters.start());
  }

  get pool() {
    return this.rosters.api.database.pool;
  }

  async empty(): Promise<void> {
    await this.pool.query('TRUNCATE people, test_rounds CASCADE');
  }

  open(over: object = {}): Promise<string> {
    return openRound(this.pool, { ...CASE, ...over });
  }

  close(round: string): Promise<Facts> {
    return createFactReader(this.pool).read(
      { stream: CASE.caseNumber },
      { rounds: [{ round, stage: 'closed' }], orders: [] },
    );
  }

  counts(round: string): Promise<TestCounts> {
    return countRound(this.pool, CASE.caseNumber, round);
  }

  async employed(count: number, over: object = {}): Promise<Row[]> {
    const rows = some(count, over);
    expect((await this.rosters.imports({ rows })).status).toBe(200);
    return rows;
  }

  async id(row: Row | undefined): Promise<string> {
    const { rows } = await this.pool.query<{ id: string }>('SELECT id FROM people WHERE name = $1', [row?.name]);
    return rows[0]?.id ?? '';
  }

  async file({ key, act = 'report-tests', ...body }: Filed, as = 'enterprise-factory'): Promise<Answer> {
    this.#sheets += 1;
    const json = { sheet: `sheet-${this.#sheets}`, ...body };
    return this.rosters.post(`${PATH}/${act}`, json, { as, ...(key !== undefined && { key }) });
  }

  /** Everything was in order, and the case could not be asked. */
  async stored(filed: Filed, as?: string): Promise<void> {
    expectProblem(await this.file(filed, as), 503, 'temporal-unavailable');
  }

  /** Each row with its mistake, and nothing has changed. */
  async refused(filed: Filed, mistakes: { readonly [at: string]: RegExp }, as?: string): Promise<void> {
    const before = await this.everything();
    const answer = await this.file(filed, as);
    expectProblem(answer, 422, 'table-invalid');
    const found = answer.body.errors as { pointer: string; reason: string }[];
    expect(found.map((one) => one.pointer).sort()).toEqual(Object.keys(mistakes).sort());
    for (const { pointer, reason } of found) expect(reason).toMatch(mistakes[pointer] ?? /never/);
    expect(await this.everything()).toEqual(before);
  }

  async everything(): Promise<unknown> {
    const tables = ['test_sheets', 'test_results', 'incidents', 'incident_people', 'round_people', 'recheck_results'];
    const all = [];
    for (const table of tables) all.push((await this.pool.query(`SELECT * FROM ${table} ORDER BY 1, 2, 3`)).rows);
    return all;
  }

  /** What the sheets brought to light. */
  async incidents(): Promise<{ id: string; cause: string; people: number }[]> {
    const { rows } = await this.pool.query<{ id: string; cause: string; people: number }>(
      `SELECT i.id, cause, count(*) AS people FROM incidents i JOIN incident_people p ON p.incident = i.id
       GROUP BY i.id ORDER BY cause, people`,
    );
    return rows;
  }
}
