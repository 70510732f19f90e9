/** Verifies the rows behind counts: results of tests against what sheets and rounds were recorded with, stock against its movements, erased people. */
import type { Queryable } from '../../db/sql/pool';
import type { Found } from './finding';

/** What is found at a time; one place that is wrong is often many. */
const MOST = 1000;
/** A sheet is stored before its command is sent, and the command recorded a moment later. */
const ON_ITS_WAY = '1 hour';

export async function verifyRows(db: Queryable, found: Found): Promise<void> {
  const tell = async (query: string, values: readonly unknown[] = []) => {
    const { rows } = await db.query<{ finding: string }>(query, [MOST, ...values]);
    for (const { finding } of rows) found(finding);
  };
  // Case by case: a statement has ten seconds (db/sql/pool.ts), and a town's results are many.
  const { rows: cases } = await db.query<{ name: string }>(
    'SELECT DISTINCT case_number AS name FROM test_rounds ORDER BY 1',
  );
  for (const { name } of cases) {
    await tell(SHEETS, [name]);
    await tell(NEWEST, [name]);
    await tell(ROUNDS, [name, ON_ITS_WAY]);
  }
  for (const query of [STOCK, CAUSES, PEOPLE]) await tell(query);
}

/** Each recorded sheet has the rows that it was recorded with. */
const SHEETS = `
SELECT l.stream || '#' || l.sequence || ': sheet ' || (l.entry->'details'->>'sheet') || ' of round ' || (l.entry->'details'->>'round')
       || ' has ' || count(t.id) || ' results, it was recorded with ' || (l.entry->'details'->>'rows') || ' 检测结果行数不符' AS finding
FROM ledger l LEFT JOIN test_results t ON t.case_number = l.stream AND t.round = l.entry->'details'->>'round'
  AND t.sheet = l.entry->'details'->>'sheet'
WHERE l.stream = $2 AND l.type IN ('tests-reported', 'tests-corrected')
GROUP BY l.stream, l.sequence, l.entry HAVING count(t.id) <> (l.entry->'details'->>'rows')::bigint
ORDER BY l.stream, l.sequence LIMIT $1`;

/** The newest result of each person of a round. */
const LAST = `last AS (
  SELECT DISTINCT ON (case_number, round, person) case_number, round, person, id, result FROM test_results WHERE case_number = $2
  ORDER BY case_number, round, person, number DESC)`;

/** The list of a round shows of each person the newest result, and none where there is none. */
const NEWEST = `
WITH ${LAST}
SELECT rp.case_number || ': round ' || rp.round || ' shows of ' || count(*) || ' people another result than was filed last 检测名单与结果不符' AS finding
FROM round_people rp LEFT JOIN last USING (case_number, round, person)
WHERE rp.case_number = $2 AND (rp.result, rp.result_id) IS DISTINCT FROM (last.result, last.id)
GROUP BY rp.case_number, rp.round ORDER BY 1 LIMIT $1`;

const COUNTED = ['negative', 'positive', 'pending', 'invalid', 'recheck', 'not-tested'] as const;
const countedAs = (result: string) => (result === 'not-tested' ? 'notTested' : result);

/**
 * The results of a round that was counted make the counts that its ledger ends with: of whoever owed a test. Sheets that are just on
 * their way may be ahead of it.
 */
const ROUNDS = `
WITH ${LAST},
  told AS (
    SELECT DISTINCT ON (stream, entry->'details'->>'round') stream, sequence, entry->'details'->>'round' AS round, entry->'details'->'counts' AS counts
    FROM ledger WHERE stream = $2 AND type IN ('round-counted', 'tests-reported', 'tests-corrected')
    ORDER BY stream, entry->'details'->>'round', sequence DESC),
  made AS (
    SELECT rp.case_number, rp.round, jsonb_build_object('owed', count(*), 'untested', count(*) FILTER (WHERE last.id IS NULL),
      ${COUNTED.map((one) => `'${countedAs(one)}', count(*) FILTER (WHERE last.result = '${one}')`).join(', ')}) AS counts
    FROM round_people rp LEFT JOIN last USING (case_number, round, person) WHERE rp.case_number = $2 AND rp.state = 'owes' GROUP BY rp.case_number, rp.round)
SELECT told.stream || '#' || told.sequence || ': round ' || told.round || ' was recorded with ' || told.counts || ', its results make '
       || COALESCE(made.counts::text, 'nothing') || ' 检测结果与台账计数不符' AS finding
FROM told LEFT JOIN made ON made.case_number = told.stream AND made.round = told.round
WHERE EXISTS (SELECT FROM ledger c WHERE c.stream = told.stream AND c.type = 'round-counted' AND c.entry->'details'->>'round' = told.round)
  AND made.counts IS DISTINCT FROM told.counts AND ((told.counts->>'owed')::bigint > 0 OR made.counts IS NOT NULL)
  AND NOT EXISTS (SELECT FROM test_sheets s WHERE s.case_number = told.stream AND s.round = told.round
    AND NOT EXISTS (SELECT FROM ledger l WHERE l.command = s.command)
    AND (s.filed_at BETWEEN now() - $3::interval AND now() OR EXISTS (SELECT FROM commands c WHERE c.id = s.command AND c.status = 'pending')))
ORDER BY told.stream, told.sequence LIMIT $1`;

/** What is on hand is what its movements make. */
const STOCK = `
SELECT 'stock: ' || on_hand || ' of ' || item || ' on hand, the movements make ' || COALESCE(sum(quantity), 0) || ' 库存与流水不符' AS finding
FROM stock_items LEFT JOIN stock_movements USING (item)
GROUP BY item, on_hand HAVING on_hand <> COALESCE(sum(quantity), 0) ORDER BY item LIMIT $1`;

/** Each movement was caused by an entry: named by stream and number, or by the command of one. */
const CAUSES = `
SELECT 'stock: movement ' || number || ' of ' || item || ' (' || quantity || ') by ' || cause || ', which is not in the ledger 流水无台账' AS finding
FROM stock_movements m
WHERE NOT EXISTS (SELECT FROM ledger WHERE command = m.cause)
  AND NOT EXISTS (SELECT FROM ledger WHERE stream = regexp_replace(m.cause, '/[0-9]+$', '')
    AND m.cause ~ '/[0-9]{1,15}$' AND sequence = substring(m.cause FROM '([0-9]{1,15})$')::bigint)
ORDER BY number LIMIT $1`;

/** Whoever was erased was erased by an entry. */
const PEOPLE = `
SELECT 'roster/' || enterprise || ': person ' || id || ' was erased, and no entry says so 人员信息缺失，无清除记录' AS finding
FROM people p
WHERE erased_at IS NOT NULL AND NOT EXISTS (
  SELECT FROM ledger WHERE stream = 'roster/' || p.enterprise AND type = 'person-erased' AND entry->'details'->>'person' = p.id)
ORDER BY id LIMIT $1`;
