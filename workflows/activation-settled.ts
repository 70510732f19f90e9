/**
 * Lets a workflow wait until everything of an activation is taken in (https://github.com/temporalio/sdk-rust/issues/1146). The SDK
 * looks at conditions after each job of an activation, and answers to Updates are given by microtasks after all of them: what goes
 * on at the first look gives commands between two answers, and a replay that gets the jobs in another order then differs. At the
 * second look everything of the activation is done (docs/adr/0007). test/workflows/activation-settled.test.ts fails on an SDK
 * in which this is not so any more.
 */
import { condition } from '@temporalio/workflow';

export async function activationSettled(): Promise<void> {
  let looks = 0;
  await condition(() => (looks += 1) > 1);
}
