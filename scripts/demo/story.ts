/** The story of one enterprise of the demonstration: each step looks at the case first, so that a second run goes on where one ended. */
import { setTimeout as pause } from 'node:timers/promises';
import { pageOfCase } from '../../contracts/pages';
import { PHASE_NAMES } from '../../contracts/glossary';
import type { CaseView } from '../../contracts/views';
import type { Enterprise, EnterpriseDays } from './enterprise';
import { Problem, type DemoAccount, type Town } from './town';

/** China's only offset; the programme of the demonstration is Zhongxing's. */
export const ZONE = { utcOffsetMinutes: 480 };
/** Stock is allocated, and an act is recorded, behind the answer: within a second or two, on a machine ten times slower in twenty. */
const ALLOCATION_MS = 120_000;
const LOOK_MS = 200;

interface Programme {
  readonly rules: {
    readonly rulebook: string;
    readonly materials: readonly { id: string; name: string }[];
    readonly preparations: readonly { id: string; name: string; kinds: readonly string[] }[];
    readonly departments: readonly {
      id: string;
      name: string;
      materials: readonly string[];
      checklist: readonly { id: string }[];
    }[];
    readonly teamParts: readonly string[];
    readonly epidemicControl: string;
  };
}

export class Story {
  /** What of the days this run has done already. */
  readonly told = new Set<string>();

  private constructor(
    readonly town: Town,
    readonly days: EnterpriseDays,
    private readonly temporalUi: string,
    readonly programme: Programme['rules'],
    readonly enterprise: Enterprise,
    readonly owner: DemoAccount,
    readonly official: DemoAccount,
    readonly liaison: DemoAccount,
    readonly caseNumber: string,
  ) {}

  static async begin(town: Town, days: EnterpriseDays, temporalUi: string): Promise<Story> {
    const official = town.account('official');
    const { rules } = await town.get<Programme>('/programme', official);
    const { items } = await town.get<{ items: Enterprise[] }>('/enterprises', official);
    const enterprise = items.find(
      (one) => one.kind === days.kind && town.all('enterprise').some((account) => account.enterprise === one.id),
    );
    if (!enterprise) throw new Error(`没有演示企业(${days.what})。A demonstration enterprise is missing.`);
    const caseNumber = await start(town, official, enterprise.id);
    console.log(`${enterprise.name} · 事项编号 ${caseNumber} · ${town.address}${pageOfCase(caseNumber)}`);
    const owner = town.account('enterprise', enterprise.id);
    const liaison = town.account('liaison', days.liaison);
    return new Story(town, days, temporalUi, rules, enterprise, owner, official, liaison, caseNumber);
  }

  /** Waits until `holds`: what happens behind an answer takes a moment. */
  async until(holds: (view: CaseView) => boolean, what: string): Promise<CaseView> {
    const end = Date.now() + ALLOCATION_MS;
    for (;;) {
      const view = await this.view();
      if (holds(view)) return view;
      if (Date.now() > end) throw new Error(`${what}: not within ${ALLOCATION_MS / 1000} s`);
      await pause(LOOK_MS);
    }
  }

  /** Waits until the case stands in the list of whoever is concerned from now on: it does once the act is recorded. */
  async seenBy(account: DemoAccount): Promise<void> {
    const end = Date.now() + ALLOCATION_MS;
    for (;;) {
      const { items } = await this.town.get<{ items: { caseNumber: string }[] }>('/reopenings?closed=false', account);
      if (items.some((one) => one.caseNumber === this.caseNumber)) return;
      if (Date.now() > end) throw new Error(`${account.login} does not see the case within ${ALLOCATION_MS / 1000} s`);
      await pause(LOOK_MS);
    }
  }

  async tellEnd(words: string): Promise<void> {
    const view = await this.view();
    console.log(`\n${words}`);
    console.log(
      `  阶段 ${PHASE_NAMES[view.phase]};案内时间 ${new Date(view.clock + ZONE.utcOffsetMinutes * 60_000).toISOString().slice(0, 16).replace('T', ' ')};台账 ${view.sequence} 条`,
    );
    console.log(`  事项 ${this.town.address}${pageOfCase(this.caseNumber)}`);
    console.log(`  台账 ${this.town.address}${pageOfCase(this.caseNumber)}?tab=ledger`);
    console.log(`  Temporal UI ${this.temporalUi}/workflows/${encodeURIComponent(`reopening/${view.enterprise.id}`)}`);
  }

  say(words: string): void {
    console.log(`  ✓ ${words}`);
  }

  /** A case that has just been started has none until its first entries are recorded. */
  async view(): Promise<CaseView> {
    const end = Date.now() + ALLOCATION_MS;
    for (;;) {
      const path = `/reopenings/${this.caseNumber}`;
      const { view } = await this.town.get<{ view: CaseView | null }>(path, this.official);
      if (view) return view;
      if (Date.now() > end) throw new Error(`the start is not recorded within ${ALLOCATION_MS / 1000} s`);
      await pause(LOOK_MS);
    }
  }

  /** A repeat after a crash finds the act done: that is what was wanted. */
  async act(route: string, as: DemoAccount, body: unknown): Promise<void> {
    await this.town.post(`/reopenings/${this.caseNumber}/${route}`, { as, body }).catch((error: unknown) => {
      if (!(error instanceof Problem) || error.code !== 'already-done') throw error;
    });
  }
}

/** Starts the case, or finds the one that is open. */
async function start(town: Town, official: DemoAccount, enterprise: string): Promise<string> {
  try {
    const started = await town.post<{ caseNumber: string }>('/reopenings', {
      as: official,
      body: { enterprise },
      key: `demo/start/${enterprise}`,
    });
    return started.caseNumber;
  } catch (error) {
    if (error instanceof Problem && error.code === 'already-open') {
      return (error.body['about'] as { caseNumber: string }).caseNumber;
    }
    throw error;
  }
}
