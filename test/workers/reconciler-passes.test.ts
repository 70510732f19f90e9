/** Passes of the reconciler: one process at a time, once a minute, gone on with after a death; and the current version, which a stranger sets. */
import { discrepancies, lastPass, noteDiscrepancy, pass, settleDiscrepancies } from '../../db/operations/discrepancies';
import { chooseRelease, releaseDue } from '../../db/operations/releases';
import { Reconciler, reconcile } from '../../workers/reconciler';
import { compareVersion } from '../../workers/reconciler/version';
import { DEPLOYMENT } from '../../contracts/case/ids';
import { TestDatabase } from '../support/postgres';
import { eventually, Temporal } from '../support/temporal';

let db: TestDatabase;
let temporal: Temporal;
beforeAll(async () => {
  [db, temporal] = await Promise.all([TestDatabase.start(), Temporal.start()]);
});
afterAll(async () => {
  await temporal.stop();
  await db.stop();
});
beforeEach(() => db.pool.query('DELETE FROM reconciler_pass; DELETE FROM discrepancies'));

const parts = () => ({ pool: db.pool, client: temporal.client });

test('of several processes that look at once one does the pass, and none does another within the minute', async () => {
  const done = await Promise.all(Array.from({ length: 4 }, () => reconcile(parts(), 60)));
  expect(done.filter(Boolean)).toHaveLength(1);
  expect(await reconcile(parts(), 60)).toBe(false);
  await db.pool.query(`UPDATE reconciler_pass SET ended_at = ended_at - interval '61 s'`);
  expect(await reconcile(parts(), 60)).toBe(true);
});

test('a process that dies in the middle has done no pass, and another one does it', async () => {
  let died: () => void = () => undefined;
  const dying = pass(db.pool, 0, () => new Promise<void>((resolve) => (died = resolve))).catch(
    (error: unknown) => error,
  );
  const holder = `SELECT pid FROM pg_locks WHERE locktype = 'advisory' AND objid = 7020230`;
  await eventually(
    async () => (await db.pool.query(holder)).rowCount,
    (count) => count === 1,
  );
  expect(await reconcile(parts(), 0)).toBe(false);
  await db.pool.query(`SELECT pg_terminate_backend(pid) FROM (${holder}) AS held`);
  await eventually(
    () => reconcile(parts(), 0),
    (done) => done,
  );
  const after = await lastPass(db.pool);
  died();
  // What it began it could not end: it does not say that it has.
  expect(await dying).toBeInstanceOf(Error);
  expect(await lastPass(db.pool)).toEqual(after);
});

test('a loop goes on after a pass that failed, and ends with its last one', async () => {
  const failures: unknown[] = [];
  const away = { ...parts(), pool: db.pool, failed: (error: unknown) => void failures.push(error) };
  await db.pool.query('ALTER TABLE discrepancies RENAME TO discrepancies_away');
  const reconciler = new Reconciler(away);
  reconciler.start(20);
  await eventually(
    () => failures.length,
    (count) => count > 1,
  );
  expect(await lastPass(db.pool)).toBeUndefined();
  await db.pool.query('ALTER TABLE discrepancies_away RENAME TO discrepancies');
  await eventually(
    () => lastPass(db.pool),
    (last) => last !== undefined,
  );
  await reconciler.stop();
});

test('what is found stands since it was first seen, is over when it is not seen, and begins anew when it comes again', async () => {
  const found = { kind: 'foreign-version', subject: 'x', why: 'ramping', caseNumber: null } as const;
  const only = async () => (await discrepancies(db.pool, 10))[0];
  await noteDiscrepancy(db.pool, found);
  const first = await only();
  await noteDiscrepancy(db.pool, found);
  const again = await only();
  expect([again?.since, again?.goneSince]).toEqual([first?.since, null]);
  expect(again?.lastSeen.getTime()).toBeGreaterThan(first?.lastSeen.getTime() ?? Infinity);
  await settleDiscrepancies(db.pool, 'foreign-version', ['x']);
  expect((await only())?.goneSince).toBeNull();
  await settleDiscrepancies(db.pool, 'foreign-version', []);
  expect((await only())?.goneSince).not.toBeNull();
  await noteDiscrepancy(db.pool, found);
  expect((await only())?.since.getTime()).toBeGreaterThan(first?.since.getTime() ?? Infinity);
});

describe('the current version of the deployment', () => {
  const [OLDER, NEWER, STRANGE] = ['aaaaaaaaaaaa', 'bbbbbbbbbbbb', 'cccccccccccc'];

  /** A stranger with the port needs neither a worker nor a bundle for it. */
  async function setCurrent(buildId: string, how: 'current' | 'ramping' = 'current'): Promise<void> {
    const { workflowService, options } = temporal.client;
    const request = {
      ...{ namespace: options.namespace, deploymentName: DEPLOYMENT, buildId, identity: 'stranger' },
      ...{ ignoreMissingTaskQueues: true, allowNoPollers: true },
    };
    await eventually(
      () =>
        (how === 'current'
          ? workflowService.setWorkerDeploymentCurrentVersion(request)
          : workflowService.setWorkerDeploymentRampingVersion({ ...request, percentage: buildId === '' ? 0 : 10 })
        ).then(
          () => 'set',
          (error: Error) => error.message,
        ),
      (said) => said === 'set',
    );
  }

  async function register(build: string): Promise<void> {
    await db.pool.query(
      `INSERT INTO releases (build, sdk, schema, code, registered_at) VALUES ($1, '1', 1, '', now() - interval '1 hour')`,
      [build],
    );
  }

  async function found(): Promise<string[]> {
    await compareVersion({ pool: db.pool, temporal: temporal.client });
    const standing = (await discrepancies(db.pool, 10)).filter(({ goneSince }) => goneSince === null);
    return standing.map(({ subject, why }) => `${subject} ${why}`);
  }

  test('one that PostgreSQL does not know, another one than should be, a second one beside it, none', async () => {
    expect(await found()).toEqual([]);
    await register(OLDER);
    await register(NEWER);
    await setCurrent(NEWER);
    expect(await found()).toEqual([]);
    await setCurrent(STRANGE);
    expect(await found()).toEqual([`${STRANGE} unknown-build`]);
    await setCurrent(OLDER);
    expect(await found()).toEqual([`${OLDER} other-build`]);
    await setCurrent(NEWER);
    await setCurrent(STRANGE, 'ramping');
    expect(await found()).toEqual([`${STRANGE} ramping`]);
    await setCurrent('', 'ramping');
    expect(await found()).toEqual([]);
    await setCurrent('');
    expect(await found()).toEqual([`${DEPLOYMENT} no-build`]);
    await setCurrent(NEWER);
    expect(await found()).toEqual([]);
  });

  test('what an operator has chosen should be current; of a choice just made nothing is said', async () => {
    await chooseRelease(db.pool, OLDER);
    expect(await releaseDue(db.pool)).toBeUndefined();
    expect(await found()).toEqual([]);
    await db.pool.query('ALTER TABLE release_choices DISABLE TRIGGER USER');
    await db.pool.query(`UPDATE release_choices SET chosen_at = chosen_at - interval '3 min'`);
    expect(await releaseDue(db.pool)).toBe(OLDER);
    expect(await found()).toEqual([`${NEWER} other-build`]);
  });
});
