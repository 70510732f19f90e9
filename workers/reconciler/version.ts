/** Whether the current version of the worker deployment is the one that should be: the third check of the reconciler. */
import type { Asked } from '../../api/case/whose-run';
import { DEPLOYMENT } from '../../contracts/case/ids';
import type { VersionWhy } from '../../contracts/operations/discrepancies';
import { noteDiscrepancy, settleDiscrepancies } from '../../db/operations/discrepancies';
import { releaseDue, releases } from '../../db/operations/releases';
import { Deployment, type Routing } from '../deployment';

export async function compareVersion({ pool, temporal }: Asked): Promise<void> {
  const routing = await new Deployment(temporal).routing();
  const known = (await releases(pool)).map(({ build }) => build);
  const due = await releaseDue(pool);
  const found = new Map<string, VersionWhy>();
  // Before the first release nothing is current.
  if (routing && known.length > 0) for (const [build, why] of wrongIn(routing, known, due)) found.set(build, why);
  for (const [subject, why] of found)
    await noteDiscrepancy(pool, { kind: 'foreign-version', subject, why, caseNumber: null });
  await settleDiscrepancies(pool, 'foreign-version', [...found.keys()]);
}

function* wrongIn(
  { current, ramping }: Routing,
  known: readonly string[],
  due: string | undefined,
): Generator<readonly [string, VersionWhy]> {
  if (current === undefined) {
    if (due !== undefined) yield [DEPLOYMENT, 'no-build'];
  } else if (!known.includes(current)) yield [current, 'unknown-build'];
  else if (due !== undefined && current !== due) yield [current, 'other-build'];
  if (ramping !== undefined) yield [ramping, 'ramping'];
}
