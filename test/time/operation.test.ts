/** Long time on a real server that skips it: sixty operating days over several runs, reminders, quiet hours, escalation. */
import { word } from '../../contracts/ledger';
import { addDays, localDate } from '../../domain/calendar';
import type { LocalDate } from '../../domain/edition';
import { DrivenCase, LIAISON, MemoryLedger, Temporal } from '../support/temporal';
import { toNextChange } from '../support/fast-forward';

jest.setTimeout(180_000);

let temporal: Temporal;
let ledger: MemoryLedger;
beforeAll(async () => {
  // A run of about ten days: sixty days go over several runs.
  temporal = await Temporal.start('limit.historyCount.suggestContinueAsNew=400');
  ledger = new MemoryLedger();
  await temporal.work(ledger.activities);
});
afterAll(() => temporal.stop());

test('sixty operating days: every round and report once, on contiguous days, over several runs', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const { runId } = await one.handle.describe();
  const { startsOn } = (await one.status()).view.operation;
  if (startsOn === null) throw new Error('operation has not begun');
  const last = addDays(startsOn, 60);
  let clock = 0;
  do {
    await one.doDuties();
    clock = await toNextChange(temporal.client, one);
  } while (localDate(clock, one.edition) < last);
  const entries = ledger.streams.get(one.caseNumber) ?? [];
  const days = Array.from({ length: 60 }, (_, n) => addDays(startsOn, n));
  const of = (type: string, key: string): LocalDate[] =>
    entries.filter((entry) => entry.type === type).map((entry) => word(entry, key));
  expect(of('day-reported', 'date')).toEqual(days);
  const rounds = days.flatMap((date) => one.edition.tests.map(({ id }) => `${date}/${id}`));
  expect(of('tests-reported', 'round').slice(0, rounds.length)).toEqual(rounds);
  expect(entries.filter((entry) => entry.type === 'round-closed' && entry.details['missed'] === true)).toEqual([]);
  expect(entries.filter((entry) => entry.type === 'duty-overdue')).toEqual([]);
  const now = temporal.client.workflow.getHandle(one.handle.workflowId);
  expect((await now.describe()).runId).not.toBe(runId);
  expect((await now.describe()).historyLength).toBeLessThan(800);
});

test('a report that nobody files is overdue, reminded up to the maximum outside quiet hours, and escalated once', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const { startsOn } = (await one.status()).view.operation;
  const duty = `report/${String(startsOn)}`;
  let clock = 0;
  do {
    await one.doDuties({ skip: (id) => id === duty });
    clock = await toNextChange(temporal.client, one);
  } while (localDate(clock, one.edition) < addDays(String(startsOn), 4));
  const told = (ledger.streams.get(one.caseNumber) ?? []).filter((entry) => entry.details['duty'] === duty);
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
    present: 57,
    epidemic: 'nothing-to-report',
  });
  expect((await one.status()).view.agenda.map(({ id }) => id)).not.toContain(duty);
});

test('a round that nobody reports is missed at the end of grace, and told to epidemic control', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  const { startsOn } = (await one.status()).view.operation;
  const round = `${String(startsOn)}/${one.edition.tests[0]?.id ?? ''}`;
  for (;;) {
    await one.doDuties({ skip: (id) => id === `test/${round}` });
    await toNextChange(temporal.client, one);
    if ((await one.status()).view.operation.missed.length > 0) break;
  }
  const closed = ledger.streams
    .get(one.caseNumber)
    ?.find((entry) => entry.type === 'round-closed' && entry.details['missed'] === true);
  expect(closed?.details).toMatchObject({ round, escalatedTo: 'department/epidemic-control' });
  expect((await one.status()).view.outstanding).toContain(`round/${round}`);
});
