/**
 * Fills the data folder of a running trial system with what a release must take over: a case in every open phase, two that are
 * closed, an order on its way and one that waits for stock, a bulletin to come. `DATA_DIR=… npx tsx test/releases/fill.ts`, after
 * `npm run demo`. What it made stands in `fixture.json` beside the accounts.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../config/env';
import { runningAddresses } from '../../config/running-addresses';
import type { DemoAccount } from '../../scripts/demo/town';
import { People } from '../api/town';

/** What a test finds in a filled folder. */
export interface Fixture {
  /** Case numbers by what they are for. */
  readonly cases: { readonly [what: string]: string };
  readonly liaisons: readonly DemoAccount[];
  readonly bulletin: string;
}

/** Far ahead: it is to come whenever the folder is opened. */
const TO_COME = '2099-01-01T09:00:00+08:00';

const environment = readEnvironment();
const { dataDir } = environment;

/** A liaison of its own for each case that runs: one person is stationed in one enterprise at a time. */
function liaison(login: string): DemoAccount {
  const account = (...words: string[]) =>
    execFileSync('npm', ['run', '--silent', 'account', '--', ...words, '--login', login], { input: '\n' }).toString();
  const [, id = ''] =
    /\((a-[0-9a-f]+)\)/.exec(account('add', '--role', 'liaison', '--name', `驻企联络员${login}`)) ?? [];
  const [, token = ''] = /token: (\S+)/.exec(account('token')) ?? [];
  return { login, token, role: 'liaison', ...{ id } };
}

async function fill(): Promise<Fixture> {
  const trial = JSON.parse(readFileSync(join(dataDir, 'accounts.json'), 'utf8')) as DemoAccount[];
  const liaisons = ['l-operating', 'l-suspended', 'l-stationed'].map(liaison);
  const [running, suspended, stationed] = liaisons as (DemoAccount & { id: string })[];
  const system = { address: runningAddresses(environment).apiUrl, accounts: [...trial, ...liaisons] };
  const people = await People.of(system);
  const begin = async () => people.start(await people.enterprise());
  const post = async (as: string, path: string, body: unknown) => {
    const answer = await people.post(as, path, body, { key: `${path}/${JSON.stringify(body).length}` });
    if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${answer.text}`);
    return answer.body as Record<string, unknown>;
  };

  const survey = await begin();

  const plan = await begin();
  const { preparations, rulebook, materials } = people.rules;
  const factory = preparations.filter(({ kinds }) => kinds?.includes('factory'));
  const readiness = Object.fromEntries(factory.map(({ id }) => [id, 'ready']));
  const visitedOn = people.today(await people.view(plan));
  await people.act('official', plan, 'record-survey', { visitors: '调研组', visitedOn, readiness, weakLinks: [] });
  const document = await people.upload('official', '承诺书');
  await people.act('official', plan, 'commit', { rulebook, document });
  const material = materials[0]?.id ?? '';
  await people.act('official', plan, 'add-material', { material, document: await people.upload('official', '方案') });

  const signOffs = await begin();
  await people.toSignOffs(signOffs);
  await people.act('reviewer-market', signOffs, 'approve', people.approval('market', { opinion: '现场已看' }));

  const rectifying = await begin();
  await people.toSignOffs(rectifying);
  for (const { id, materials: theirs } of people.rules.departments) {
    const { checklist: _unticked, ...rest } = people.approval(id);
    const defects = [{ material: theirs[0], text: '缺少负责人签字' }];
    if (id === 'economy')
      await people.act('reviewer-economy', rectifying, 'return-plan', { ...rest, defects, opinion: '退回' });
    else await people.act(`reviewer-${id}`, rectifying, 'approve', people.approval(id));
  }

  const refused = await begin();
  await people.toSignOffs(refused);
  const veto = people.rules.departments.find(({ absoluteVeto }) => absoluteVeto)?.id ?? '';
  await people.act(`reviewer-${veto}`, refused, 'veto', { department: veto, round: 1, opinion: '不具备条件' });

  const withdrawn = await begin();
  await people.act('official', withdrawn, 'withdraw', { reason: '设备检修' });

  const operate = async (number: string, liaisonOf: (DemoAccount & { id: string }) | undefined) => {
    const view = await people.toStationing(number);
    const members = people.rules.teamParts.map((part) => ({ part, person: `成员${part.length}` }));
    await people.act('official', number, 'form-team', { members });
    await people.act('official', number, 'assign-liaison', { liaison: liaisonOf?.id, from: people.today(view) });
    return liaisonOf?.login ?? '';
  };
  const stationing = await begin();
  await operate(stationing, stationed);

  const operating = await begin();
  await people.act(await operate(operating, running), operating, 'arrive', {});
  const stock = { source: 'donation', from: '镇商会', lines: [{ item: 'gloves', quantity: 60 }] };
  await post('storekeeper', '/stock/receipts', stock);
  // The first is on its way; of the second more is lacking than the demonstration has left.
  for (const quantity of [100, 900]) {
    await people.act('official', operating, 'request-supplies', { lines: [{ item: 'gloves', quantity }] });
  }

  const halted = await begin();
  await people.act(await operate(halted, suspended), halted, 'arrive', {});
  await people.act('reviewer-epidemic-control', halted, 'suspend', { reason: 'safety', opinion: '消防通道堵塞' });

  const words = { kind: 'work-tip', title: '端午值守提示', body: '请各企业安排值守。', channels: ['console'] };
  const { id: bulletin } = await post('official', '/bulletins', words);
  await post('official', `/bulletins/${String(bulletin)}/publish`, { at: TO_COME });

  const demonstration = '2026-0001';
  return {
    cases: {
      ...{ demonstration, survey, plan, signOffs, rectifying, stationing },
      ...{ operating, suspended: halted, refused, withdrawn },
    },
    liaisons,
    bulletin: String(bulletin),
  };
}

void fill().then((made) => {
  writeFileSync(join(dataDir, 'fixture.json'), `${JSON.stringify(made, null, 2)}\n`);
  console.log(made.cases);
});
