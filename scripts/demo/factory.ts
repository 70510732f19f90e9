/** The story of the demonstration's factory: each step looks at the case first, so that a second run goes on where one ended. */
import { isClosedView, type CaseView } from '../../contracts/views';
import { addDays, instantOf, localDate } from '../../domain/calendar';
import { PHASE_NAMES } from '../../contracts/glossary';
import type { DutyKind } from '../../domain/agenda';
import { Problem, type DemoAccount, type Town } from './town';

/** The article's factory had 57 people in its closed loop (DOMAIN §3). */
const IN_THE_LOOP = 57;
/** Two complete operating days, then the third morning. */
const COMPLETE_DAYS = 2;
/** China's only offset; the programme of the demonstration is Zhongxing's. */
const ZONE = { utcOffsetMinutes: 480 };

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
interface Shown {
  readonly view: CaseView;
}

export async function factory(town: Town, temporalUi: string): Promise<void> {
  const story = await Story.begin(town, temporalUi);
  if (await story.isDone()) return story.tellEnd('演示已经完成,没有需要再做的。All is done already.');
  await story.survey();
  await story.plan();
  await story.signOffs();
  await story.station();
  await story.operate();
  await story.tellEnd('演示完成:工厂已运行两个完整工作日,现在是第三天早晨。Done.');
}

class Story {
  private constructor(
    private readonly town: Town,
    private readonly temporalUi: string,
    private readonly programme: Programme['rules'],
    private readonly owner: DemoAccount,
    private readonly official: DemoAccount,
    private readonly caseNumber: string,
  ) {}

  static async begin(town: Town, temporalUi: string): Promise<Story> {
    const official = town.account('official');
    const { rules } = await town.get<Programme>('/programme', official);
    const { items } = await town.get<{ items: { id: string; name: string; kind: string }[] }>('/enterprises', official);
    const enterprise = items.find(
      (one) => one.kind === 'factory' && town.all('enterprise').some((account) => account.enterprise === one.id),
    );
    if (!enterprise) throw new Error('没有演示工厂。The demonstration factory is missing.');
    const caseNumber = await start(town, official, enterprise.id);
    console.log(`${enterprise.name} · 事项编号 ${caseNumber} · ${town.address}/reopenings/${caseNumber}`);
    return new Story(town, temporalUi, rules, town.account('enterprise', enterprise.id), official, caseNumber);
  }

  async survey(): Promise<void> {
    if ((await this.view()).survey.visits === 0) {
      const preparations = this.programme.preparations.filter((one) => one.kinds.includes('factory'));
      const [weak] = preparations;
      const { view } = await this.get();
      const today = localDate(view.clock, ZONE);
      await this.act('record-survey', this.official, {
        visitors: '商会调研组(演示)',
        visitedOn: today,
        readiness: Object.fromEntries(preparations.map((one) => [one.id, one === weak ? 'lacking' : 'ready'])),
        opinions: '希望尽快恢复两条生产线,并保障员工口罩和抗原试剂。',
        keyMatters: '厂区设两个出入口,仅保留一个。',
        weakLinks: weak
          ? [
              {
                preparation: weak.id,
                finding: `${weak.name}尚未落实到人。`,
                requirement: `明确${weak.name}的责任人并张贴公示。`,
                dueOn: addDays(today, 2),
                evidence: 'photo',
                recheck: 'video',
              },
            ]
          : [],
      });
      this.say('镇商会上门调研,登记准备情况和一处薄弱环节,提出改进要求。');
    }
    if ((await this.view()).survey.committedAt === null) {
      const document = await this.town.upload('承诺书.txt', '本企业承诺遵守建议方案。(演示)', this.owner);
      await this.act('commit', this.owner, { rulebook: this.programme.rulebook, document });
      this.say(`企业签署承诺书:${this.programme.rulebook}`);
    }
    await this.settleRequirements();
  }

  /** Evidence by the enterprise, recheck by whoever set the requirement. */
  private async settleRequirements(): Promise<void> {
    for (const { id, source, status } of (await this.view()).requirements) {
      if (status === 'open') {
        const photo = await this.town.upload(`整改照片-${id}.txt`, `整改佐证 ${id}(演示)`, this.owner);
        await this.act('submit-evidence', this.owner, { requirement: id, documents: [photo], note: '已整改到位。' });
        this.say(`企业提交整改佐证(${id})。`);
      }
      if (status === 'open' || status === 'to-recheck') {
        const by = source.from === 'survey' ? this.official : this.town.account('reviewer', source.department);
        await this.act('recheck-requirement', by, {
          requirement: id,
          passed: true,
          mode: 'video',
          opinion: '复核通过。',
        });
        this.say(`复核通过(${id})。`);
      }
    }
  }

  async plan(): Promise<void> {
    if ((await this.view()).review.round > 0) return;
    const { materials } = await this.view();
    for (const { id, name } of this.programme.materials) {
      if (materials[id] === undefined) await this.addMaterial(id, `${name} 第一版(演示)`);
    }
    await this.submit();
    this.say(`企业提交复工方案:${this.programme.materials.map(({ name }) => name).join('、')}。`);
  }

  private async addMaterial(material: string, text: string): Promise<void> {
    const document = await this.town.upload(`${material}.txt`, text, this.owner);
    await this.act('add-material', this.owner, { material, document });
  }

  private async submit(): Promise<void> {
    const { materials } = await this.view();
    const versions = Object.fromEntries(Object.entries(materials).map(([id, all]) => [id, all.length]));
    await this.act('submit-plan', this.owner, { versions });
  }

  /** Round 1: epidemic control returns the closed loop, all others approve; then only those whose materials changed sign again. */
  async signOffs(): Promise<void> {
    for (;;) {
      const { phase, review, materials } = await this.view();
      if (phase !== 'sign-offs') return;
      if (review.status === 'rectifying') {
        this.say(
          `一次性告知书:${review.defects.map((defect) => `${this.departmentName(defect.department)}退回 ${defect.material}`).join(';')}。`,
        );
        for (const { material, version } of review.defects) {
          if ((materials[material]?.length ?? 0) <= version)
            await this.addMaterial(material, `${material} 补正版(演示)`);
        }
        const kept = Object.keys(review.signatures).map((id) => this.departmentName(id));
        await this.submit();
        const { asked } = (await this.view()).review;
        this.say(
          `企业补正后重新提交:${asked.map((id) => this.departmentName(id)).join('、')}重新会签;${kept.filter((name) => !asked.some((id) => this.departmentName(id) === name)).join('、')}的签章继续有效。`,
        );
        continue;
      }
      for (const department of review.asked)
        if (!review.acts[department]) await this.signOff(department, review.round, review.frozen);
    }
  }

  private async signOff(id: string, round: number, frozen: CaseView['review']['frozen']): Promise<void> {
    const department = this.programme.departments.find((one) => one.id === id);
    if (!department) throw new Error(`unknown department ${id}`);
    const by = this.town.account('reviewer', id);
    const versions = Object.fromEntries(department.materials.map((material) => [material, frozen[material] ?? 0]));
    const act = { department: id, round, versions };
    if (round === 1 && id === this.programme.epidemicControl) {
      const defects = [{ material: 'closed-loop', text: '未说明物资进厂的无接触交接点。' }];
      await this.act('return-plan', by, { ...act, defects, opinion: '请补正后重新提交。' });
      this.say(`${department.name}:退回补正(闭环管理)。`);
      return;
    }
    const checklist = department.checklist.map((item) => item.id);
    if (round === 1 && id === 'market') {
      const conditions = [{ text: '复工后三日内补齐防护物资进货台账。' }];
      await this.act('approve-with-conditions', by, { ...act, checklist, conditions });
      this.say(`${department.name}:附条件同意。`);
      return;
    }
    await this.act('approve', by, { ...act, checklist });
    this.say(`${department.name}:同意(第${round}轮)。`);
  }

  private departmentName(id: string): string {
    return this.programme.departments.find((one) => one.id === id)?.name ?? id;
  }

  async station(): Promise<void> {
    let view = await this.view();
    if (view.phase !== 'stationing') return;
    if (!view.stationing.team) {
      const members = this.programme.teamParts.map((part) => ({ part, person: `党员骨干 ${part}(演示)` }));
      await this.act('form-team', this.official, { members });
      this.say('组建管理服务团队:村党总支、企业党员骨干、部门党员干部。');
    }
    const liaison = this.town.account('liaison');
    if (view.stationing.assignedAt === null) {
      const account = await this.town.get<{ id: string }>('/me', liaison);
      await this.act('assign-liaison', this.official, { liaison: account.id, from: localDate(view.clock, ZONE) });
      this.say('指派驻企联络员,一人驻一企。');
    }
    if (view.stationing.arrivedAt === null) {
      await this.act('arrive', liaison, {});
      this.say('联络员到企业报到。');
    }
    await this.settleRequirements();
    view = await this.view();
    this.say(`进入${PHASE_NAMES[view.phase]},首个运行日 ${String(view.operation.startsOn)}。`);
  }

  /** Does what is due, then moves the case's clock to its next moment, until the third morning's tests are reported. */
  async operate(): Promise<void> {
    for (let told = ''; !(await this.isDone());) {
      const view = await this.view();
      const day = localDate(view.clock, ZONE);
      if (day !== told) console.log(`  —— ${day} ——`);
      told = day;
      const open = view.agenda.filter((duty) => duty.opens <= view.clock);
      for (const duty of open) await this.doDuty(duty.kind, duty.id, view);
      await this.settleRequirements();
      if (await this.isDone()) return;
      await this.town.post(`/reopenings/${this.caseNumber}/fast-forward`, { as: this.town.account('operator') });
    }
  }

  private async doDuty(kind: DutyKind, id: string, view: CaseView): Promise<void> {
    if (kind === 'test') {
      const round = id.slice('test/'.length);
      const counts = { owed: IN_THE_LOOP, negative: IN_THE_LOOP, pending: 0, invalid: 0, notTested: 0 };
      await this.act('report-tests', this.owner, { round, counts });
      this.say(`企业上报 ${round}:应检${IN_THE_LOOP}人,全部阴性。`);
    }
    if (kind === 'report') {
      const date = id.slice('report/'.length);
      const liaison = this.town.account('liaison');
      await this.act('report-day', liaison, {
        date,
        production: 'normal',
        present: IN_THE_LOOP,
        epidemic: 'nothing-to-report',
      });
      this.say(`联络员每日一报 ${date}:生产正常,无异常(零报告)。台账 ${view.sequence + 1} 条。`);
    }
  }

  /** The third morning: two complete days lie behind, and the morning's tests are reported. */
  async isDone(): Promise<boolean> {
    const view = await this.view();
    if (isClosedView(view)) return true;
    const { startsOn, rounds } = view.operation;
    if (startsOn === null) return false;
    const third = addDays(startsOn, COMPLETE_DAYS);
    if (view.clock < instantOf(third, '00:00', ZONE)) return false;
    return rounds.some((round) => round.id.startsWith(third) && round.report !== null);
  }

  async tellEnd(words: string): Promise<void> {
    const view = await this.view();
    console.log(`\n${words}`);
    console.log(
      `  阶段 ${PHASE_NAMES[view.phase]};案内时间 ${new Date(view.clock + 480 * 60_000).toISOString().slice(0, 16).replace('T', ' ')};台账 ${view.sequence} 条`,
    );
    console.log(`  事项 ${this.town.address}/reopenings/${this.caseNumber}`);
    console.log(`  台账 ${this.town.address}/reopenings/${this.caseNumber}/ledger`);
    console.log(`  Temporal UI ${this.temporalUi}/workflows/${encodeURIComponent(`reopening/${view.enterprise.id}`)}`);
  }

  private say(words: string): void {
    console.log(`  ✓ ${words}`);
  }

  private get(): Promise<Shown> {
    return this.town.get<Shown>(`/reopenings/${this.caseNumber}`, this.official);
  }

  private async view(): Promise<CaseView> {
    return (await this.get()).view;
  }

  /** A repeat after a crash finds the act done: that is what was wanted. */
  private async act(route: string, as: DemoAccount, body: unknown): Promise<void> {
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
      key: 'demo/start',
    });
    return started.caseNumber;
  } catch (error) {
    if (error instanceof Problem && error.code === 'already-open') {
      return (error.body['about'] as { caseNumber: string }).caseNumber;
    }
    throw error;
  }
}
