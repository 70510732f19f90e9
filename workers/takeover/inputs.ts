/** What workflows were handed at their start, as the first event of a run has it: of a case its rules stand there. */
import type { Client } from '@temporalio/client';
import { startInput } from '../../api/case/start-input';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseMemo } from '../../contracts/case/start';
import { upgradeEdition, type SecondEdition } from '../../domain/case/upgrade';
import type { Edition } from '../../domain/programme/edition';

type Rules = Edition | SecondEdition;
/** Of every release up to this one. */
type Input =
  | {
      readonly kind: 'open';
      readonly envelope: { readonly caseNumber: string; readonly command: { readonly edition: Rules } };
    }
  | { readonly kind: 'carried'; readonly state: { readonly caseNumber: string; readonly edition: Rules } }
  | {
      readonly kind: 'adopted';
      readonly envelope: { readonly caseNumber: string; readonly command: { readonly from: string } };
      readonly carried: { readonly state: { readonly edition: Rules; readonly clock: number } };
    };

interface Execution {
  readonly workflowId: string;
  /** Without: the newest run. */
  readonly runId?: string;
}

/** Undefined: Temporal has no such run any more. */
export async function inputOf(client: Client, execution: Execution): Promise<Input | undefined> {
  return (await startInput(client, execution))?.input as Input | undefined;
}

/** The rules under which the case was begun, in today's shape; undefined: Temporal has no run of it any more. */
export async function rulesInHistory(
  client: Client,
  { caseNumber, enterprise }: { readonly caseNumber: string; readonly enterprise: string },
): Promise<Edition | undefined> {
  const workflowId = reopeningId(enterprise);
  const newest = await inputOf(client, { workflowId });
  if (newest && numberOf(newest) === caseNumber) return rulesOf(newest);
  // Another case runs under the enterprise's id by now, or this one's runs ended before it.
  for await (const { runId, memo } of client.workflow.list({ query: `WorkflowId = '${workflowId}'` })) {
    if ((memo as unknown as Partial<CaseMemo> | undefined)?.caseNumber !== caseNumber) continue;
    const input = await inputOf(client, { workflowId, runId });
    if (input && numberOf(input) === caseNumber) return rulesOf(input);
  }
  return undefined;
}

function numberOf(input: Input): string {
  return input.kind === 'carried' ? input.state.caseNumber : input.envelope.caseNumber;
}

function rulesOf(input: Input): Edition {
  if (input.kind === 'open') return upgradeEdition(input.envelope.command.edition);
  return upgradeEdition((input.kind === 'carried' ? input : input.carried).state.edition);
}
