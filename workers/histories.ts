/** How long the server keeps the histories of ended runs: from them a case can be taken up again, and an embedded server keeps them for a day. */
import { isGrpcServiceError } from '@temporalio/client';
import type { NativeConnection } from '@temporalio/worker';

/** 30 days: a month in which somebody may notice that a run was ended, and mend it. */
const KEPT_DAYS = 30;
const DAY_SECONDS = 86_400;

/** Raises the namespace's retention; a longer one stays. Where the server lets nobody do that, `say` hears of it and all goes on. */
export async function keepHistories(
  { workflowService }: NativeConnection,
  namespace: string,
  say: (line: string) => void,
): Promise<void> {
  const { config } = await workflowService.describeNamespace({ namespace });
  const kept = Number(config?.workflowExecutionRetentionTtl?.seconds ?? 0);
  // None: it keeps them for ever.
  if (kept === 0 || kept >= KEPT_DAYS * DAY_SECONDS) return;
  type Request = Parameters<typeof workflowService.updateNamespace>[0];
  const request = { namespace, config: { workflowExecutionRetentionTtl: { seconds: KEPT_DAYS * DAY_SECONDS } } };
  try {
    // The generated types take a Long where the encoder takes a number as well.
    await workflowService.updateNamespace(request as unknown as Request);
  } catch (error) {
    if (!isRefused(error)) throw error;
    say(`histories of ended workflows are kept ${kept / DAY_SECONDS} days, and the server refuses ${KEPT_DAYS}`);
  }
}

/** gRPC: PERMISSION_DENIED and UNIMPLEMENTED, of a server whose namespaces somebody else keeps. */
const REFUSED = [7, 12];

function isRefused(error: unknown): boolean {
  return isGrpcServiceError(error) && REFUSED.includes(Number(error.code));
}
