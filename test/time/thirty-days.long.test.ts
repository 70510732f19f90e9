/** Thirty operating days of a factory and a supermarket on a real server that skips time, over several runs, to completion. */
import { loadRules } from '../../programme/read';
import { word } from '../../proof/chain';
import type { Entry } from '../../domain/ledger/entry';
import { addDays, localDate } from '../../domain/calendar/calendar';
import type { Quantity } from '../../domain/case/commands';
import type { Edition, LocalDate } from '../../domain/programme/edition';
import type { EnterpriseKind } from '../../domain/programme/for-whom';
import { doDuties, type Findings } from '../support/daily-acts';
import { countsOf, DrivenCase, LOOP, OFFICIAL } from '../support/driven-case';
import { settled, toNextChange } from '../support/fast-forward';
import { MemoryLedger } from '../support/memory-ledger';
import { Temporal } from '../support/temporal';

/** A run of about ten days: thirty days go over several runs. */
const SUGGESTED = 400;
/** What may still come before a run ends: the acts of one wake-up with what they cause. */
const BEYOND = 150;
const DAYS = 30;
const [MORNING, EVENING] = loadRules().tests.map(({ id }) => id);
const SUPERMARKET = 32;

let temporal: Temporal;
let ledger: MemoryLedger;
beforeAll(async () => {
  temporal = await Temporal.start(`limit.historyCount.suggestContinueAsNew=${SUGGESTED}`);
  ledger = new MemoryLedger();
  await temporal.work(ledger.activities);
});
afterAll(() => temporal.stop());

interface Month {
  readonly one: DrivenCase;
  readonly startsOn: LocalDate;
  readonly days: readonly LocalDate[];
  readonly rounds: readonly string[];
  readonly entries: readonly Entry[];
}

/** What is out of the ordinary in a month, by days from its first. */
interface Events {
  readonly roster: (day: (n: number) => LocalDate) => (round: string) => number;
  readonly findings: (day: (n: number) => LocalDate) => (round: string) => Findings;
  /** The round whose sheet is stored, and whose Update is lost. */
  readonly lost?: (day: (n: number) => LocalDate) => string;
}

async function begin(kind: EnterpriseKind, edition: Edition, headcount: number): Promise<DrivenCase> {
  const one = await DrivenCase.start(temporal.client, { kind, edition });
  await one.toOperating();
  const { items, targetDays } = edition.supplies;
  const used = items.filter(({ perHeadPerDay }) => perHeadPerDay > 0);
  const counts = used.map((item) => ({ item: item.id, quantity: targetDays * item.perHeadPerDay * headcount }));
  await one.send(one.enterprise, { type: 'countSupplies', counts });
  return one;
}

/** Thirty days and to completion: at each wake-up everybody does what is due, until nothing is left to do. */
async function liveThrough(one: DrivenCase, { roster, findings, lost }: Events): Promise<Month> {
  const { startsOn } = (await one.status()).view.operation;
  if (startsOn === null) throw new Error('operation has not begun');
  const day = (n: number) => addDays(startsOn, n);
  const missing = lost?.(day);
  ledger.rosters.set(one.caseNumber, roster(day));
  const work = { findings: findings(day), skip: (id: string) => id === `test/${String(missing)}` };
  const everythingDone = async (): Promise<void> => {
    do {
      const { view } = await settled(one);
      const open = view.operation.rounds.find(({ id, stage }) => id === missing && stage === 'open');
      if (open) ledger.store(one.caseNumber, open.id, countsOf({ owed: SUPERMARKET }));
    } while ((await doDuties(one, work)) > 0);
  };
  do await everythingDone();
  while (localDate(await toNextChange(temporal.client, one), one.edition) < day(DAYS));
  await everythingDone();
  await one.send(OFFICIAL, { type: 'complete', waivers: [] });
  await one.handle.result();
  const days = Array.from({ length: DAYS }, (_, n) => day(n));
  const rounds = days.flatMap((date) => one.edition.tests.map(({ id }) => `${date}/${id}`));
  return { one, startsOn, days, rounds, entries: ledger.of(one.caseNumber) };
}

function of({ entries }: Month, type: Entry['type']): Entry[] {
  return entries.filter((entry) => entry.type === type);
}

/** Every run of a workflow, newest first, with the number of its events. */
async function runsOf(workflowId: string): Promise<number[]> {
  const lengths: number[] = [];
  for (let runId: string | undefined = ''; runId !== undefined;) {
    const history = await temporal.client.workflow.getHandle(workflowId, runId || undefined).fetchHistory();
    lengths.push(history.events?.length ?? 0);
    runId = history.events?.[0]?.workflowExecutionStartedEventAttributes?.continuedExecutionRunId || undefined;
  }
  return lengths;
}

/** Each order that the programme's rule asks for on each look at the supplies, and the one that was made. */
function topUps({ one, entries }: Month): { wanted: Quantity[]; made: Quantity[] }[] {
  const { items, thresholdDays, targetDays } = one.edition.supplies;
  const onOrder = new Map<number, readonly Quantity[]>();
  return entries.flatMap((entry, index) => {
    const order = Number(entry.details['order']);
    if (entry.type === 'order-proposed' || entry.type === 'order-placed') {
      onOrder.set(order, entry.details['lines'] as unknown as Quantity[]);
    }
    if (entry.type === 'order-received') onOrder.delete(order);
    if (entry.type !== 'supplies-checked') return [];
    const headcount = Number(entry.details['headcount']);
    const covers = entry.details['covers'] as unknown as { item: string; quantity: number; days: number }[];
    const coming = new Set([...onOrder.values()].flatMap((lines) => lines.map(({ item }) => item)));
    const wanted = covers
      .filter(({ item, days }) => days < thresholdDays && !coming.has(item))
      .map(({ item, quantity }) => {
        const perHead = items.find(({ id }) => id === item)?.perHeadPerDay ?? NaN;
        return { item, quantity: Math.ceil(targetDays * (perHead * headcount) - quantity) };
      });
    const next = entries[index + 1];
    const follows = next?.at === entry.at && (next.type === 'order-proposed' || next.type === 'order-placed');
    const made = follows ? (next.details['lines'] as unknown as Quantity[]) : [];
    return [{ wanted, made }];
  });
}

describe('thirty operating days', () => {
  let factory: Month;
  let supermarket: Month;
  const INCIDENT = 'incident-of-the-month';

  beforeAll(async () => {
    const rules = loadRules();
    const placing = { ...rules, supplies: { ...rules.supplies, topUp: 'place' as const } };
    [factory, supermarket] = await Promise.all([
      begin('factory', rules, LOOP).then(async (one) => {
        await one.send(one.enterprise, { type: 'nameSampler', person: 'p-sampler-1' });
        await one.send(one.enterprise, { type: 'nameSampler', person: 'p-sampler-2' });
        return liveThrough(one, {
          // Whoever was positive on the tenth morning is taken away, and in no round after it.
          roster: (day) => (round) => (round > `${day(9)}/${MORNING}` ? LOOP - 1 : LOOP),
          findings: (day) => (round) => {
            if (round.endsWith(String(EVENING))) return { pending: 2 };
            const positives = [{ incident: INCIDENT, cause: 'antigen' as const, people: 1 }];
            return round === `${day(9)}/${MORNING}` ? { positive: 1, positives } : {};
          },
        });
      }),
      begin('supermarket', placing, SUPERMARKET).then((one) =>
        liveThrough(one, {
          roster: () => () => SUPERMARKET,
          findings: (day) => (round) => (round === `${day(4)}/${EVENING}` ? { untested: 1 } : {}),
          lost: (day) => `${day(11)}/${MORNING}`,
        }),
      ),
    ]);
  });

  const months = () => [factory, supermarket];

  test('every round and every report once, on contiguous days, none missed', () => {
    for (const month of months()) {
      const end = addDays(month.startsOn, DAYS);
      const named = (type: Entry['type'], key: string) =>
        of(month, type)
          .map((entry) => word(entry, key))
          .filter((name) => name < end);
      for (const type of ['round-opened', 'round-frozen', 'round-due', 'round-closed', 'round-counted'] as const) {
        expect([type, named(type, 'round')]).toEqual([type, month.rounds]);
      }
      expect(named('day-reported', 'date')).toEqual(month.days);
    }
  });

  test('who is untested on one evening is listed when it is due, told to epidemic control after grace, accounted for', () => {
    const round = `${addDays(supermarket.startsOn, 4)}/${EVENING}`;
    expect(of(factory, 'untested-listed')).toEqual([]);
    expect(of(supermarket, 'untested-listed').map(({ details }) => details)).toEqual([
      { round, owed: SUPERMARKET, untested: 1 },
    ]);
    const missed = months().flatMap((month) => of(month, 'round-counted').filter(({ details }) => details['missed']));
    expect(missed.map(({ details }) => details)).toEqual([
      expect.objectContaining({ round, escalatedTo: 'department/epidemic-control' }),
    ]);
    const [listed, counted, accounted] = (['untested-listed', 'round-counted', 'untested-accounted'] as const).map(
      (type) => of(supermarket, type).find((entry) => word(entry, 'round') === round)?.at ?? NaN,
    );
    expect(listed).toBeLessThan(Number(counted));
    expect(counted).toBeLessThanOrEqual(Number(accounted));
  });

  test('a sheet whose Update was lost counts all the same', () => {
    const round = `${addDays(supermarket.startsOn, 11)}/${MORNING}`;
    expect(of(supermarket, 'tests-reported').map((entry) => word(entry, 'round'))).not.toContain(round);
    const counted = of(supermarket, 'round-counted').find((entry) => word(entry, 'round') === round);
    expect(counted?.details).toMatchObject({ missed: false, counts: { negative: SUPERMARKET, untested: 0 } });
  });

  test('nothing was overdue but what nobody did', () => {
    expect(of(factory, 'duty-overdue').map((entry) => word(entry, 'duty'))).toEqual([]);
    const left = [`${addDays(supermarket.startsOn, 4)}/${EVENING}`, `${addDays(supermarket.startsOn, 11)}/${MORNING}`];
    expect(of(supermarket, 'duty-overdue').map((entry) => word(entry, 'duty'))).toEqual(left.map((id) => `test/${id}`));
  });

  test('one antigen positive goes through the emergency plan in its order, to the lifting', () => {
    const told = factory.entries.filter(({ type, details }) => type === 'lifted' || details['incident'] === INCIDENT);
    expect(told.map((entry) => (entry.type === 'incident-step' ? word(entry, 'step') : entry.type))).toEqual([
      'incident-opened',
      'isolate',
      'incident-confirmed',
      'inform',
      'suspended',
      'transfer',
      'disinfect',
      'trace',
      'incident-closed',
      'lifted',
    ]);
    expect(of(supermarket, 'incident-opened')).toEqual([]);
  });

  test('top-ups follow the rule of the programme, and what was ordered was received', () => {
    for (const month of months()) {
      const looks = topUps(month);
      expect(looks.length).toBeGreaterThanOrEqual(DAYS);
      for (const { wanted, made } of looks) expect(made).toEqual(wanted);
      expect(looks.filter(({ made }) => made.length > 0).length).toBeGreaterThanOrEqual(5);
      const proposes = month === factory ? 'order-proposed' : 'order-placed';
      expect(of(month, proposes).map((entry) => word(entry, 'source'))).toEqual(
        of(month, proposes).map(() => 'top-up'),
      );
      expect(of(month, 'order-proposed').length > 0).toBe(month === factory);
      const received = new Map(of(month, 'order-received').map(({ details }) => [details['order'], details['lines']]));
      for (const { details } of of(month, 'order-placed')) {
        const lines = details['lines'] as unknown as Quantity[];
        expect(received.get(details['order'])).toEqual(
          lines.map(({ item, quantity }) => ({ item, received: quantity, difference: 0 })),
        );
      }
    }
  });

  test('no run grows beyond what the server suggests, and each order was received', async () => {
    for (const { one, entries } of months()) {
      const runs = await runsOf(one.handle.workflowId);
      expect(runs.length).toBeGreaterThanOrEqual(3);
      expect(Math.max(...runs)).toBeLessThan(SUGGESTED + BEYOND);
      const ordersIn = (wanted: string) =>
        entries.flatMap(({ type, details }) => (type === wanted ? [details['order']] : []));
      expect(ordersIn('order-placed').length).toBeGreaterThan(0);
      expect(new Set(ordersIn('order-received'))).toEqual(new Set(ordersIn('order-placed')));
    }
  });
});
