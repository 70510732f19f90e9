/** The article's factory: 57 people in the loop on site, two of them certified samplers, a false positive, an inspection, a medicine. */
import type { Listed } from './enterprise';
import type { EnterpriseDays } from './story';
import { fileSheet, moveOrder, order, register, replenish, roster } from './enterprise';
import { crew, JOINED_ON } from './people';
import type { Story } from './story';

/** docs/domain.md#figures; with the supermarket's the totals of the article. */
const WANTED = {
  'medical-mask': 1600,
  'kn95-mask': 800,
  'protective-suit': 40,
  'isolation-gown': 20,
  gloves: 1500,
  // One bottle breaks on the way.
  disinfectant: 61,
  'antigen-kit': 700,
};
const BROKEN = { disinfectant: 1 };

const people = crew({ count: 57, from: 1, loop: 'on-site', workshop: '装配车间', joinedOn: JOINED_ON });
/** Who tests positive by antigen on the first morning; the recheck is negative. */
const FALSE_POSITIVE = people[10]?.name ?? '';

export const FACTORY: EnterpriseDays = {
  kind: 'factory',
  what: '工厂',
  liaison: 'liaison-1',
  people,
  survey: {
    opinions: '希望尽快恢复两条生产线,并保障员工口罩和抗原试剂。',
    keyMatters: '厂区设两个出入口,仅保留一个。',
  },

  async prepare(story) {
    await register(story, people);
    const listed = await roster(story);
    await nameSamplers(story, listed.slice(0, 2));
    await formTeam(
      story,
      listed.filter((one) => one.partyMember),
    );
    await order(story, WANTED);
    await medicine(
      story,
      listed.find((one) => one.chronic),
    );
  },

  async onDay(story, view) {
    if (view.inspection.inspections > 0 || view.phase !== 'operating') return;
    const photo = await story.town.upload('巡查照片.txt', '巡查照片(演示)', story.owner);
    const findings = [{ text: '食堂入口未贴一米线。', photos: [photo] }];
    await story.act('record-inspection', story.owner, { area: '食堂', findings });
    story.say('自我管理队伍巡查食堂,发现 1 个问题。');
  },

  async doDuty(story, kind, which, view) {
    if (await moveOrder(story, kind, which, view, BROKEN)) return;
    if (kind === 'test') {
      const first = which === `${String(view.operation.startsOn)}/morning-antigen`;
      const [sampler] = view.sampling.samplers;
      const sampling = which.endsWith('nucleic-acid') ? { sampling: 'self', sampler: sampler?.person } : {};
      await fileSheet(story, which, people, { sampling, ...(first && { positive: FALSE_POSITIVE }) });
    }
    if (kind === 'order-back-order') await replenish(story);
    if (kind === 'finding') {
      await story.act('close-finding', story.owner, { finding: which, note: '已张贴一米线并安排专人提醒。' });
      story.say('巡查问题已整改。');
    }
    if (kind === 'incident-isolate') {
      await story.act('take-incident-step', story.owner, {
        incident: which,
        step: 'isolate',
        note: '已在隔离观察室单独安置。',
      });
      story.say('抗原阳性人员就地隔离。');
    }
    if (kind === 'incident-recheck') {
      const rows = [{ name: FALSE_POSITIVE, documentNumber: people[10]?.documentNumber, result: 'negative' }];
      await story.act('report-recheck', story.town.account('health'), { incident: which, sheet: `${which}/1`, rows });
      story.say('卫生服务中心核酸复核阴性,解除隔离(假阳性)。');
    }
  },
};

async function nameSamplers(story: Story, chosen: readonly Listed[]): Promise<void> {
  const { samplers } = (await story.view()).sampling;
  for (const { id } of chosen) {
    const known = samplers.find((one) => one.person === id);
    if (!known) await story.act('name-sampler', story.owner, { person: id });
    if (known?.certifiedAt) continue;
    await story.act('certify-sampler', story.town.account('health'), { person: id });
  }
  story.say('两名骨干员工经卫生服务中心培训发证,可自主采样。');
}

async function formTeam(story: Story, members: readonly Listed[]): Promise<void> {
  if ((await story.view()).inspection.team.length > 0) return;
  await story.act('form-self-management', story.owner, { members: members.map((one) => one.id) });
  story.say(`党员员工 ${members.length} 人组成自我管理队伍。`);
}

/** Each request under its key: a second run gets the first one's answers. */
async function medicine(story: Story, person: Listed | undefined): Promise<void> {
  if (!person) return;
  const { town, owner, official } = story;
  const made = await town.attempt<{ id: string }>('/medicine-orders', {
    as: owner,
    body: { person: person.id, medicine: '演示降压片 5mg', quantity: '2 盒' },
    key: 'demo/medicine',
  });
  if (!made) return;
  const { id } = made;
  const volunteer = town.account('volunteer');
  const { id: carrier } = await town.get<{ id: string }>('/me', volunteer);
  await town.attempt(`/medicine-orders/${id}/assign`, {
    as: official,
    body: { volunteer: carrier },
    key: 'demo/medicine/assign',
  });
  for (const [step, as] of [
    ['bought', volunteer],
    ['delivered', volunteer],
    ['received', owner],
  ] as const) {
    await town.attempt(`/medicine-orders/${id}/step`, { as, body: { step }, key: `demo/medicine/${step}` });
  }
  story.say('志愿者为一名慢性病员工代配药并送达。');
}
