/** Who sees what of rounds and incidents: counts for whoever sees the case, names and results for few, numbers never unmasked. */
import ExcelJS from 'exceljs';
import { XLSX } from '../../api/documents/workbook-answer';
import { DAY } from '../support/frozen-rounds';
import { all, CASE, Filing, NOTHING, of, PATH } from './filing';
import { expectProblem, type Answer } from './harness';
import type { Row } from './employees';

let filing: Filing;
let people: Row[];
let round: string;
let villager: string;
beforeAll(async () => {
  filing = await Filing.start();
  people = await filing.employed(5, { workshop: '一车间', team: '早班' });
  round = await filing.open();
  const { rows } = await filing.pool.query<{ village: string }>('SELECT village FROM enterprises WHERE id = $1', [
    CASE.enterprise,
  ]);
  villager = `village-${rows[0]?.village}`;
  const contacts = [{ duty: '现场负责', name: '演示联系人', phone: '19900009999' }];
  await filing.rosters.post(`/enterprises/${CASE.enterprise}/emergency-contacts`, { contacts });
  await filing.stored({
    round,
    rows: [...all(people.slice(0, 2), 'positive', { tube: 'T1' }), of(people[2], 'negative')],
  });
});
afterAll(() => filing.rosters.api.stop());

const get = (path: string, as: string) => filing.rosters.api.send(PATH + path, { as });
const names = ({ body }: Answer) => (body.items as { name: string }[]).map((one) => one.name).sort();
const namesOf = (rows: readonly Row[]) => rows.map((one) => one.name).sort();

async function workbook(path: string, as: string): Promise<string[][]> {
  const { address } = filing.rosters.api;
  const { token } = filing.rosters.api.account(as);
  const response = await fetch(address + path, { headers: { authorization: `Bearer ${token}` } });
  expect([response.status, response.headers.get('content-type')]).toEqual([200, XLSX]);
  const book = new ExcelJS.Workbook();
  await book.xlsx.load(await response.arrayBuffer());
  const lines: string[][] = [];
  book.worksheets[0]?.eachRow((row) => lines.push((row.values as unknown[]).slice(1).map(String)));
  return lines;
}

test('counts of the rounds are for whoever sees the case, but not for who only carries its orders', async () => {
  const expected = { round, date: DAY, test: 'morning', closedAt: null };
  for (const as of ['enterprise-factory', villager, 'reviewer-market', 'operator']) {
    const { body } = await get('/rounds', as);
    const counts = { ...NOTHING, owed: 5, recheck: 2, negative: 1, untested: 2 };
    expect([as, body.items]).toEqual([as, [expect.objectContaining({ ...expected, counts })]]);
    expect(JSON.stringify(body)).not.toContain('演示员工');
  }
  expectProblem(await get('/rounds', 'storekeeper'), 403, 'forbidden');
  expectProblem(await get('/rounds', 'enterprise-supermarket'), 404, 'unknown-case');
});

test('names and results are for the enterprise, its liaison, officials, the health centre and epidemic control', async () => {
  const [incident] = await filing.incidents();
  const paths = [`/rounds/${round}`, `/rounds/${round}/untested`, `/incidents/${incident?.id}`];
  const statuses = async (as: string) => Promise.all(paths.map(async (path) => (await get(path, as)).status));
  for (const as of ['enterprise-factory', 'liaison-1', 'official', 'health', 'reviewer-epidemic-control']) {
    expect([as, await statuses(as)]).toEqual([as, [200, 200, 200]]);
  }
  for (const as of [villager, 'reviewer-market', 'operator', 'storekeeper']) {
    expect([as, await statuses(as)]).toEqual([as, [403, 403, 403]]);
  }
  for (const as of ['enterprise-supermarket', 'liaison-2', 'volunteer']) {
    expect([as, await statuses(as)]).toEqual([as, [404, 404, 404]]);
  }
});

test('everyone of a round, page by page, the numbers masked', async () => {
  const first = await get(`/rounds/${round}?limit=3`, 'health');
  const rest = await get(`/rounds/${round}?limit=3&cursor=${String(first.body.next)}`, 'health');
  expect([...names(first), ...names(rest)].sort()).toEqual(namesOf(people));
  expect(rest.body.next).toBeNull();
  const [one] = people;
  const found = [...first.body.items, ...rest.body.items].find((item: { name: string }) => item.name === one?.name);
  expect(found).toMatchObject({
    state: 'owes',
    result: 'recheck',
    workshop: '一车间',
    phone: expect.stringMatching(/^199\*{4}/),
  });
  for (const row of people) expect(first.text + rest.text).not.toContain(row.documentNumber);
  expectProblem(await get(`/rounds/${DAY}/evening`, 'health'), 404, 'unknown-round');
  expectProblem(await get(`/rounds/today/evening`, 'health'), 404, 'unknown-round');
});

test('the untested list is of whom nothing is known, also as a workbook', async () => {
  expect(names(await get(`/rounds/${round}/untested`, 'liaison-1'))).toEqual(namesOf(people.slice(3)));
  const lines = await workbook(`${PATH}/rounds/${round}/untested?format=xlsx`, 'liaison-1');
  expect(lines[0]).toEqual(['姓名', '证件号码（脱敏）', '手机号（脱敏）', '车间', '班组']);
  expect(
    lines
      .slice(1)
      .map(([name]) => name)
      .sort(),
  ).toEqual(namesOf(people.slice(3)));
  expect(lines[1]?.[1]).toMatch(/^990\*+/);
});

test('an incident has its people and whom to call', async () => {
  const [incident] = await filing.incidents();
  const { body } = await get(`/incidents/${incident?.id}`, 'reviewer-epidemic-control');
  expect(body).toMatchObject({ round, cause: 'tube', tube: 'T1', over: false });
  expect(body.people.map((one: { name: string }) => one.name).sort()).toEqual(namesOf(people.slice(0, 2)));
  expect(body.people[0]).toMatchObject({ status: 'held', document: expect.stringContaining('*') });
  expect(body.emergencyContacts).toEqual([{ duty: '现场负责', name: '演示联系人', phone: '199****9999' }]);
  expect(Object.keys(body.people[0] as object)).not.toContain('documentLookup');
  expectProblem(await get('/incidents/i-0123456789abcdef', 'official'), 404, 'unknown-incident');
});

test('the template has the columns that a sheet takes', async () => {
  const [headers] = await workbook('/tables/result-template', 'enterprise-factory');
  expect(headers).toEqual(['姓名', '证件号码', '手机号', '结果', '混管编号', '未检原因']);
});
