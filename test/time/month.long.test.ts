/** Thirty operating days of a factory and a supermarket on the whole system: every round, who was untested, an incident, top-ups, short histories. */
import type { Entry } from '../../domain/ledger/entry';
import { orderId, reopeningId } from '../../contracts/case/ids';
import type { CaseView } from '../../contracts/case/views';
import { addDays, localDate } from '../../domain/calendar/calendar';
import type { DutyKind } from '../../domain/case/agenda';
import { loadRules } from '../../programme/read';
import { plan, signOffs, station, survey } from '../../scripts/demo/approval';
import { fileSheet, moveOrder } from '../../scripts/demo/enterprise';
import type { EnterpriseDays } from '../../scripts/demo/story';
import { FACTORY } from '../../scripts/demo/factory';
import { doDuties } from '../../scripts/demo/operating';
import { Story, ZONE } from '../../scripts/demo/story';
import { SUPERMARKET } from '../../scripts/demo/supermarket';
import { fillStock } from '../../scripts/demo/supplies';
import { Town } from '../../scripts/demo/town';
import { System } from '../support/system';
import { eventually } from '../support/temporal';

const DAYS = 30;
/** Runs of about four days. */
const SUGGEST_AT = 400;
/** A run ends when nobody is under way: some acts later than the server suggests it. */
const LONGEST_RUN = 2 * SUGGEST_AT;
const EVENING = 'evening-nucleic-acid';

let system: System;
let town: Town;

beforeAll(async () => {
  system = await System.start(`limit.historyCount.suggestContinueAsNew=${SUGGEST_AT}`);
  town = await Town.at(system.address, system.dataDir);
  jest.spyOn(console, 'log').mockImplementation(() => undefined);
  await fillStock(town);
  const lines = ['medical-mask', 'kn95-mask', 'gloves', 'disinfectant', 'antigen-kit'].map((item) => ({
    item,
    quantity: 20_000,
  }));
  await town.post('/stock/receipts', { as: town.account('storekeeper'), body: { source: 'purchase', lines } });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await system.stop();
});

/** The day `n` of operation, 0 the first. */
const dayOf = (view: CaseView, n: number) => addDays(String(view.operation.startsOn), n);

/** What of a month is out of the ordinary: on day 4 one of the evening's people is forgotten, on day 2 of the factory one is positive. */
function monthOf(days: EnterpriseDays, { positive }: { positive: boolean }): EnterpriseDays {
  const [first] = days.people;
  const incidentStep = (story: Story, by: Parameters<Story['act']>[1], incident: string, step: string) =>
    story.act('take-incident-step', by, { incident, step });
  const test = async (story: Story, round: string, view: CaseView) => {
    const forgotten = round === `${dayOf(view, 4)}/${EVENING}`;
    const sick = positive && round === `${dayOf(view, 2)}/morning-antigen` ? first?.name : undefined;
    // The sheet of all but one is filed once; then the round is left as it is.
    if (forgotten && view.operation.rounds.some((one) => one.id === round && one.sheetsCounted > 0)) return;
    const people = forgotten ? days.people.slice(1) : days.people;
    const sampling = round.endsWith(EVENING) ? { sampling: 'mobile' } : {};
    await fileSheet(story, round, people, { sampling, ...(sick !== undefined && { positive: sick }) });
  };
  return {
    ...days,
    async doDuty(story, kind: DutyKind, which, view) {
      if (kind === 'order-confirmation') {
        await story.act('confirm-order', story.owner, { order: Number(which) });
        // Time does not go on while an order is under way: it is carried through at once.
        await story.until(({ supply }) => supply.orders.every((one) => one.allocatedAt !== null), 'allocation');
        return;
      }
      if (await moveOrder(story, kind, which, view, {})) return;
      const health = town.account('health');
      const opinion = '同意(演示)';
      const control = town.account('reviewer', 'epidemic-control');
      const acts: { readonly [K in DutyKind]?: () => Promise<void> } = {
        test: () => test(story, which, view),
        untested: () => story.act('account-for-untested', control, { round: which, opinion }),
        'incident-isolate': () => incidentStep(story, story.owner, which, 'isolate'),
        'incident-recheck': () => {
          const rows = [{ documentNumber: first?.documentNumber, result: 'positive' }];
          return story.act('report-recheck', health, { incident: which, sheet: `${which}/1`, rows });
        },
        'incident-inform': () => incidentStep(story, story.owner, which, 'inform'),
        'incident-suspend': () => story.act('suspend', control, { reason: 'positive', incident: which, opinion }),
        'incident-transfer': () => incidentStep(story, health, which, 'transfer'),
        'incident-disinfect': () => incidentStep(story, story.owner, which, 'disinfect'),
        'incident-trace': () => incidentStep(story, control, which, 'trace'),
        'suspension-review': async () => {
          if (view.agenda.some((duty) => duty.kind.startsWith('incident-'))) return;
          await story.act('lift', control, { suspension: which, opinion });
        },
      };
      await (acts[kind] ?? (() => days.doDuty(story, kind, which, view)))();
    },
  };
}

async function live(days: EnterpriseDays): Promise<Story> {
  const story = await Story.begin(town, days, '');
  await survey(story);
  await plan(story);
  await signOffs(story);
  await station(story);
  const last = dayOf(await story.view(), DAYS);
  const operator = town.account('operator');
  for (;;) {
    const view = await story.view();
    if (localDate(view.clock, ZONE) >= last) return story;
    await days.onDay(story, view);
    await doDuties(story);
    await town.post(`/reopenings/${story.caseNumber}/fast-forward`, { as: operator });
  }
}

async function entriesOf(story: Story): Promise<Entry[]> {
  const { rows } = await system.database.pool.query<{ entry: Entry }>(
    'SELECT entry FROM ledger WHERE stream = $1 ORDER BY sequence',
    [story.caseNumber],
  );
  return rows.map((row) => row.entry);
}

/** How long the history of each run is. */
async function runsOf(workflowId: string): Promise<number[]> {
  const runs: number[] = [];
  for await (const run of system.temporal.client.workflow.list({ query: `WorkflowId = "${workflowId}"` })) {
    const history = await system.temporal.client.workflow.getHandle(workflowId, run.runId).fetchHistory();
    runs.push(history.events?.length ?? 0);
  }
  return runs;
}

test.each([
  ['the factory', FACTORY, true],
  ['the supermarket', SUPERMARKET, false],
])('thirty operating days of %s', async (_name, enterprise, positive) => {
  const story = await live(monthOf(enterprise, { positive }));
  // The last evening's round closes as time passes midnight; PostgreSQL counts it a moment later.
  const isCounted = (entry: Entry) => entry.type === 'round-counted';
  const entries = await eventually(
    () => entriesOf(story),
    (all) => all.filter(isCounted).length >= DAYS * loadRules().tests.length,
  );
  const view = await story.view();
  const details = (type: Entry['type']) => entries.filter((entry) => entry.type === type).map((entry) => entry.details);

  // Every round of every day, once, in order, on contiguous days; of all of them one was not complete.
  const days = Array.from({ length: DAYS }, (_, n) => dayOf(view, n));
  const rounds = days.flatMap((date) => loadRules().tests.map(({ id }) => `${date}/${id}`));
  expect(details('round-counted').map((one) => one['round'])).toEqual(rounds);
  const forgotten = `${dayOf(view, 4)}/${EVENING}`;
  expect(details('round-counted').filter((one) => one['missed'] === true)).toMatchObject([
    { round: forgotten, escalatedTo: 'department/epidemic-control' },
  ]);
  expect(details('day-reported').map((one) => one['date'])).toEqual(days);

  // The list named exactly the one who was forgotten, and epidemic control accounted for it.
  const owed = enterprise.people.length;
  expect(details('untested-listed')).toEqual([{ round: forgotten, owed, untested: 1 }]);
  const list = await town.get<{ items: { name: string }[] }>(
    `/reopenings/${story.caseNumber}/rounds/${forgotten}/untested`,
    story.owner,
  );
  expect(list.items.map((one) => one.name)).toEqual([enterprise.people[0]?.name]);
  expect(details('untested-accounted')).toMatchObject([{ round: forgotten, untested: 1 }]);

  // The incident went its way, in its order, and was lifted.
  const steps = entries
    .filter((entry) => entry.type.startsWith('incident-') || ['suspended', 'lifted'].includes(entry.type))
    .map((entry) => entry.details['step'] ?? entry.type);
  const whole = ['isolate', 'incident-confirmed', 'inform', 'suspended', 'transfer', 'disinfect', 'trace'];
  expect(steps).toEqual(positive ? ['incident-opened', ...whole, 'incident-closed', 'lifted'] : []);
  expect(view.phase).toBe('operating');

  // Supplies were topped up by the programme's rule before anything had run out, and everything was received.
  const placed = details('order-placed').filter((one) => one['source'] === 'top-up');
  expect(placed.length).toBeGreaterThanOrEqual(3);
  expect(details('order-received').length).toBeGreaterThanOrEqual(placed.length);
  const covers = details('supplies-checked').flatMap(
    (one) => one['covers'] as unknown as { item: string; days: number }[],
  );
  expect(covers.filter((one) => one.days <= 1)).toEqual([]);
  const { rows } = await system.database.pool.query('SELECT FROM stock_items WHERE promised <> 0 OR on_hand < 0');
  expect(rows).toEqual([]);

  // Nobody was late but for what was forgotten, and no run of any workflow grew long.
  expect(details('duty-overdue').map((one) => one['duty'])).toEqual([`test/${forgotten}`]);
  const runs = await runsOf(reopeningId(story.enterprise.id));
  expect(runs.length).toBeGreaterThan(3);
  expect(Math.max(...runs)).toBeLessThan(LONGEST_RUN);
  expect(Math.max(...(await runsOf(orderId(story.caseNumber, 1))))).toBeLessThan(SUGGEST_AT);
});
