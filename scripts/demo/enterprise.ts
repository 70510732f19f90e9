/** What each enterprise of the demonstration has of its own, and how both order, count and test. */
import type { CaseView } from '../../contracts/case/views';
import type { DutyKind } from '../../domain/case/agenda';
import type { DemoPerson } from './people';
import type { Story } from './story';

export interface Listed {
  readonly id: string;
  readonly name: string;
  readonly chronic: boolean;
  readonly partyMember: boolean;
}

/** Imports the roster and sets the emergency contacts; both may be repeated. */
export async function register(story: Story, people: readonly DemoPerson[]): Promise<void> {
  const { town, owner, enterprise } = story;
  const path = `/enterprises/${enterprise.id}`;
  const counts = await town.post<{ added: number }>(`${path}/roster/import`, {
    as: owner,
    body: { rows: people },
    key: `demo/roster/${enterprise.id}`,
  });
  story.say(`导入花名册 ${counts.added} 人,其中慢性病 ${people.filter((one) => one.chronic).length} 人。`);
  const contacts = people.slice(0, 2).map(({ name, phone }, index) => ({
    duty: index === 0 ? '应急总负责' : '应急联络',
    name,
    phone,
  }));
  await town.post(`${path}/emergency-contacts`, {
    as: owner,
    body: { contacts },
    key: `demo/contacts/${enterprise.id}`,
  });
}

export async function roster({ town, owner, enterprise }: Story): Promise<Listed[]> {
  const { items } = await town.get<{ items: Listed[] }>(`/enterprises/${enterprise.id}/roster?limit=100`, owner);
  return [...items].sort((a, b) => (a.name < b.name ? -1 : 1));
}

export interface Wanted {
  readonly [item: string]: number;
}

/** Orders what the enterprise needs for the first days, once. */
export async function order(story: Story, wanted: Wanted): Promise<void> {
  const { supply } = await story.view();
  if (supply.ordersMade > 0) return;
  const lines = Object.entries(wanted).map(([item, quantity]) => ({ item, quantity }));
  await story.act('request-supplies', story.owner, { lines });
  const { supply: asked } = await story.until(
    (view) => view.supply.orders.every((one) => one.allocatedAt !== null),
    '库存分配',
  );
  const waiting = asked.orders.flatMap((one) => one.lines).filter((line) => line.allocated < line.requested);
  const lacking = waiting.length > 0 ? `,${waiting.length} 种库存不足,待补货` : '';
  story.say(`企业申领物资 ${lines.length} 种,库存已分配${lacking}。`);
}

/** Buys what orders still wait for, when somebody has issued it elsewhere; who waits is served in the same moment. */
export async function replenish(story: Story): Promise<void> {
  const view = await story.view();
  const lines = view.supply.orders
    .filter((one) => one.allocatedAt !== null)
    .flatMap((one) => one.lines)
    .filter((line) => line.allocated < line.requested)
    .map(({ item, requested, allocated }) => ({ item, quantity: requested - allocated }));
  if (lines.length === 0) return;
  await story.town.post('/stock/receipts', {
    as: story.town.account('storekeeper'),
    body: { source: 'purchase', from: '演示医药公司', lines },
    key: `demo/stock/more/${story.caseNumber}/${view.sequence}`,
  });
  await story.until(
    ({ supply }) => supply.orders.every((one) => one.lines.every((line) => line.allocated === line.requested)),
    '补货',
  );
  story.say(`补货到库 ${lines.length} 种，待补货的申领单已补齐。`);
}

/**
 * Storekeeper, volunteer and enterprise carry an order through; `broken`: how much less of an item arrives whole.
 * @returns whether the duty was one of an order
 */
export async function moveOrder(
  story: Story,
  kind: DutyKind,
  which: string,
  view: CaseView,
  broken: Wanted,
): Promise<boolean> {
  const [number = 0, consignment = 0] = which.split('/').map(Number);
  const consignments = view.supply.orders.find((one) => one.id === number)?.consignments ?? [];
  if (kind === 'order-dispatch') await dispatch(story, number, consignments.length + 1);
  else if (kind === 'order-delivery') await deliver(story, number, consignment);
  else if (kind === 'order-receipt') {
    const sent = consignments.find((one) => one.id === consignment)?.lines ?? [];
    await receive(story, { order: number, consignment }, sent, broken);
  } else return false;
  return true;
}

async function dispatch(story: Story, order: number, consignment: number): Promise<void> {
  const { town } = story;
  const volunteer = await town.get<{ id: string }>('/me', town.account('volunteer'));
  const body = { order, consignment, volunteer: volunteer.id };
  await story.act('dispatch-order', town.account('storekeeper'), body);
  story.say(`物资保障组发放申领单 ${order} 第 ${consignment} 批,志愿者配送。`);
}

async function deliver(story: Story, order: number, consignment: number): Promise<void> {
  const volunteer = story.town.account('volunteer');
  // The volunteer sees the case as soon as the dispatch is recorded.
  await story.seenBy(volunteer);
  await story.act('deliver-order', volunteer, { order, consignment });
  story.say('志愿者送达。');
}

async function receive(
  story: Story,
  which: { readonly order: number; readonly consignment: number },
  sent: readonly { readonly item: string; readonly quantity: number }[],
  broken: Wanted,
): Promise<void> {
  const lines = sent.map(({ item, quantity }) => ({ item, quantity: quantity - (broken[item] ?? 0) }));
  const short = lines.some(({ item }) => broken[item]);
  await story.act('receive-order', story.owner, {
    ...{ ...which, lines },
    ...(short && { note: '途中破损,按实收数签收。' }),
  });
  story.say(`企业签收 ${lines.length} 种物资${short ? ',登记差异' : ''}。`);
}

/** One sheet for the whole round; the same sheet is taken once, whatever is repeated. */
export async function fileSheet(
  story: Story,
  round: string,
  people: readonly DemoPerson[],
  { positive, sampling, tubes }: { positive?: string; sampling?: object; tubes?: number },
): Promise<void> {
  const rows = people.map(({ documentNumber, name }, index) => ({
    documentNumber,
    name,
    result: name === positive ? 'positive' : 'negative',
    ...(tubes !== undefined && { tube: `T${1 + Math.floor(index / tubes)}` }),
  }));
  await story.act('report-tests', story.owner, { round, sheet: `${round}/1`, rows, ...sampling });
  const found = positive === undefined ? '全部阴性' : '1 人抗原阳性';
  story.say(`企业上报 ${round}:应检 ${people.length} 人,${found}。`);
}
