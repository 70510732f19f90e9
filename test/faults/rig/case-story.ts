/** Answers for one case as people bring it from its start to its end; what happens on the way the dice decide. */
import { randomUUID } from 'node:crypto';
import { localDate } from '../../../domain/calendar/calendar';
import type { Department, Edition } from '../../../domain/programme/edition';
import type { Dice } from '../../support/dice';
import type { Person } from './act';
import { Astray, type Desk } from './desk';
import { employ, OperatingDay } from './operating-day';
import type { Cast } from './people';
import { heldFor } from '../../../domain/programme/for-whom';

/** The kind of all enterprises of the rig. */
const FACTORY = { kind: 'factory' } as const;

/** Each word of the run is another one: a text that is attached twice or to another act would show. */
const words = (what: string) => `${what}(故障演练 ${randomUUID().slice(0, 8)})`;
/** What may happen to whoever signs while another one ends the case. */
const ENDED_MEANWHILE = ['case-closed', 'wrong-phase'];
/** A case closes when PostgreSQL has recorded its end: within a second, or when PostgreSQL and the worker are back. */
const CLOSED_MS = 60_000;

/** What a driver's cases know of each other. */
export interface Turn {
  /** Of the driver's cases, from 0. */
  number: number;
  /** Whoever was stationed in a case before, and so is not free for another one on the same day. */
  busy?: Person;
}

export class CaseStory {
  readonly #versions: Record<string, number> = {};
  #round = 0;

  constructor(
    private readonly desk: Desk,
    private readonly cast: Cast,
    private readonly rules: Edition,
    private readonly dice: Dice,
    private readonly turn: Turn,
  ) {}

  /** @throws Closing, Astray */
  async tell(): Promise<void> {
    const { desk, cast } = this;
    // One roster for all of the enterprise's cases.
    if (this.turn.number === 0) await employ(desk, cast);
    desk.caseNumber = await this.#open();
    await this.#survey();
    await this.#plan();
    // One in eight ends by a veto, while the other departments sign.
    if (this.dice.chance(12)) return this.#vetoed();
    await this.#signOffs();
    await this.#stationing();
    await this.#operation();
    const by = this.dice.of([cast.official, cast.enterprise]);
    const withdrawal = { type: 'withdraw', by, body: { reason: words('企业撤回') } } as const;
    const { outcome } = await desk.act({ ...withdrawal, mayBeRefused: ['end-held'] });
    // A round has found a positive: the case stays open with its incident, and the driver begins no other one.
    if (outcome !== 'done') throw new Astray();
  }

  /** The enterprise's case before is closed when its end is recorded: so long a new one is refused, and asked for by another act. */
  async #open(): Promise<string> {
    const { official, enterpriseId: enterprise } = this.cast;
    const late = performance.now() + CLOSED_MS;
    for (;;) {
      const mayBeRefused = performance.now() < late ? ['already-open'] : [];
      const started = await this.desk.act({ type: 'open', by: official, body: { enterprise }, mayBeRefused });
      if (started.outcome === 'done') return started.caseNumber;
    }
  }

  async #survey(): Promise<void> {
    const { desk, cast, rules } = this;
    const { official, enterprise } = cast;
    const today = localDate(Date.now(), rules);
    const looked = heldFor(rules.preparations, FACTORY);
    const weak = this.dice.chance(50) ? looked.filter(({ blocks }) => blocks === 'submission') : [];
    const readiness = Object.fromEntries(looked.map((one) => [one.id, weak.includes(one) ? 'lacking' : 'ready']));
    const weakLinks = weak.map(({ id: preparation }) => {
      const texts = { finding: words('尚未落实'), requirement: words('落实到人') };
      return { preparation, ...texts, dueOn: today, evidence: 'photo', recheck: 'video' };
    });
    const body = { visitors: words('镇商会调研组'), visitedOn: today, readiness, weakLinks, opinions: words('意见') };
    await desk.act({ type: 'recordSurvey', by: official, body });
    const document = await desk.upload(enterprise, words('承诺书'));
    await desk.act({ type: 'commit', by: enterprise, body: { rulebook: rules.rulebook, document } });
    for (const index of weak.keys()) await this.#mend(`r${index + 1}`, official);
  }

  /** Evidence, perhaps a failed recheck and evidence again, then a recheck that is passed. */
  async #mend(requirement: string, official: Person): Promise<void> {
    const { desk, cast } = this;
    for (const passed of this.dice.chance(30) ? [false, true] : [true]) {
      const photo = await desk.upload(cast.enterprise, words('整改照片'));
      const evidence = { requirement, documents: [photo], note: words('已整改') };
      await desk.act({ type: 'submitEvidence', by: cast.enterprise, body: evidence });
      const recheck = { requirement, passed, mode: 'video', opinion: words('复核') };
      await desk.act({ type: 'recheckRequirement', by: official, body: recheck });
    }
  }

  async #plan(): Promise<void> {
    const { market } = Object.fromEntries(this.cast.reviewers);
    if (market && this.dice.chance(30)) {
      await this.desk.act({ type: 'guide', by: market, body: { department: 'market', text: words('定点指导') } });
    }
    await Promise.all(this.rules.materials.map(({ id }) => this.#renew(id)));
    await this.#submit();
  }

  async #renew(material: string): Promise<void> {
    const document = await this.desk.upload(this.cast.enterprise, words(material));
    await this.desk.act({ type: 'addMaterial', by: this.cast.enterprise, body: { material, document } });
    this.#versions[material] = (this.#versions[material] ?? 0) + 1;
  }

  async #submit(): Promise<void> {
    await this.desk.act({ type: 'submitPlan', by: this.cast.enterprise, body: { versions: { ...this.#versions } } });
    this.#round += 1;
  }

  /** A round in which some return the plan, then rounds until nobody does. */
  async #signOffs(): Promise<void> {
    const { departments } = this.rules;
    const [first] = departments;
    await this.#between(departments);
    const returning = this.dice.chance(50) ? this.dice.some(departments) : [];
    await this.#together(departments.map((one) => () => this.#signOff(one, returning.includes(one))));
    if (returning.length === 0 || !first) return;
    const named = new Set(returning.flatMap(({ materials }) => materials.slice(0, 1)));
    await Promise.all([...named].map((material) => this.#renew(material)));
    await this.#submit();
    // Asked again are those that returned, and those that review what was changed.
    const asked = departments.filter(
      (one) => returning.includes(one) || one.materials.some((material) => named.has(material)),
    );
    await this.#together(asked.map((one) => () => this.#signOff(one, false)));
  }

  /** What people do before they sign: urge, ask, copy; sign and take it back; and what they may not do. */
  async #between(departments: readonly Department[]): Promise<void> {
    const { desk, cast } = this;
    const { official, enterprise } = cast;
    const one = this.dice.of(departments);
    const duty = `sign-off/${this.#round}/${one.id}`;
    if (this.dice.chance(50)) await desk.act({ type: 'urge', by: official, body: { duty } });
    if (this.dice.chance(30)) {
      const question = { department: one.id, round: this.#round, of: 'enterprise', question: words('征求意见') };
      await desk.act({ type: 'consult', by: this.#reviewer(one), body: question });
      const answer = { consultation: 'c1', answer: words('答复') };
      await desk.act({ type: 'answerConsultation', by: enterprise, body: answer });
    }
    if (this.dice.chance(20)) await desk.act({ type: 'copy', by: official, body: { to: cast.village.account } });
    if (this.dice.chance(30)) {
      await this.#signOff(one, false);
      await desk.act({ type: 'takeBack', by: this.#reviewer(one), body: { department: one.id, round: this.#round } });
    }
    if (this.dice.chance(30)) {
      const wrong = {
        ...this.#seenBy(one),
        round: this.#round + 1,
        checklist: heldFor(one.checklist, FACTORY).map(({ id }) => id),
      };
      await desk.act({ type: 'approve', by: this.#reviewer(one), body: wrong, mayBeRefused: ['stale-round'] });
    }
  }

  async #vetoed(): Promise<void> {
    const { departments } = this.rules;
    const vetoing = departments.find((one) => one.absoluteVeto) ?? this.dice.of(departments);
    const others = departments.filter((one) => one !== vetoing);
    const body = { department: vetoing.id, round: this.#round, opinion: words('一票否决') };
    const veto = async () => void (await this.desk.act({ type: 'veto', by: this.#reviewer(vetoing), body }));
    await this.#together([veto, ...others.map((one) => () => this.#signOff(one, false, ENDED_MEANWHILE))]);
  }

  async #signOff(one: Department, returns: boolean, mayBeRefused: readonly string[] = []): Promise<void> {
    const by = this.#reviewer(one);
    const checklist = heldFor(one.checklist, FACTORY).map(({ id }) => id);
    const seen = this.#seenBy(one);
    if (returns) {
      const defects = one.materials.slice(0, 1).map((material) => ({ material, text: words('缺陷') }));
      await this.desk.act({ type: 'returnPlan', by, body: { ...seen, defects, opinion: words('退回补正') } });
    } else if (this.dice.chance(15)) {
      const body = { ...seen, checklist, conditions: [{ text: words('条件') }] };
      await this.desk.act({ type: 'approveWithConditions', by, body, mayBeRefused });
    } else {
      await this.desk.act({ type: 'approve', by, body: { ...seen, checklist, opinion: words('同意') }, mayBeRefused });
    }
  }

  #seenBy({ id, materials }: Department) {
    const versions = Object.fromEntries(materials.map((material) => [material, this.#versions[material]]));
    return { department: id, round: this.#round, versions };
  }

  async #stationing(): Promise<void> {
    const { desk, cast, rules } = this;
    const members = rules.teamParts.map((part) => ({ part, person: words('党员骨干') }));
    const from = localDate(Date.now(), rules);
    await this.#together([
      async () => void (await desk.act({ type: 'formTeam', by: cast.official, body: { members } })),
      async () => {
        const { busy, number } = this.turn;
        const assign = (one: Person, mayBeRefused: string[] = []) =>
          desk.act({ type: 'assignLiaison', by: cast.official, body: { liaison: one.account, from }, mayBeRefused });
        if (busy && this.dice.chance(25)) await assign(busy, ['liaison-busy']);
        const liaison = cast.liaisons[number];
        if (!liaison) throw new Error(`there is no liaison for case ${number + 1} of a driver`);
        await assign(liaison);
        this.turn.busy = liaison;
        await desk.act({ type: 'arrive', by: liaison });
      },
    ]);
  }

  async #operation(): Promise<void> {
    const control = this.cast.reviewers.get(this.rules.epidemicControl);
    await new OperatingDay(this.desk, this.cast, this.rules, this.dice).live();
    if (!control || this.dice.chance(50)) return;
    const body = { reason: 'safety', opinion: words('停工') };
    await this.desk.act({ type: 'suspend', by: control, body });
    await this.desk.act({ type: 'lift', by: control, body: { opinion: words('解除停工') } });
  }

  #reviewer({ id }: Department): Person {
    const found = this.cast.reviewers.get(id);
    if (!found) throw new Error(`the trial system has no reviewer for ${id}`);
    return found;
  }

  /** All at once; the first that fails is told when every one has ended, so that no act is left under way. */
  async #together(works: readonly (() => Promise<void>)[]): Promise<void> {
    const ended = await Promise.allSettled(works.map((work) => work()));
    for (const one of ended) if (one.status === 'rejected') throw one.reason;
  }
}
