/** The enterprise whose days are measured: so many people in the loop on site, a self-management team, and nothing out of the ordinary. */
import { register, roster } from '../../demo/enterprise';
import { crew, JOINED_ON } from '../../demo/people';
import type { EnterpriseDays } from '../../demo/story';

/** From number 0, so that a thousand people have numbers of three digits, as made-up documents have. */
const FIRST = 0;

/** How it comes to operate is the demonstration's; its days are driven by scripts/bench/day/life.ts. */
export function workforce(count: number): EnterpriseDays {
  const people = crew({ count, from: FIRST, loop: 'on-site', workshop: '装配车间', joinedOn: JOINED_ON });
  return {
    kind: 'factory',
    what: '工厂',
    liaison: 'liaison-1',
    people,
    survey: { opinions: '希望尽快恢复生产。', keyMatters: '厂区仅保留一个出入口。' },

    async prepare(story) {
      await register(story, people);
      const members = (await roster(story)).filter((one) => one.partyMember).map(({ id }) => id);
      await story.act('form-self-management', story.owner, { members });
    },

    onDay: () => Promise.resolve(),
    doDuty: () => Promise.resolve(),
  };
}
