/** Where the mobile samplers go on a day: the visits that cases asked for, by village. */
import { byName } from '../people/people-order';
import type { Queryable } from '../sql/pool';

export interface VisitLine {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly name: string;
  readonly village: string;
  readonly visit: string;
  readonly done: boolean;
  readonly people: number;
}

export async function visitsOn(db: Queryable, date: string): Promise<VisitLine[]> {
  const { rows } = await db.query<VisitLine>(
    `SELECT r.case_number AS "caseNumber", r.enterprise, r.enterprise_name AS name, r.village, v->>'id' AS visit,
            v->>'completedAt' IS NOT NULL AS done, (r.state->'operation'->>'headcount')::integer AS people
     FROM reopenings r, jsonb_array_elements(r.state->'sampling'->'visits') AS v
     WHERE NOT r.closed AND v->>'date' = $1 ORDER BY r.village, ${byName('r.enterprise_name')}, r.case_number`,
    [date],
  );
  return rows;
}
