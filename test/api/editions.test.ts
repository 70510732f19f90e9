/** A new edition comes into force while cases run: each goes on under its own rules, in the API started with the new file as well. */
import { createHash } from 'node:crypto';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createApp } from '../../api/app';
import { bindAllRules } from '../../workers/takeover/kept-cases';
import type { Deps } from '../../api/http/deps';
import { canonicalJson } from '../../proof/canonical';
import { reopeningId } from '../../contracts/case/ids';
import { checkProgramme } from '../../programme/read';
import { stringify } from 'yaml';
import { withSecondEdition } from '../support/second-edition';
import { System } from '../support/system';
import { eventually } from '../support/temporal';
import { expectProblem } from './harness';
import { forgetRecorded, People } from './town';
import { statusOf } from '../support/status';

let system: System;
let before: People;
let server: Server;
/** The same town, asked through an API that has read the new file. */
let after: People;
let deps: Deps;

beforeAll(async () => {
  system = await System.start();
  before = await People.of(system);
  deps = { ...system.deps, programme: withSecondEdition(system.deps.programme) };
  server = createApp(deps).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  after = await People.of({ accounts: system.accounts, address });
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await system.stop();
});

/** A case that its workflow has seen; enterprises have one count. */
const begun = async (people: People, enterprise?: string) => {
  const number = await people.start(enterprise ?? (await before.enterprise()));
  await eventually(
    () => people.view(number),
    (view) => view !== null,
  );
  return number;
};
const rulesOf = async (caseNumber: string) =>
  (await after.get('official', `/reopenings/${caseNumber}`)).body.rules as string;
const listed = async (caseNumber: string, path: string, people = after) => {
  const { body } = await eventually(
    () => people.get('official', path),
    (found) => JSON.stringify(found.body).includes(caseNumber),
  );
  return (body.items as { caseNumber: string }[]).find((one) => one.caseNumber === caseNumber);
};

describe('a case that was started before', () => {
  let number: string;
  beforeAll(async () => {
    number = await begun(before);
    await before.toSignOffs(number);
  });

  test('says the hash of its rules, and what stands there is what it carries', async () => {
    const hash = await rulesOf(number);
    const found = await after.get('storekeeper', `/rules/${hash}`);
    expect(found.status).toBe(200);
    expect(found.headers.get('cache-control')).toBe('private, max-age=31536000, immutable');
    expect(found.body).toEqual(before.rules);
    expect(createHash('sha256').update(canonicalJson(found.body)).digest('hex')).toBe(hash);
    const { body: programme } = await after.get('official', '/programme');
    expect([programme.rules.id, programme.rulesHash === hash]).toEqual(['second', false]);
    expectProblem(await after.get('official', `/rules/${'0'.repeat(64)}`), 404, 'unknown-rules');
    expectProblem(await after.get('official', '/rules/newest'), 404, 'unknown-rules');
    expect(await statusOf(`${system.address}/rules/${hash}`)).toBe(401);
  });

  test('stands in lists with the words and the hash of its own rules', async () => {
    const hash = await rulesOf(number);
    const line = await listed(number, '/reopenings?waitingOn=department/market&limit=200');
    expect(line).toMatchObject({
      rules: hash,
      phaseName: '部门会签',
      enterprise: { villageName: '北兴村', kindName: '工厂' },
    });
    expect((line as unknown as { waitingOnNames: string[] }).waitingOnNames).toContain('市场所');
    expect(await listed(number, `/duties?scope=all&case=${number}`)).toMatchObject({ rules: hash });
    const { body } = await after.get('reviewer-market', `/duties?case=${number}`);
    expect(body.items).toMatchObject([{ ownerName: '市场所', rules: hash }]);
  });

  test('is signed off and verified by its own checklists, materials and departments', async () => {
    after.rules = (await after.get('official', `/rules/${await rulesOf(number)}`)).body;
    await after.act('reviewer-market', number, 'approve', after.approval('market'));
    const { body: found } = await after.get('official', `/reopenings/${number}/verification`);
    const { body: verified } = await after.get('official', found.path as string);
    expect((verified.departments as { name: string }[]).map(({ name }) => name)).toEqual(
      before.rules.departments.map(({ name }) => name),
    );
  });

  test('shows its people to its own epidemic control', async () => {
    const asked = async (as: string) => (await after.get(as, `/reopenings/${number}/movements`)).status;
    expect([await asked('reviewer-epidemic-control'), await asked('reviewer-market')]).toEqual([200, 403]);
  });
});

test('a case that is started now runs under the second edition, beside the first', async () => {
  const [old, number] = [await begun(before), await begun(after)];
  const { body } = await after.get('official', '/programme');
  expect(await rulesOf(number)).toBe(body.rulesHash);
  expect(await rulesOf(old)).not.toBe(body.rulesHash);
  expect((await after.view(number)).edition.edition).toBe('second');
  // Whoever has not read the new file serves both as well.
  expect((await before.get('official', `/reopenings/${number}`)).body.rules).toBe(body.rulesHash);
  expect((await before.get('official', `/rules/${body.rulesHash as string}`)).body).toEqual(body.rules);
});

test('a start that was cut off goes on under the rules with which it took its number', async () => {
  const enterprise = await before.enterprise();
  const number = (await before.post('official', '/reopenings', { enterprise }, { key: 'cut' })).body
    .caseNumber as string;
  await eventually(
    () => system.database.pool.query('SELECT FROM reopenings WHERE case_number = $1', [number]),
    ({ rows }) => rows.length === 1,
  );
  await system.temporal.client.workflow.getHandle(reopeningId(enterprise)).terminate();
  await forgetRecorded(system, number);
  expect((await after.post('official', '/reopenings', { enterprise }, { key: 'cut' })).status).toBe(201);
  expect((await after.view(number)).edition.edition).toBe(before.rules.id);
});

describe('a case from before rules were kept', () => {
  /** As the landed migrations leave it. */
  const forget = (...numbers: string[]) =>
    system.database.pool.query('UPDATE cases SET rules = NULL WHERE case_number = ANY ($1)', [numbers]);
  // The first API's file does not even have the edition.
  const taking = () => ({
    client: system.temporal.client,
    pool: system.database.pool,
    programme: system.deps.programme,
  });
  const kept = async (number: string) => {
    const { rows } = await system.database.pool.query<{ rules: string | null }>(
      'SELECT rules FROM cases WHERE case_number = $1',
      [number],
    );
    return rows[0]?.rules;
  };

  test('gets those that its workflow carries, from its history, closed ones too, and a second look changes nothing', async () => {
    const enterprise = await before.enterprise();
    const first = await begun(after, enterprise);
    await after.act('official', first, 'withdraw', { reason: '重新申请' });
    await eventually(
      () => after.get('official', `/reopenings?closed=true&limit=200`),
      ({ body }) => JSON.stringify(body).includes(first),
    );
    const second = await eventually(
      () => before.post('official', '/reopenings', { enterprise }),
      ({ status }) => status === 201,
    );
    const number = second.body.caseNumber as string;
    const hashes = [await rulesOf(first), await rulesOf(number)];
    await forget(first, number);
    expect(await bindAllRules(taking())).toEqual([]);
    expect([await kept(first), await kept(number)]).toEqual(hashes);
    expect(await bindAllRules(taking())).toEqual([]);
    expect([await kept(first), await kept(number)]).toEqual(hashes);
  });

  test('gets those of the file when Temporal has forgotten it, and none when the file lacks its edition', async () => {
    const [number, other] = [await begun(before), await begun(after)];
    const hash = await rulesOf(number);
    await forget(number, other);
    await system.database.pool.query(
      `UPDATE cases SET enterprise = (SELECT min(id) FROM enterprises WHERE id NOT IN (SELECT enterprise FROM cases))
       WHERE case_number = ANY ($1)`,
      [[number, other]],
    );
    expect(await bindAllRules(taking())).toEqual([other]);
    expect([await kept(number), await kept(other)]).toEqual([hash, null]);
  });
});

// Last: reading the file keeps this process, in which the API answers, busy for seconds.
test('the second edition is one that a town could publish', () => {
  expect(checkProgramme(stringify(withSecondEdition(system.deps.programme)))).toHaveProperty('programme');
});
