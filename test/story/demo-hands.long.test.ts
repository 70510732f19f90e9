/** The demonstration while somebody uses the console as well: it finds what is done, says so, and comes to the end, or says why not. */
import { COMMAND_NAMES } from '../../contracts/words/glossary';
import type { CaseView } from '../../contracts/case/views';
import { demonstrate } from '../../scripts/demo/demonstrate';
import { Town } from '../../scripts/demo/town';
import { OwnSystem } from '../../scripts/own-system/system';

let system: OwnSystem;
let town: Town;

beforeAll(async () => {
  system = new OwnSystem({ of: 'demo-hands' });
  await system.start();
  await system.ready();
  town = await Town.at(system.addresses.apiUrl, system.dataDir);
});
afterAll(() => system.stop());

const real = globalThis.fetch;
afterEach(() => void (globalThis.fetch = real));

async function run(all: boolean): Promise<string[]> {
  const lines: string[] = [];
  const log = jest.spyOn(console, 'log').mockImplementation((line: string) => void lines.push(line));
  try {
    await demonstrate(town, { all, ui: 'http://temporal-ui', mails: 'http://mails' });
  } finally {
    log.mockRestore();
  }
  return lines;
}

/** Sends each act of these routes a moment before the demonstration does, under another key: somebody is always faster. */
function faster(routes: readonly string[]): Set<string> {
  const done = new Set<string>();
  globalThis.fetch = async (input, init) => {
    const route = /\/([a-z-]+)$/.exec(input as string)?.[1] ?? '';
    if (init?.method === 'POST' && routes.includes(route) && !done.has(route)) {
      done.add(route);
      const headers = { ...(init.headers as Record<string, string>), 'idempotency-key': `by-hand-${route}-00000000` };
      const answer = await real(input, { ...init, headers });
      expect([route, answer.status]).toEqual([route, 200]);
    }
    return real(input, init);
  };
  return done;
}

test('whatever somebody does first is said, and the demonstration comes to its end', async () => {
  const routes = ['approve', 'add-material', 'dispatch-order', 'report-tests', 'form-team', 'arrive', 'report-day'];
  const done = faster(routes);
  const lines = await run(false);
  expect([...done].sort()).toEqual([...routes].sort());
  expect(lines.join('\n')).toContain('现在是第三天早晨');
  expect(lines.join('\n')).toContain(`“${COMMAND_NAMES.approve}”已有人办理`);
});

test('a case that was withdrawn by hand is one plain sentence', async () => {
  const started = await town.post<{ caseNumber: string }>('/reopenings', {
    as: town.account('official'),
    body: { enterprise: 'e-demo-supermarket' },
    key: 'demo/start/e-demo-supermarket',
  });
  const owner = town.account('enterprise', 'e-demo-supermarket');
  await town.post<CaseView>(`/reopenings/${started.caseNumber}/withdraw`, { as: owner, body: { reason: '不再申请' } });
  await expect(run(true)).rejects.toThrow(new RegExp(`^事项 ${started.caseNumber} 已撤回，演示不能继续；[^{}\\n]+$`));
});
