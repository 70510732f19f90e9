/** The article's supermarket: 32 people lodged in three hotels nearby, mobile sampling in mixed tubes, a back-order, a deviation. */
import { instantOf, localDate } from '../../domain/calendar/calendar';
import type { CaseView } from '../../contracts/case/views';
import type { EnterpriseDays } from './story';
import { fileSheet, moveOrder, order, register, replenish } from './enterprise';
import { crew, JOINED_ON } from './people';
import { ZONE, type Story } from './story';

/** docs/domain.md#figures; with the factory's the totals of the article. */
const WANTED = {
  'medical-mask': 1000,
  'kn95-mask': 560,
  'protective-suit': 20,
  'isolation-gown': 10,
  gloves: 800,
  disinfectant: 35,
  'antigen-kit': 350,
};

/** The article: 32 people in three hotels. */
const HOTELS = [
  { name: '演示宾馆一', rooms: 6 },
  { name: '演示宾馆二', rooms: 6 },
  { name: '演示宾馆三', rooms: 4 },
];
const BEDS = 2;
/** Stock that has come is promised within a second or two. */
const SERVED_MS = 8_000;
/** Ten in one tube 10 合 1. */
const TUBE = 10;

const people = crew({ count: 32, from: 101, loop: 'lodging', workshop: '门店', joinedOn: JOINED_ON });

export const SUPERMARKET: EnterpriseDays = {
  kind: 'supermarket',
  what: '超市',
  liaison: 'liaison-2',
  people,
  survey: {
    opinions: '希望尽快恢复门店营业,并就近安排员工集中住宿。',
    keyMatters: '顾客与送货分设通道,限流并测温。',
  },

  async prepare(story) {
    await register(story, people);
    await lodge(story);
    await order(story, WANTED);
  },

  async onDay(story, view) {
    if (view.phase !== 'operating' || view.operation.startsOn === null) return;
    const today = localDate(view.clock, ZONE);
    if (today < view.operation.startsOn) return;
    await visit(story, view, today);
    await movements(story, view, today);
  },

  async doDuty(story, kind, which, view) {
    if (await moveOrder(story, kind, which, view, {})) return;
    if (kind === 'test') {
      const nucleic = which.endsWith('nucleic-acid');
      await fileSheet(story, which, people, nucleic ? { sampling: { sampling: 'mobile' }, tubes: TUBE } : {});
    }
    if (kind === 'visit' && localDate(view.clock, ZONE) === which.slice('visit-'.length) && isEvening(view)) {
      await story.act('complete-visit', story.town.account('health'), { visit: which, sampled: people.length });
      story.say('流动采样队上门采样。');
    }
    if (kind === 'deviation') {
      const body = { deviation: which, outcome: 'warned', note: '外出购买日用品,已批评教育并单独管理。' };
      await story.act('follow-up-deviation', story.liaison, body);
      story.say('联络员核实违规外出 1 起。');
    }
    // What is there goes out first.
    const [order] = view.supply.orders;
    if (kind === 'order-back-order' && order && order.consignments.length > 0) await restock(story);
  },
};

function isEvening(view: CaseView): boolean {
  return view.clock >= instantOf(localDate(view.clock, ZONE), '17:30', ZONE);
}

/** Hotels and rooms under their keys: a second run gets the same ones. */
async function lodge(story: Story): Promise<void> {
  const { town, official, enterprise } = story;
  for (const [index, { name, rooms }] of HOTELS.entries()) {
    const key = `demo/hotel/${index}`;
    const body = { name, address: `演示路 ${index + 1} 号`, village: enterprise.village };
    const { id } = await town.post<{ id: string }>('/hotels', { as: official, body, key });
    const numbers = Array.from({ length: rooms }, (_, number) => ({ number: String(101 + number), capacity: BEDS }));
    await town.attempt(`/hotels/${id}/rooms`, { as: official, body: { rooms: numbers }, key: `${key}/rooms` });
    const { items } = await town.get<{ items: { id: string }[] }>(
      `/enterprises/${enterprise.id}/roster?limit=100`,
      official,
    );
    const before = HOTELS.slice(0, index).reduce((sum, one) => sum + one.rooms * BEDS, 0);
    const lodged = items.slice(before, before + rooms * BEDS).map((one) => one.id);
    const assigned = { enterprise: enterprise.id, from: JOINED_ON, people: lodged };
    await town.attempt(`/hotels/${id}/assign`, { as: official, body: assigned, key: `${key}/assign` });
  }
  story.say(`${people.length} 名员工按班组入住 ${HOTELS.length} 家住宿点。`);
}

/** A visit of the mobile samplers for every day. */
async function visit(story: Story, view: CaseView, today: string): Promise<void> {
  if (story.told.has(`visit/${today}`) || view.sampling.visits.some((one) => one.date === today)) return;
  story.told.add(`visit/${today}`);
  await story.act('request-visit', story.owner, { date: today });
}

/** In the evening the day's list: to work and back within the windows; on the first day one of them went out at noon. */
async function movements(story: Story, view: CaseView, today: string): Promise<void> {
  const list = `${today}/1`;
  if (!isEvening(view) || view.movements.lists.includes(list) || story.told.has(list)) return;
  story.told.add(list);
  const at = (time: string) => new Date(instantOf(today, time, ZONE)).toISOString();
  const rows = people.flatMap(({ documentNumber }) => [
    { documentNumber, direction: 'departure', at: at('06:40') },
    { documentNumber, direction: 'arrival', at: at('17:10') },
  ]);
  const first = today === view.operation.startsOn;
  const out = { documentNumber: people[4]?.documentNumber, direction: 'departure', at: at('12:10') };
  await story.act('report-movements', story.owner, { list, rows: first ? [...rows, out] : rows });
  story.say(`上报出入 ${rows.length + (first ? 1 : 0)} 条${first ? ',其中窗口外 1 条' : ''}。`);
}

/** What the first purchase lacked arrives; who waits is served in the same moment. */
async function restock(story: Story): Promise<void> {
  await story.town.post('/stock/receipts', {
    as: story.town.account('storekeeper'),
    body: { source: 'purchase', from: '演示医药公司', lines: [{ item: 'antigen-kit', quantity: 300 }] },
    key: 'demo/stock/second',
  });
  // Somebody may have issued them elsewhere: what is still lacking then is bought as well.
  const served = ({ supply }: CaseView) =>
    supply.orders.every((one) => one.lines.every((line) => line.allocated === line.requested));
  await story.until(served, '补货', SERVED_MS).catch(() => replenish(story));
  story.say('抗原试剂到货,待补货的申领单按先后补齐。');
}
