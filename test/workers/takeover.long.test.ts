/** The takeover of a run that fails: the server tries a workflow task again only after some seconds. */
import { reopeningId } from '../../contracts/case/ids';
import { LANDED_QUEUE } from '../../workers/takeover/landed-bundle';
import { LandedSystem } from '../support/landed-system';

let landed: LandedSystem;
beforeAll(async () => {
  landed = await LandedSystem.start();
});
afterAll(() => landed.stop());
beforeEach(() => landed.forget());

test('a run that the landed code cannot replay does not keep the others from going on', async () => {
  const fit = await landed.case();
  const handle = await landed.client.workflow.start('reopening', {
    taskQueue: LANDED_QUEUE,
    workflowId: reopeningId('e-broken'),
    // Read by the workflow before anything else.
    args: [null],
    memo: { caseNumber: '2026-broken' },
  });
  expect(await landed.takeOver()).toEqual([
    'case 2026-broken stays as it was: its workflow task fails',
    expect.stringMatching(/^1 cases stay/),
  ]);
  await fit.adopted();
  await handle.terminate('a test');
});
