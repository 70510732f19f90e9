/** What a case is told by PostgreSQL reaches it, whatever dies or is away in between; and hints that nobody proves change nothing. */
import { orderId } from '../../contracts/case/ids';
import type { Questions } from '../../contracts/case/facts';
import type { RecordBatch } from '../../contracts/case/views';
import { ownTime, skip } from '../../api/case/time-skipping';
import { loadRules } from '../../programme/read';
import type { Edition } from '../../domain/programme/edition';
import { doDuties } from '../support/daily-acts';
import { caseWithoutJitter, countsOf, DrivenCase, LOOP, OFFICIAL, text } from '../support/driven-case';
import { settled, toNextChange } from '../support/fast-forward';
import { MemoryLedger } from '../support/memory-ledger';
import { eventually, Temporal } from '../support/temporal';
import { WorkflowNotFoundError } from '@temporalio/client';
import { orderMoved } from '../../workflows/reopening/messages';
import { stockArrived } from '../../workflows/supply-order/messages';

const MASKS = [{ item: 'medical-mask', quantity: 100 }];

/** To the opening of the first round, before PostgreSQL has told anything of it. */
async function toFirstRound(temporal: Temporal, one: DrivenCase): Promise<string> {
  await one.toOperating();
  for (;;) {
    const [round] = (await one.status()).view.operation.rounds;
    if (round) return round.id;
    await toNextChange(temporal.client, one);
  }
}

const orderIn = async (one: DrivenCase) => (await one.status()).view.supply.orders[0];

/** Rounds that close as soon as they are due, and no reminder before. */
function withoutGrace(): Edition {
  const edition = loadRules();
  const tests = edition.tests.map((one) => ({ ...one, graceMinutes: 0 }));
  return { ...edition, tests, reminders: { ...edition.reminders, leadHours: 0 } };
}

/** A signal does not answer: an act behind it does, and by then it has been dealt with. */
async function behindSignals(one: DrivenCase): Promise<void> {
  await one.send(OFFICIAL, { type: 'copy', to: { account: text().text, role: 'official' } });
  await settledBut(one);
}

/** Everything recorded and read; orders may wait. */
function settledBut(one: DrivenCase) {
  return eventually(
    () => one.status(),
    ({ unrecorded, view }) =>
      unrecorded === 0 && view.supply.orders.every(({ child, hasNews }) => child !== 'needed' && !hasNews),
  );
}

/** A case whose order waits for stock, and everything else is settled. */
async function waitingForMasks(temporal: Temporal): Promise<{ ledger: MemoryLedger; one: DrivenCase }> {
  const ledger = new MemoryLedger();
  ledger.stock = () => 0;
  await temporal.work(ledger.activities);
  const one = await DrivenCase.start(temporal.client);
  await one.toOperating();
  await one.send(one.enterprise, { type: 'requestSupplies', lines: MASKS });
  await settledBut(one);
  return { ledger, one };
}

describe('one server', () => {
  let temporal: Temporal;
  beforeAll(async () => {
    temporal = await Temporal.start();
  });
  afterAll(() => temporal.stop());
  afterEach(() => temporal.rest());

  test('counts that arrive while no worker knows the case are taken in by the next one', async () => {
    const ledger = new MemoryLedger();
    let asked = 0;
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    const { tell } = ledger;
    ledger.tell = async (caseNumber: string, questions: Questions) => {
      asked += 1;
      await mayAnswer;
      return tell(caseNumber, questions);
    };
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    const round = await toFirstRound(temporal, one);
    await eventually(
      () => asked,
      (times) => times === 1,
    );
    // The worker takes no workflow task any more, and its last activity ends.
    const resting = temporal.rest();
    answer();
    await resting;
    await temporal.work(ledger.activities);
    const { view } = await settled(one);
    expect(view.operation.rounds[0]).toMatchObject({ id: round, countedStage: 'open', counts: { owed: LOOP } });
    await eventually(
      () => ledger.types(one.caseNumber).filter((type) => type === 'round-frozen'),
      (frozen) => frozen.length === 1,
    );
  });

  test('with PostgreSQL away rounds open, are due and close in their time; when it is back, each is counted once', async () => {
    const ledger = new MemoryLedger();
    let away = false;
    const { activities } = ledger;
    const requireThere = (): void => {
      if (away) throw new Error('connection refused');
    };
    const record = async (batch: RecordBatch) => {
      requireThere();
      return activities.record(batch);
    };
    await temporal.work({ ...activities, record });
    const one = await DrivenCase.start(temporal.client, { edition: withoutGrace(), caseNumber: caseWithoutJitter() });
    const round = await toFirstRound(temporal, one);
    await settled(one);
    // Two seconds of its time are waited for: the server skips none over an activity that is tried again.
    const { nextWake } = await one.status();
    const now = (await ownTime(temporal.client, one.handle.workflowId)) ?? NaN;
    await skip(temporal.client, one.handle.workflowId, Number(nextWake) - now - 2000);
    await eventually(
      async () => (await ownTime(temporal.client, one.handle.workflowId)) ?? 0,
      (time) => time >= Number(nextWake) - 2500,
    );
    away = true;
    await one.send(one.enterprise, one.sheet(round, countsOf({ untested: 1 })));
    const { view, unrecorded } = await eventually(
      () => one.status(),
      (seen) => seen.view.operation.rounds[0]?.stage === 'closed',
    );
    expect(unrecorded).toBeGreaterThan(0);
    expect(view.operation.rounds[0]).toMatchObject({ countedStage: 'open' });
    expect(view.operation.untested).toEqual([]);
    away = false;
    await settled(one);
    const told = () => ledger.of(one.caseNumber, 'untested-listed', 'round-counted').map(({ type }) => type);
    // Asked at its end only: the list of the evening is of no use any more, epidemic control is told.
    expect(told()).toEqual(['round-counted']);
    const [counted] = ledger.of(one.caseNumber, 'round-counted');
    expect(counted?.details).toMatchObject({ round, missed: true, counts: { untested: 1 } });
    expect(ledger.of(one.caseNumber, 'round-due', 'round-closed')).toHaveLength(2);
  });

  test('a positive of which no Update ever told opens its incident, once', async () => {
    const ledger = new MemoryLedger();
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    const round = await toFirstRound(temporal, one);
    await settled(one);
    const positives = [{ incident: 'i-untold', cause: 'antigen' as const, people: 1 }];
    ledger.store(one.caseNumber, round, countsOf({ positive: 1 }), positives);
    const closed = () => ledger.types(one.caseNumber).includes('round-counted');
    while (!closed()) {
      await toNextChange(temporal.client, one);
      await settled(one);
    }
    expect(ledger.of(one.caseNumber, 'incident-opened').map(({ details }) => details['incident'])).toEqual([
      'i-untold',
    ]);
    expect((await one.status()).view.agenda.map(({ id }) => id)).toContain('incident-isolate/i-untold');
  });

  test('a hint that comes while the case is asking makes it ask again', async () => {
    const ledger = new MemoryLedger();
    ledger.stock = () => 60;
    let hold = false;
    let reading = 0;
    let answer = (): void => undefined;
    const mayAnswer = new Promise<void>((resolve) => (answer = resolve));
    const { tell } = ledger;
    ledger.tell = async (caseNumber: string, questions: Questions) => {
      const facts = await tell(caseNumber, questions);
      if (!hold || questions.orders.length === 0) return facts;
      reading += 1;
      hold = false;
      await mayAnswer;
      return facts;
    };
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    await one.toOperating();
    hold = true;
    await one.send(one.enterprise, { type: 'requestSupplies', lines: MASKS });
    await eventually(
      () => reading,
      (times) => times === 1,
    );
    // What it is being told is 60; meanwhile the rest arrives.
    ledger.stock = (_item, requested) => requested;
    await one.handle.signal(orderMoved, { caseNumber: one.caseNumber, order: 1 });
    answer();
    const order = await eventually(
      () => orderIn(one),
      (seen) => seen?.lines[0]?.allocated === 100,
    );
    expect(order).toMatchObject({ hasNews: false, lines: [{ requested: 100, allocated: 100 }] });
  });

  test('a forged hint that stock has moved changes nothing', async () => {
    const { ledger, one } = await waitingForMasks(temporal);
    const types = ledger.types(one.caseNumber);
    const { caseNumber } = one;
    const forged = [
      { caseNumber, order: 1 },
      { caseNumber, order: 1, lines: [{ item: 'medical-mask', allocated: 100 }] },
      { caseNumber, order: 99 },
      { caseNumber: '2026-0001', order: 1 },
      { caseNumber, order: '1' },
      'nonsense',
      null,
    ];
    for (const hint of forged) await one.handle.signal(orderMoved.name, hint);
    await one.handle.signal(orderMoved.name);
    await behindSignals(one);
    expect(await orderIn(one)).toMatchObject({ allocatedAt: null, lines: [{ allocated: 0, dispatched: 0 }] });
    expect(ledger.types(caseNumber)).toEqual([...types, 'copied']);
  });

  test('an order whose goods are there needs no workflow of its own; one that waits ends with its case', async () => {
    const ledger = new MemoryLedger();
    ledger.stock = (item, requested) => (item === 'gloves' ? requested : requested / 2);
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    await one.toOperating();
    await one.send(one.enterprise, { type: 'requestSupplies', lines: MASKS });
    await one.send(one.enterprise, { type: 'requestSupplies', lines: [{ item: 'gloves', quantity: 10 }] });
    await settledBut(one);
    const waiting = temporal.client.workflow.getHandle(orderId(one.caseNumber, 1));
    expect((await waiting.describe()).status.name).toBe('RUNNING');
    await expect(temporal.client.workflow.getHandle(orderId(one.caseNumber, 2)).describe()).rejects.toThrow(
      WorkflowNotFoundError,
    );
    await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
    await one.handle.result();
    await waiting.signal(stockArrived);
    expect(await waiting.result()).toBe('closed');
  });
});

describe('continue-as-new, provoked by the server', () => {
  let temporal: Temporal;
  beforeAll(async () => {
    temporal = await Temporal.start('limit.historyCount.suggestContinueAsNew=40');
  });
  afterAll(() => temporal.stop());

  test('an order that waits over several runs is started once, and tells the run that is there', async () => {
    const { ledger, one } = await waitingForMasks(temporal);
    const current = temporal.client.workflow.getHandle(one.handle.workflowId);
    const child = temporal.client.workflow.getHandle(orderId(one.caseNumber, 1));
    const { runId: started } = await child.describe();
    const anotherRun = async (): Promise<void> => {
      const { runId } = await current.describe();
      for (let n = 0; (await current.describe()).runId === runId; n += 1) {
        expect(n).toBeLessThan(100);
        await one.send(OFFICIAL, { type: 'copy', to: { account: text().text, role: 'official' } });
      }
    };
    await anotherRun();
    await anotherRun();
    expect((await child.describe()).runId).toBe(started);
    ledger.stock = (_item, requested) => requested;
    await child.signal(stockArrived);
    await eventually(
      () => orderIn(one),
      (order) => order?.allocatedAt != null,
    );
    await doDuties(one, { skip: (id) => !id.startsWith('order-dispatch') });
    await anotherRun();
    for (const kind of ['order-delivery', 'order-receipt']) await doDuties(one, { skip: (id) => !id.startsWith(kind) });
    expect(await child.result()).toBe('allocated');
    expect((await child.describe()).runId).toBe(started);
    await settledBut(one);
    const stages = ledger.types(one.caseNumber).filter((type) => type.startsWith('order-'));
    expect(stages).toEqual([
      'order-placed',
      'order-allocated',
      'order-dispatched',
      'order-delivered',
      'order-received',
    ]);
  });
});
