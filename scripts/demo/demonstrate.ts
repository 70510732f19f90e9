/** The demonstration as a whole: what the town has, what each enterprise does, and the figures that come of it. */
import { plan, signOffs, station, survey } from './approval';
import type { EnterpriseDays } from './story';
import { FACTORY } from './factory';
import { complete, isDone, operate } from './operating';
import { Story } from './story';
import { SUPERMARKET } from './supermarket';
import { buyTogether, fillStock } from './supplies';
import { tellEverybody } from './telling';
import type { Town } from './town';

interface Wanted {
  readonly all: boolean;
  readonly ui: string;
  /** Where the catcher's mails are seen. */
  readonly mails: string;
}

interface Statistics {
  readonly figures: { readonly [figure: string]: number | null };
  readonly definitions: { readonly [figure: string]: { readonly zh: string } };
}

/** Each part looks first what is done already. */
export async function demonstrate(town: Town, { all, ui, mails }: Wanted): Promise<void> {
  await fillStock(town);
  await tell(town, FACTORY, { toTheEnd: all }, ui);
  if (!all) return tellEverybody(town, mails);
  await buyTogether(town);
  await tell(town, SUPERMARKET, { toTheEnd: true }, ui);
  const { figures, definitions } = await town.get<Statistics>('/statistics', town.account('official'));
  console.log('\n统计 Statistics:');
  for (const [figure, value] of Object.entries(figures)) {
    console.log(`  ${figure}: ${value ?? '–'}(${definitions[figure]?.zh ?? ''})`);
  }
  await tellEverybody(town, mails);
}

/** From the survey to the third morning of operation, or, to be closed, to the end of the case. */
async function tell(town: Town, days: EnterpriseDays, { toTheEnd }: { toTheEnd: boolean }, ui: string): Promise<void> {
  const story = await Story.begin(town, days, ui);
  if (await isDone(story, toTheEnd)) return story.tellEnd('演示已经完成,没有需要再做的。All is done already.');
  await survey(story);
  await plan(story);
  await signOffs(story);
  await station(story);
  await operate(story, toTheEnd);
  if (toTheEnd) await complete(story);
  await story.tellEnd(
    toTheEnd ? `演示完成:${days.what}已办结。Done.` : '演示完成:工厂已运行两个完整工作日,现在是第三天早晨。Done.',
  );
}
