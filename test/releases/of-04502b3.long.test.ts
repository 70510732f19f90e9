/**
 * A data folder of the landed release, which ended in the middle of its work, is taken over by a start that is killed in the middle, and
 * by the next one: nothing that was acknowledged is lost, and nothing comes twice.
 */
import { eventually } from '../support/temporal';
import { goesOn } from './goes-on';
import { killedAt, openFolder, unpack } from './release-folder';

const PROGRESS = 'taking over running cases: ';

const { typesOf, pool, system, numberOf } = goesOn(async () => {
  const dataDir = unpack('04502b3');
  const first = await killedAt(dataDir, `${PROGRESS}1 of `);
  expect(first).not.toContain('Fugong is ready');
  return openFolder(dataDir);
});

test('the second start went on with the takeover', () => {
  expect(system().start.said).toContain(PROGRESS);
});

test('acts that were answered and not recorded are in the ledger, each once', async () => {
  const types = await typesOf('plan');
  expect(types.filter((type) => type === 'material-added')).toHaveLength(3);
});

test('an act that was handed over while nobody worked is done, and its sender is told so', async () => {
  const { rows } = await eventually(
    () =>
      pool().query<{ by: string; status: string }>(
        `SELECT l.account AS by, c.status FROM ledger l JOIN commands c ON c.id = l.command
         WHERE l.stream = $1 AND l.type = 'approved' AND l.account LIKE '%economy'`,
        [numberOf('signOffs')],
      ),
    (found) => found.rows.length > 0,
  );
  expect(rows.map(({ status }) => status)).toEqual(['done']);
});

test('a later start has nothing to take over', async () => {
  const { rows } = await pool().query<{ of: string }>('SELECT of FROM takeovers');
  expect(rows).toEqual([{ of: '04502b3' }]);
});
