/** The town's day when an official asks for it, beside the schedule: `/daily-summary`. */
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { z } from 'zod';
import { DAILY_SUMMARY, TASK_QUEUE } from '../../contracts/case/ids';
import { outsideAct, STREAMS } from '../../domain/ledger/outside-acts';
import { TELLING_ACTS } from '../../domain/telling/acts';
import { requestSummary } from '../../domain/telling/deliveries';
import { appendActs } from '../../db/ledger/acts-outside';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { afterHeader } from '../http/own-writes';
import { route, type Route } from '../http/route';

/** The official waits for the start only. */
const START_MS = 4_000;
/** Enough of a command's id to be unique. */
const ID_LENGTH = 24;

const requestedView = z.object({
  id: z.string().meta({ description: 'Its deliveries have keys that begin with it 简报编号' }),
});

export function dailySummaryRoutes(deps: Deps): Route[] {
  return [
    route({
      method: 'post',
      path: '/daily-summary',
      tag: 'Notices 通知',
      summary: '立即发送每日简报 Send the daily summary now',
      description: 'To every official in the console and by mail with a workbook, to the groups as counts only.',
      access: TELLING_ACTS.requestSummary.by,
      body: z.strictObject({}),
      idempotent: true,
      answers: {
        202: { description: 'Begun', schema: requestedView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['key-reused'],
      async handle(ask) {
        const reply = await once(deps, ask, '/daily-summary', async (client, command) => {
          const id = `${DAILY_SUMMARY}/${command.slice(0, ID_LENGTH)}`;
          const { entry } = requestSummary(id);
          const act = outsideAct({ ...entry, by: ask.by, at: deps.now(), command });
          const { sequence } = await appendActs(deps.keys, client, STREAMS.notices, [act]);
          return { status: 202, headers: afterHeader(STREAMS.notices, sequence), body: { id } };
        });
        // A repeat starts it as well: the first may have ended before it could.
        await start(deps, (reply.body as z.output<typeof requestedView>).id);
        return reply;
      },
    }),
  ];
}

async function start({ temporal }: Deps, workflowId: string): Promise<void> {
  try {
    await temporal.withDeadline(Date.now() + START_MS, () =>
      temporal.workflow.start('dailySummary', {
        ...{ taskQueue: TASK_QUEUE, workflowId, args: [] },
        workflowIdConflictPolicy: 'FAIL',
        workflowIdReusePolicy: 'REJECT_DUPLICATE',
        staticSummary: '每日简报',
      }),
    );
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
  }
}
