/** What a case costs Temporal on days on which nobody acts: no more than on an ordinary day, however long it goes on. */
import { addDays, instantOf, localDate } from '../../domain/calendar/calendar';
import { costOf, eventsOf, eventsWithin, type Cost } from '../../scripts/bench/day/history';
import { doDuties } from '../support/daily-acts';
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

test('twenty-two days on which nobody acts cost no more bytes a day than an ordinary one', async () => {
  const [, , ordinary] = await daysOf(3, async (one) => {
    await doDuties(one);
  });
  const idle = await daysOf(IDLE_DAYS, () => Promise.resolve());
  const bytes = idle.map((day) => day.bytes);
  console.log({ ordinary, idle: idle.map(({ events, bytes: of }) => [events, of].join('/')) });
  expect(Math.max(...bytes)).toBeLessThanOrEqual(ordinary?.bytes ?? 0);
});
