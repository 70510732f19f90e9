/** The story of one enterprise of the demonstration: each step looks at the case first, so that a second run goes on where one ended. */
import { setTimeout as pause } from 'node:timers/promises';
import { pageOfCase } from '../../contracts/telling/console-addresses';
import { COMMAND_NAMES, PHASE_NAMES } from '../../contracts/words/glossary';
import { routeOf } from '../../contracts/case/routes';
import { pathOfRules } from '../../programme/rules';
import type { ChecklistItem, Preparation } from '../../domain/programme/edition';
import type { CaseView } from '../../contracts/case/views';
import type { CommandType } from '../../domain/case/commands';
import type { DutyKind } from '../../domain/case/duty';
import type { DemoPerson } from './people';
import { Problem, type DemoAccount, type Town } from './town';

/** China's only offset; the programme of the demonstration is Zhongxing's. */
export const ZONE = { utcOffsetMinutes: 480 };
/** Stock is allocated, and an act is recorded, behind the answer: within a second or two, on a machine ten times slower in twenty. */
const ALLOCATION_MS = 120_000;
const LOOK_MS = 200;
/** What somebody else has done is recorded and shown within this, or it was not what the act was refused for. */
const OTHERS_MS = 20_000;

interface Programme {
  readonly rules: {
    readonly rulebook: string;
    readonly materials: readonly { id: string; name: string }[];
    readonly preparations: readonly Preparation[];
    readonly departments: readonly {
      id: string;
      name: string;
      materials: readonly string[];
      checklist: readonly ChecklistItem[];
    }[];
    readonly teamParts: readonly string[];
    readonly epidemicControl: string;
  };
}

export interface Enterprise {
  readonly id: string;
  readonly name: string;
  readonly kind: 'factory' | 'supermarket';
  readonly village: string;
}

export interface EnterpriseDays {
  readonly kind: Enterprise['kind'];
  /** In the words of the demonstration. */
  readonly what: string;
  /** Login of its liaison. */
  readonly liaison: string;
  readonly people: readonly DemoPerson[];
  /** What the owner says when visited. */
  readonly survey: { readonly opinions: string; readonly keyMatters: string };
  /** What is settled before the liaison arrives: roster, lodging, samplers, the first order. */
  prepare(story: Story): Promise<void>;
  /** What belongs to a day besides the duties. */
  onDay(story: Story, view: CaseView): Promise<void>;
  doDuty(story: Story, kind: DutyKind, which: string, view: CaseView): Promise<void>;
}

export class Story {
  /** What of the days this run has done already. */
  readonly told = new Set<string>();
  /** The case's last entry that this run knows of. */
  #seen = 0;
  #overtaken = false;

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
    const { items } = await town.get<{ items: Enterprise[] }>('/enterprises', official);
    const enterprise = items.find(
      (one) => one.kind === days.kind && town.all('enterprise').some((account) => account.enterprise === one.id),
    );
    if (!enterprise) throw new Error(`没有演示企业(${days.what})。A demonstration enterprise is missing.`);
    const caseNumber = await start(town, official, enterprise.id);
    console.log(`${enterprise.name} · 事项编号 ${caseNumber} · ${town.address}${pageOfCase(caseNumber)}`);
    // The case's own: a case of an earlier run may be older than the edition in force.
    const { rules: hash } = await town.get<{ rules: string }>(`/reopenings/${caseNumber}`, official);
    const rules = await town.get<Programme['rules']>(pathOfRules(hash), official);
    const owner = town.account('enterprise', enterprise.id);
    const liaison = town.account('liaison', days.liaison);
    return new Story(town, days, temporalUi, rules, enterprise, owner, official, liaison, caseNumber);
  }

  /** Waits until `holds`: what happens behind an answer takes a moment. */
  async until(holds: (view: CaseView) => boolean, what: string, withinMs = ALLOCATION_MS): Promise<CaseView> {
    const end = Date.now() + withinMs;
    for (;;) {
      const view = await this.view();
      if (holds(view)) return view;
      if (Date.now() > end)
        throw new Error(`等候“${what}”超过 ${withinMs / 1000} 秒，请稍后再次运行。Not within ${withinMs / 1000} s.`);
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

  /** Says what was done; after an act that somebody else was faster with it would be untrue, and is not said. */
  say(words: string): void {
    if (!this.#overtaken) console.log(`  ✓ ${words}`);
    this.#overtaken = false;
  }

  /** The case with all that this run has done. It has no view yet as long as nothing of it is recorded: that is waited for. */
  async view(): Promise<CaseView> {
    const end = Date.now() + ALLOCATION_MS;
    for (;;) {
      const path = `/reopenings/${this.caseNumber}`;
      const { view, asOf } = await this.town.get<{ view: CaseView | null; asOf: string | null }>(path, this.official);
      if (view && asOf === null) {
        this.#seen = view.sequence;
        return view;
      }
      if (Date.now() > end)
        throw new Error('没有处理程序应答，请稍后再次运行演示。No worker answers: run the demonstration again later.');
      await pause(LOOK_MS);
    }
  }

  /**
   * A repeat after a crash finds the act done: that is what was wanted. Refused after somebody else has acted, it is left to the next
   * look at the case. @throws Error with a sentence for the reader when the case has ended, or refuses it as it was looked at
   */
  async act(route: string, as: DemoAccount, body: unknown): Promise<void> {
    this.#overtaken = false;
    const seen = this.#seen;
    try {
      const path = `/reopenings/${this.caseNumber}/${route}`;
      const { sequence } = await this.town.post<{ sequence?: number }>(path, { as, body });
      this.#seen = sequence ?? seen;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      const view = error.isAboutState && error.code !== 'already-done' ? await this.#later(seen) : await this.view();
      requireOpen(view);
      if (error.code === 'already-done' && view.sequence === seen) return;
      if (!error.isAboutState || view.sequence === seen) throw error;
      this.#overtaken = true;
      console.log(`  · “${nameOf(route)}”已有人办理，或情况已变，按现在的情况继续。`);
    }
  }

  /** The case once it shows more than `seen`; as it is when that does not come. */
  async #later(seen: number): Promise<CaseView> {
    const end = Date.now() + OTHERS_MS;
    for (;;) {
      const view = await this.view();
      if (view.sequence !== seen || Date.now() > end) return view;
      await pause(LOOK_MS);
    }
  }
}

/** @throws Error with a sentence for the reader when somebody has ended the case in another way than the demonstration does */
export function requireOpen({ phase, caseNumber }: CaseView): void {
  if (phase !== 'withdrawn' && phase !== 'refused') return;
  throw new Error(
    `事项 ${caseNumber} ${PHASE_NAMES[phase]}，演示不能继续；要重新演示，请在另一个数据目录启动系统。The case was ended by hand: the demonstration cannot go on.`,
  );
}

/** In the words of the console. */
function nameOf(route: string): string {
  const known = Object.entries(COMMAND_NAMES).find(([type]) => routeOf(type as CommandType) === route);
  return known?.[1] ?? route;
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
