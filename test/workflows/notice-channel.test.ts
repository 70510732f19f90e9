/** The workflow of a channel: it looks by itself and when it is rung, rests while the other side is down, and goes on in another run. */
import { randomUUID } from 'node:crypto';
import { TASK_QUEUE } from '../../contracts/case/ids';
import { ScriptedTelling } from '../support/scripted-telling';
import { eventually, Temporal } from '../support/temporal';

let temporal: Temporal;
let telling: ScriptedTelling;
beforeAll(async () => {
  temporal = await Temporal.start('limit.historyCount.suggestContinueAsNew=60');
  telling = new ScriptedTelling();
  await temporal.work(telling.activities);
});
afterAll(() => temporal.stop());

async function start() {
  telling.lookedAt.length = 0;
  return temporal.client.workflow.start('noticeChannel', {
    ...{ taskQueue: TASK_QUEUE, workflowId: `notices/test-${randomUUID()}`, args: [{ channel: 'email' }] },
  });
}

const looks = (count: number) =>
  eventually(
    () => telling.lookedAt.length,
    (taken) => taken >= count,
  );

test('a ring makes it look at once, instead of within half a minute', async () => {
  const handle = await start();
  await looks(1);
  await handle.signal('ring');
  await looks(2);
  expect((telling.lookedAt[1] ?? 0) - (telling.lookedAt[0] ?? 0)).toBeLessThan(10_000);
  await handle.terminate();
});

test('a channel that is down is left alone however often it is rung, and asked again after its rest', async () => {
  telling.looks.push({ down: 'away' });
  const handle = await start();
  await looks(1);
  for (let rings = 0; rings < 5; rings += 1) await handle.signal('ring');
  await looks(2);
  const [first = 0, second = 0] = telling.lookedAt;
  expect(second - first).toBeGreaterThanOrEqual(4_900);
  await handle.terminate();
});

test('it goes on at once while there is more, through several runs, and counts what was done in all of them', async () => {
  telling.looks.push(...Array.from({ length: 40 }, () => ({ sent: 2, dead: 1, more: true })));
  const handle = await start();
  await looks(41);
  const described = await eventually(
    () => handle.describe(),
    ({ historyLength }) => historyLength < 60,
  );
  const { client } = temporal;
  const metadata = await client.workflow
    .getHandle(described.workflowId)
    .query<{ currentDetails?: string }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toContain('| 80 | 40 | 0 |');
  await handle.terminate();
});
