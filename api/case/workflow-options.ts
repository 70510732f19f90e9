/** With what the workflow of a case is started, besides its input: id, queue, and what lists of the Temporal UI show from the first moment on. */
import { TypedSearchAttributes } from '@temporalio/common';
import { KIND_NAMES } from '../../contracts/words/glossary';
import { reopeningId, TASK_QUEUE } from '../../contracts/case/ids';
import type { CaseMemo } from '../../contracts/case/start';
import type { Reopening } from '../../domain/case/state';
import type { Programme } from '../../programme/schema';
import { startAttributes } from '../../workflows/reopening/search-attributes';

/** The server's limit for a summary, in bytes (docs/temporal-facts.md#summary-size). */
const SUMMARY_BYTES = 200;

/** A second start under the id is refused as long as the case runs. */
export function workflowOptions(state: Reopening, programme: Pick<Programme, 'villages'>, memo: CaseMemo) {
  return {
    taskQueue: TASK_QUEUE,
    workflowId: reopeningId(state.enterprise.id),
    memo: { ...memo },
    workflowIdConflictPolicy: 'FAIL',
    workflowIdReusePolicy: 'ALLOW_DUPLICATE',
    staticSummary: summaryOf(state),
    staticDetails: detailsOf(state, programme),
    typedSearchAttributes: new TypedSearchAttributes(startAttributes(state)),
  } as const;
}

/** `<name>复工 <case number>`: of a long name only the beginning, never half a character. */
function summaryOf({ enterprise, caseNumber }: Reopening): string {
  const rest = `复工 ${caseNumber}`;
  const room = SUMMARY_BYTES - Buffer.byteLength(rest);
  let name = '';
  for (const character of enterprise.name) {
    if (Buffer.byteLength(name + character) > room) break;
    name += character;
  }
  return name + rest;
}

function detailsOf({ enterprise, caseNumber, edition }: Reopening, { villages }: Pick<Programme, 'villages'>): string {
  const village = villages.find(({ id }) => id === enterprise.village)?.name ?? enterprise.village;
  return [
    `**${enterprise.name}** · ${caseNumber}`,
    `${KIND_NAMES[enterprise.kind]} · ${village} · ${edition.programme}/${edition.id}`,
    `台账 \`/reopenings/${caseNumber}/ledger\``,
  ].join('\n\n');
}
