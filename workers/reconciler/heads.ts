/** Whether cases and their ledgers end with the same entry: the second check of the reconciler. */
import { statusOfRun, type Asked } from '../../api/case/whose-run';
import { reopeningId } from '../../contracts/case/ids';
import { noteDiscrepancy, settleDiscrepancies } from '../../db/operations/discrepancies';
import { casesToCompare, noteCompared, openCases, type ComparableCase } from '../../db/operations/open-cases';
import { streamHead } from '../../db/ledger/ledger';
import { headDifference, type HeadDifference } from '../../domain/ledger/heads';

/**
 * A question wakes a case: a worker that has it no more replays it. Those that have recorded since they were asked are awake; of the
 * others so few a minute that a thousand are asked within an hour, and a worker of some thousand stays free for people.
 */
const SLICE = { changed: 200, others: 20 };
/** After so many cases in a row without an answer nobody works, and waiting for the others is of no use. */
const SILENT = 3;

export async function compareHeads(asked: Asked): Promise<void> {
  let inARow = 0;
  for (const one of await casesToCompare(asked.pool, SLICE)) {
    inARow = (await compareHead(asked, one)) ? 0 : inARow + 1;
    if (inARow === SILENT) break;
  }
  await settleDiscrepancies(
    asked.pool,
    'other-head',
    (await openCases(asked.pool)).map(({ caseNumber }) => caseNumber),
  );
}

/** @returns false when nobody answered */
async function compareHead(asked: Asked, one: ComparableCase): Promise<boolean> {
  const { pool } = asked;
  const first = await lookOnce(asked, one);
  // What is on its way between two parts may look wrong once.
  const again = first !== 'silent' && first.why ? await lookOnce(asked, one) : first;
  await noteCompared(pool, one, again === 'silent' ? null : again.sequence);
  if (again === 'silent') return false;
  const { caseNumber } = one;
  if (again.why) await noteDiscrepancy(pool, { kind: 'other-head', subject: caseNumber, why: again.why, caseNumber });
  else await settleDiscrepancies(pool, 'other-head', [], [caseNumber]);
  return true;
}

interface Looked {
  /** Where the ledger ended before the case was asked. */
  readonly sequence: number;
  readonly why: HeadDifference | undefined;
}

async function lookOnce({ pool, temporal }: Asked, one: ComparableCase): Promise<Looked | 'silent'> {
  const before = await streamHead(pool, one.caseNumber);
  const held = await statusOfRun(temporal, { workflowId: reopeningId(one.enterprise), runId: one.currentRun });
  if (!held) return 'silent';
  const after = await streamHead(pool, one.caseNumber);
  return { sequence: before.sequence, why: headDifference(held, before, after) };
}
