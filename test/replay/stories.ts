/** The paths that a case can take, as stories on a real server: their histories are kept and replayed by every later version. */
import { WorkflowUpdateFailedError } from '@temporalio/client';
import { loadRules } from '../../programme/read';
import { addDays, localDate } from '../../domain/calendar/calendar';
import { orderId } from '../../contracts/case/ids';
import type { Command, REPORTED_STEPS } from '../../domain/case/commands';
import type { Account } from '../../domain/ledger/entry';
import { submitLater } from '../../workflows/reopening/messages';
import { stockArrived } from '../../workflows/supply-order/messages';
import { toNextChange } from '../support/fast-forward';
import { doDuties } from '../support/daily-acts';
import { countsOf, DrivenCase, file, HEALTH, LIAISON, OFFICIAL, reviewer, text } from '../support/driven-case';
import type { MemoryLedger } from '../support/memory-ledger';
import { eventually, type Temporal } from '../support/temporal';

type Story = (server: Temporal, ledger: MemoryLedger) => Promise<DrivenCase>;

/** A round in which one department returns, another approves under a condition; then only those sign whose materials changed. */
async function throughReturn(one: DrivenCase): Promise<void> {
  await one.toSignOffs();
  const { departments } = one.edition;
  const [first, second] = departments;
  if (!first || !second) throw new Error('the programme has too few departments');
  const seen = Object.fromEntries(first.materials.map((id) => [id, 1]));
  const material = first.materials[0] ?? '';
  const returned = () => ({
    type: 'returnPlan' as const,
    department: first.id,
    round: 1,
    versions: seen,
    defects: [{ material, text: text() }],
    opinion: text(),
  });
  await one.send(reviewer(first.id), returned());
  await one.send(reviewer(first.id), { type: 'takeBack', department: first.id, round: 1 });
  await one.send(reviewer(first.id), returned());
  const { versions, checklist } = one.approval(second.id);
  await one.send(reviewer(second.id), {
    type: 'approveWithConditions',
    department: second.id,
    round: 1,
    versions,
    checklist,
    conditions: [{ text: text() }],
  });
  for (const { id } of departments.slice(2)) await one.send(reviewer(id), one.approval(id));
  await one.send(one.enterprise, { type: 'addMaterial', material, document: file() });
  const current = Object.fromEntries(one.edition.materials.map(({ id }) => [id, id === material ? 2 : 1]));
  await one.send(one.enterprise, { type: 'submitPlan', versions: current });
  const { view } = await one.status();
  for (const id of view.review.departmentsAsked) await one.send(reviewer(id), one.approval(id, 2, current));
}

async function operate(server: Temporal, one: DrivenCase, days: number): Promise<void> {
  const { operation } = (await one.status()).view;
  const last = addDays(String(operation.startsOn), days);
  for (;;) {
    const { view } = await one.status();
    if (localDate(view.clock, one.edition) >= last) return;
    await doDuties(one, { findings: () => ({ pending: 1 }) });
    await toNextChange(server.client, one);
  }
}

/** What is allocated is dispatched, delivered and received. */
async function received(one: DrivenCase): Promise<void> {
  await eventually(
    () => one.status(),
    ({ view }) => view.supply.orders.some((order) => order.allocatedAt !== null),
  );
  for (const kind of ['order-dispatch', 'order-delivery', 'order-receipt']) {
    await doDuties(one, { skip: (id) => !id.startsWith(kind) });
  }
}

/** Ended at once, as the first release allowed; today that is refused: what holds the case is settled, then it is ended. */
async function endOver(one: DrivenCase, end: Command, settle: () => Promise<Command>): Promise<void> {
  const refused = await one.send(OFFICIAL, end).then(
    () => false,
    (error: unknown) => error instanceof WorkflowUpdateFailedError,
  );
  if (refused) await one.send(OFFICIAL, await settle());
  await one.handle.result();
}

async function suspendAndLift(one: DrivenCase): Promise<void> {
  const control = reviewer(one.edition.epidemicControl);
  await one.send(control, { type: 'suspend', reason: 'positive', opinion: text() });
  await one.send(control, { type: 'lift', opinion: text() });
}

/** A positive round: held, rechecked, confirmed, the emergency plan step by step, lifted. */
async function throughIncident(one: DrivenCase, round: string): Promise<void> {
  const control = reviewer(one.edition.epidemicControl);
  const incident = `i-${one.caseNumber}`;
  const counts = countsOf({ positive: 1 });
  await one.send(one.enterprise, one.sheet(round, counts, [{ incident, cause: 'antigen', people: 1 }]));
  const step = (by: Account, name: (typeof REPORTED_STEPS)[number]) =>
    one.send(by, { type: 'takeIncidentStep', incident, step: name, documents: [] });
  await step(one.enterprise, 'isolate');
  await one.send(HEALTH, { type: 'reportRecheck', incident, positive: 1, negative: 0 });
  await step(LIAISON, 'inform');
  await one.send(control, { type: 'suspend', reason: 'positive', scope: 'site', incident, opinion: text() });
  await step(HEALTH, 'transfer');
  await step(one.enterprise, 'disinfect');
  await one.send(control, { type: 'takeIncidentStep', incident, step: 'trace', documents: [], contacts: 7 });
  await one.send(control, { type: 'lift', opinion: text() });
}

export const STORIES: { readonly [name: string]: Story } = {
  completed: async (server, ledger) => {
    const one = await DrivenCase.start(server.client);
    await throughReturn(one);
    const { view } = await one.status();
    const from = localDate(view.clock, one.edition);
    await one.send(OFFICIAL, {
      type: 'formTeam',
      members: one.edition.teamParts.map((part) => ({ part, person: text() })),
    });
    await one.send(OFFICIAL, { type: 'assignLiaison', liaison: LIAISON, from });
    await one.send(LIAISON, { type: 'arrive' });
    await operate(server, one, one.edition.completion.operatingDays);
    await suspendAndLift(one);
    const waivers = (await one.status()).view.outstanding.map((item) => ({ item, reason: text() }));
    await one.send(OFFICIAL, { type: 'complete', waivers });
    await one.handle.result();
    await eventually(
      () => ledger.types(one.caseNumber),
      (types) => types.includes('completed'),
    );
    return one;
  },
  incident: async (server) => {
    const one = await DrivenCase.start(server.client);
    await one.toOperating();
    const { startsOn } = (await one.status()).view.operation;
    const first = `${String(startsOn)}/${one.edition.tests[0]?.id ?? ''}`;
    while ((await one.status()).view.operation.rounds.length === 0) await toNextChange(server.client, one);
    await throughIncident(one, first);
    await operate(server, one, 1);
    await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
    await one.handle.result();
    return one;
  },
  held: async (server) => {
    const one = await DrivenCase.start(server.client);
    await one.toOperating();
    const control = reviewer(one.edition.epidemicControl);
    const owed = async () => (await one.status()).view.operation.owedReports;
    while ((await owed()).length === 0) await toNextChange(server.client, one);
    const [date = ''] = await owed();
    await one.send(LIAISON, { type: 'reportDay', date, production: 'stopped', present: 57, epidemic: 'abnormal' });
    await one.send(control, { type: 'suspend', reason: 'positive', opinion: text() });
    const withdrawal = { type: 'withdraw' as const, reason: text() };
    await endOver(one, withdrawal, async () => {
      await one.send(control, { type: 'lift', opinion: text() });
      return withdrawal;
    });
    return one;
  },
  waived: async (server) => {
    const one = await DrivenCase.start(server.client, {
      edition: { ...loadRules(), completion: { operatingDays: 1 } },
    });
    await one.toOperating();
    await operate(server, one, 1);
    while ((await one.status()).view.operation.rounds.every(({ stage }) => stage !== 'open')) {
      await toNextChange(server.client, one);
    }
    const { rounds } = (await one.status()).view.operation;
    const round = rounds.find(({ stage }) => stage === 'open')?.id ?? '';
    const incident = `i-${one.caseNumber}`;
    const found = countsOf({ positive: 1 });
    await one.send(one.enterprise, one.sheet(round, found, [{ incident, cause: 'antigen', people: 1 }]));
    const waivers = (await one.status()).view.outstanding.map((item) => ({ item, reason: text() }));
    await endOver(one, { type: 'complete', waivers }, async () => {
      await one.send(one.enterprise, { type: 'takeIncidentStep', incident, step: 'isolate', documents: [] });
      await one.send(HEALTH, { type: 'reportRecheck', incident, positive: 0, negative: 1 });
      return { type: 'complete', waivers: waivers.filter(({ item }) => item !== `incident/${incident}`) };
    });
    return one;
  },
  supplied: async (server, ledger) => {
    const one = await DrivenCase.start(server.client);
    await one.toOperating();
    ledger.stock = (_item, requested) => Math.floor(requested / 2);
    await one.send(one.enterprise, { type: 'requestSupplies', lines: [{ item: 'medical-mask', quantity: 100 }] });
    await received(one);
    ledger.stock = (_item, requested) => requested;
    await server.client.workflow.getHandle(orderId(one.caseNumber, 1)).signal(stockArrived);
    await received(one);
    await eventually(
      () => one.status(),
      ({ view }) => view.supply.orders.length === 0,
    );
    await server.client.workflow.getHandle(orderId(one.caseNumber, 1)).result();
    await one.send(one.enterprise, { type: 'requestSupplies', lines: [{ item: 'gloves', quantity: 10 }] });
    await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
    await one.handle.result();
    return one;
  },
  refused: async (server) => {
    const one = await DrivenCase.start(server.client);
    await one.toSignOffs();
    const department = one.edition.departments.find(({ absoluteVeto }) => absoluteVeto)?.id ?? '';
    await one.send(reviewer(department), { type: 'veto', department, round: 1, opinion: text() });
    await one.handle.result();
    return one;
  },
  withdrawn: async (server) => {
    const one = await DrivenCase.start(server.client);
    await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
    await one.handle.result();
    return one;
  },
  deferred: async (server) => {
    const one = await DrivenCase.start(server.client);
    await one.handle.signal(submitLater, one.envelope(OFFICIAL, { type: 'issueNotice', round: 1 }));
    await one.handle.signal('submitLater', 'unproven');
    await one.handle.signal(submitLater, one.envelope(OFFICIAL, { type: 'withdraw', reason: text() }));
    await one.handle.result();
    return one;
  },
};
