/** What a case costs Temporal on days on which nobody acts: the same, however long it goes on. */
import { addDays, instantOf, localDate } from '../../domain/calendar/calendar';
import { costOf, eventsOf, eventsWithin, type Cost } from '../../scripts/bench/day/history';
import { DrivenCase } from '../support/driven-case';
import { toNextChange } from '../support/fast-forward';
import { MemoryLedger } from '../support/memory-ledger';
import { Temporal } from '../support/temporal';

/** Longer than any reopening of the article waited. */
const IDLE_DAYS = 22;

let temporal: Temporal;
beforeAll(async () => {
  temporal = await Temporal.start();
  await temporal.work(new MemoryLedger().activities);
});
afterAll(() => temporal.stop());

/** What each operating day of a case cost, `act` being called before every change. */
async function daysOf(days: number, act: (one: DrivenCase) => Promise<void>): Promise<Cost[]> {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const startsOn = String((await one.status()).view.operation.startsOn);
  for (;;) {
    const { view } = await one.status();
    if (localDate(view.clock, one.edition) > addDays(startsOn, days)) break;
    await act(one);
    await toNextChange(temporal.client, one);
  }
  const events = await eventsOf(temporal.client, one.handle.workflowId);
  const midnight = (day: number) => instantOf(addDays(startsOn, day), '00:00', one.edition);
  return Array.from({ length: days }, (_, day) => costOf(eventsWithin(events, midnight(day), midnight(day + 1))));
}

/** Every few days a run ends and hands its state on: the mean of a week holds that too. */
const WEEK = 7;
const mean = (bytes: readonly number[]) => bytes.reduce((sum, one) => sum + one, 0) / bytes.length;

test('of twenty-two days on which nobody acts the last ones cost what the first ones cost', async () => {
  const idle = (await daysOf(IDLE_DAYS, () => Promise.resolve())).map(({ bytes }) => bytes);
  // On the first days less is overdue than on all others.
  const first = mean(idle.slice(2, 2 + WEEK));
  expect(mean(idle.slice(-WEEK)) / first).toBeLessThanOrEqual(1.25);
});
