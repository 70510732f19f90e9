/** Sheets, movements and rosters of a case are checked by its own rules, not by those of the programme's newest edition. */
import { namedRules } from '../../programme/rules';
import { rulesOf } from '../../programme/schema';
import { bindRules } from '../../db/programme/rules';
import { all, CASE, Filing, PATH } from './filing';

let filing: Filing;
beforeAll(async () => {
  filing = await Filing.start();
  const { programme, pool } = filing.rosters.api.deps;
  const shipped = rulesOf(programme, programme.editions[0]?.id ?? '');
  // The case was started under rules with smaller tubes and a window at night.
  const own = {
    ...shipped,
    testing: { ...shipped.testing, tubeSizes: [3] },
    lodging: { ...shipped.lodging, windows: [{ from: '01:00', to: '02:00' }] },
  };
  await bindRules(pool, CASE.caseNumber, namedRules(own));
});
afterAll(() => filing.rosters.api.stop());
beforeEach(() => filing.empty());

test('a mixed tube holds as many as the rules of the case say', async () => {
  const rows = await filing.employed(4);
  const round = await filing.open();
  const tooMany = { [`/rows/0`]: /超过混管规格/, '/rows/1': /超过/, '/rows/2': /超过/, '/rows/3': /超过/ };
  await filing.refused({ round, rows: all(rows, 'negative', { tube: 'T1' }) }, tooMany);
  await filing.stored({ round, rows: all(rows.slice(0, 3), 'negative', { tube: 'T1' }) });
});

test('a movement outside the windows of the case is a deviation', async () => {
  const [row] = await filing.employed(1, { loop: 'lodging' });
  const moved = (at: string) => ({ documentNumber: row?.documentNumber, direction: 'departure', at });
  // 07:15 is in a window of the newest edition, 01:30 in one of the case's.
  const rows = [moved('2026-05-10T07:15:00+08:00'), moved('2026-05-10T01:30:00+08:00')];
  await filing.rosters.post(`${PATH}/report-movements`, { list: 'gate/own', rows });
  const { body } = await filing.rosters.api.send(`${PATH}/movements?deviations=true`, { as: 'official' });
  expect((body.items as { at: string }[]).map(({ at }) => at)).toEqual(['2026-05-09T23:15:00.000Z']);
});
