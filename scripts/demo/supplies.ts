/** What the town of the demonstration has before anyone orders: stock from donors and purchase, and a group purchase of living supplies. */
import type { Town } from './town';

/** Enough for both, but antigen kits: the second order has to wait for some. */
const DONATED = { 'medical-mask': 1500, 'kn95-mask': 700, gloves: 1000 };
const BOUGHT = {
  'medical-mask': 1500,
  'kn95-mask': 900,
  'protective-suit': 80,
  'isolation-gown': 40,
  gloves: 1600,
  disinfectant: 120,
  'antigen-kit': 900,
};

const lines = (wanted: object) =>
  Object.entries(wanted).map(([item, quantity]) => ({ item, quantity: Number(quantity) }));

/** Each under its key: a second run adds nothing. */
export async function fillStock(town: Town): Promise<void> {
  const as = town.account('storekeeper');
  const donated = { source: 'donation', from: '演示商会', lines: lines(DONATED) };
  await town.post('/stock/receipts', { as, body: donated, key: 'demo/stock/donation' });
  const bought = { source: 'purchase', from: '演示医药公司', lines: lines(BOUGHT) };
  await town.post('/stock/receipts', { as, body: bought, key: 'demo/stock/purchase' });
  console.log('物资入库:商会捐赠和采购各一批。');
}

/** A week: the demonstration closes it long before, but may be interrupted. */
const OPEN_MS = 7 * 24 * 3_600_000;
const TITLE = '演示集采第一期';

/** Opened, ordered by both, closed, picked, handed out and received; each under its key. */
export async function buyTogether(town: Town): Promise<void> {
  const official = town.account('official');
  const volunteer = town.account('volunteer');
  const path = `/group-purchases/${await opened(town)}`;
  const all = town.all('enterprise').map((as, index) => ({
    ...{ as, enterprise: as.enterprise, key: `demo/purchase/${as.enterprise}` },
    lines: [
      { item: 1, quantity: 40 + 10 * index },
      { item: 2, quantity: 10 },
    ],
  }));
  for (const { as, lines, key } of all)
    await town.attempt(`${path}/order`, { as, body: { lines }, key: `${key}/order` });
  await town.attempt(`${path}/close`, { as: official, key: 'demo/purchase/close' });
  const { enterprises } = await town.get<{ enterprises: unknown[] }>(`${path}/picking-list`, volunteer);
  for (const { as, enterprise, lines, key } of all) {
    await town.attempt(`${path}/distribute`, { as: volunteer, body: { enterprise, lines }, key: `${key}/distribute` });
    await town.attempt(`${path}/receive`, { as, body: { lines }, key: `${key}/receive` });
  }
  console.log(`生活物资集采集配:${enterprises.length} 家企业报单、截单,志愿者按配货单配送,企业签收。`);
}

/** The time of the cut-off differs from run to run, so the key alone would not find it again. */
async function opened(town: Town): Promise<string> {
  const official = town.account('official');
  const known = await town.get<{ items: { id: string; title: string }[] }>('/group-purchases', official);
  const found = known.items.find((one) => one.title === TITLE);
  if (found) return found.id;
  const items = [
    { name: '蔬菜包', unit: '份' },
    { name: '大米', unit: '袋' },
  ];
  const body = { title: TITLE, cutOff: new Date(Date.now() + OPEN_MS).toISOString(), items };
  return (await town.post<{ id: string }>('/group-purchases', { as: official, body })).id;
}
