/** What an enterprise of the demonstration goes through before it runs: survey, plan, sign-offs in two rounds, stationing. */
import { PHASE_NAMES } from '../../contracts/words/glossary';
import type { CaseView } from '../../contracts/case/views';
import { addDays, localDate } from '../../domain/calendar/calendar';
import { heldFor } from '../../domain/programme/for-whom';
import { ZONE, type Story } from './story';

export async function survey(story: Story): Promise<void> {
  if ((await story.view()).survey.visits === 0) {
    const preparations = heldFor(story.programme.preparations, story.enterprise);
    const [weak] = preparations;
    const today = localDate((await story.view()).clock, ZONE);
    await story.act('record-survey', story.official, {
      visitors: '商会调研组(演示)',
      visitedOn: today,
      readiness: Object.fromEntries(preparations.map((one) => [one.id, one === weak ? 'lacking' : 'ready'])),
      ...story.days.survey,
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
    story.say('镇商会上门调研,登记准备情况和一处薄弱环节,提出改进要求。');
  }
  if ((await story.view()).survey.committedAt === null) {
    const document = await story.town.upload('承诺书.txt', '本企业承诺遵守建议方案。(演示)', story.owner);
    await story.act('commit', story.owner, { rulebook: story.programme.rulebook, document });
    story.say(`企业签署承诺书:${story.programme.rulebook}`);
  }
  await settleRequirements(story);
}

/** Evidence by the enterprise, recheck by whoever set the requirement. */
export async function settleRequirements(story: Story): Promise<void> {
  for (const { id, source, status } of (await story.view()).requirements) {
    if (status === 'open') {
      const photo = await story.town.upload(`整改照片-${id}.txt`, `整改佐证 ${id}(演示)`, story.owner);
      await story.act('submit-evidence', story.owner, { requirement: id, documents: [photo], note: '已整改到位。' });
      story.say(`企业提交整改佐证(${id})。`);
    }
    if (status === 'open' || status === 'to-recheck') {
      const by = source.from === 'survey' ? story.official : story.town.account('reviewer', source.department);
      await story.act('recheck-requirement', by, {
        requirement: id,
        passed: true,
        mode: 'video',
        opinion: '复核通过。',
      });
      story.say(`复核通过(${id})。`);
    }
  }
}

export async function plan(story: Story): Promise<void> {
  if ((await story.view()).review.round > 0) return;
  const { materials } = await story.view();
  for (const { id, name } of story.programme.materials) {
    if (materials[id] === undefined) await addMaterial(story, id, `${name} 第一版(演示)`);
  }
  await submit(story);
  story.say(`企业提交复工方案:${story.programme.materials.map(({ name }) => name).join('、')}。`);
}

async function addMaterial(story: Story, material: string, text: string): Promise<void> {
  const document = await story.town.upload(`${material}.txt`, text, story.owner);
  await story.act('add-material', story.owner, { material, document });
}

async function submit(story: Story): Promise<void> {
  const { materials } = await story.view();
  const versions = Object.fromEntries(Object.entries(materials).map(([id, all]) => [id, all.length]));
  await story.act('submit-plan', story.owner, { versions });
}

/** Round 1: epidemic control returns the closed loop, all others approve; then only those whose materials changed sign again. */
export async function signOffs(story: Story): Promise<void> {
  for (;;) {
    const { phase, review, materials } = await story.view();
    if (phase !== 'sign-offs') return;
    if (review.status === 'rectifying') {
      story.say(
        `一次性告知书:${review.defects.map((defect) => `${departmentName(story, defect.department)}退回 ${defect.material}`).join(';')}。`,
      );
      for (const { material, version } of review.defects) {
        if ((materials[material]?.length ?? 0) <= version)
          await addMaterial(story, material, `${material} 补正版(演示)`);
      }
      const kept = Object.keys(review.signatures).map((id) => departmentName(story, id));
      await submit(story);
      const { departmentsAsked } = (await story.view()).review;
      story.say(
        `企业补正后重新提交:${departmentsAsked.map((id) => departmentName(story, id)).join('、')}重新会签;${kept.filter((name) => !departmentsAsked.some((id) => departmentName(story, id) === name)).join('、')}的签章继续有效。`,
      );
      continue;
    }
    for (const department of review.departmentsAsked)
      if (!review.verdicts[department]) await signOff(story, department, review.round, review.frozenVersions);
  }
}

async function signOff(
  story: Story,
  id: string,
  round: number,
  frozen: CaseView['review']['frozenVersions'],
): Promise<void> {
  const department = story.programme.departments.find((one) => one.id === id);
  if (!department) throw new Error(`unknown department ${id}`);
  const by = story.town.account('reviewer', id);
  const versions = Object.fromEntries(department.materials.map((material) => [material, frozen[material] ?? 0]));
  const act = { department: id, round, versions };
  if (round === 1 && id === story.programme.epidemicControl) {
    const defects = [{ material: 'closed-loop', text: '未说明物资进厂的无接触交接点。' }];
    await story.act('return-plan', by, { ...act, defects, opinion: '请补正后重新提交。' });
    story.say(`${department.name}:退回补正(闭环管理)。`);
    return;
  }
  const checklist = heldFor(department.checklist, story.enterprise).map((item) => item.id);
  if (round === 1 && id === 'market') {
    const conditions = [{ text: '复工后三日内补齐防护物资进货台账。' }];
    await story.act('approve-with-conditions', by, { ...act, checklist, conditions });
    story.say(`${department.name}:附条件同意。`);
    return;
  }
  await story.act('approve', by, { ...act, checklist });
  story.say(`${department.name}:同意(第${round}轮)。`);
}

function departmentName(story: Story, id: string): string {
  return story.programme.departments.find((one) => one.id === id)?.name ?? id;
}

export async function station(story: Story): Promise<void> {
  let view = await story.view();
  if (view.phase !== 'stationing') return;
  if (!view.stationing.team) {
    const members = story.programme.teamParts.map((part) => ({ part, person: `党员骨干 ${part}(演示)` }));
    await story.act('form-team', story.official, { members });
    story.say('组建管理服务团队:村党总支、企业党员骨干、部门党员干部。');
  }
  if (view.stationing.assignedAt === null) {
    const account = await story.town.get<{ id: string }>('/me', story.liaison);
    await story.act('assign-liaison', story.official, { liaison: account.id, from: localDate(view.clock, ZONE) });
    story.say('指派驻企联络员,一人驻一企。');
  }
  await story.days.prepare(story);
  if (view.stationing.arrivedAt === null) {
    await story.act('arrive', story.liaison, {});
    story.say('联络员到企业报到。');
  }
  await settleRequirements(story);
  view = await story.view();
  story.say(`进入${PHASE_NAMES[view.phase]},首个运行日 ${String(view.operation.startsOn)}。`);
}
