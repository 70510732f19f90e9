/** What happens on a real server when nobody acts: reminders outside quiet hours, escalation, and whom a missed round is told to. */
import { addDays, localDate } from '../../domain/calendar/calendar';
import { doDuties } from '../support/daily-acts';
import { DrivenCase, LIAISON, LOOP } from '../support/driven-case';
import { settled, toNextChange } from '../support/fast-forward';
import { MemoryLedger } from '../support/memory-ledger';
import { Temporal } from '../support/temporal';

let temporal: Temporal;
let ledger: MemoryLedger;
beforeAll(async () => {
  temporal = await Temporal.start();
  ledger = new MemoryLedger();
  await temporal.work(ledger.activities);
});
afterAll(() => temporal.stop());

test('a report that nobody files is overdue, reminded up to the maximum outside quiet hours, and escalated once', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const { startsOn } = (await one.status()).view.operation;
  const duty = `report/${String(startsOn)}`;
  let clock = 0;
  do {
    await doDuties(one, { skip: (id) => id === duty });
    clock = await toNextChange(temporal.client, one);
  } while (localDate(clock, one.edition) < addDays(String(startsOn), 4));
  await settled(one);
  const told = ledger.of(one.caseNumber).filter((entry) => entry.details['duty'] === duty);
  const { reminders } = one.edition;
  expect(told.filter((entry) => entry.type === 'duty-overdue')).toHaveLength(1);
  expect(told.filter((entry) => entry.type === 'duty-escalated')).toHaveLength(1);
  const reminded = told.filter((entry) => entry.type === 'duty-reminded');
  expect(reminded).toHaveLength(reminders.maximum);
  const { from, to } = reminders.quiet;
  for (const { at } of reminded) {
    const time = new Date(at + one.edition.utcOffsetMinutes * 60_000).toISOString().slice(11, 16);
    expect(from > to ? time >= to && time < from : time < from || time >= to).toBe(true);
  }
  await one.send(LIAISON, {
    type: 'reportDay',
    date: String(startsOn),
    production: 'normal',
    present: LOOP,
    epidemic: 'nothing-to-report',
  });
  expect((await one.status()).view.agenda.map(({ id }) => id)).not.toContain(duty);
});

test('a round that nobody reports is missed at the end of grace, and told to epidemic control', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const { startsOn } = (await one.status()).view.operation;
  const round = `${String(startsOn)}/${one.edition.tests[0]?.id ?? ''}`;
  do {
    await doDuties(one, { skip: (id) => id === `test/${round}` });
    await toNextChange(temporal.client, one);
  } while ((await settled(one)).view.operation.untested.length === 0);
  const [closed] = ledger.of(one.caseNumber, 'round-counted').filter(({ details }) => details['missed'] === true);
  expect(closed?.details).toMatchObject({ round, escalatedTo: 'department/epidemic-control' });
  expect((await one.status()).view.outstanding).toContain(`untested/${round}`);
});
