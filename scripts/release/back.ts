/** `release -- back`: makes a former build current again and moves open runs to it; no start of a build that was there undoes it. */
import { chooseRelease, locked, releases, type Release } from '../../db/operations/releases';
import { Deployment } from '../../workers/deployment';
import { Refusal, type Desk } from './desk';
import { moveTo } from './move';

/** `build`: the one before the current one when undefined; any other that is registered, a later one too. @throws Refusal */
export async function goBack(desk: Desk, build?: string): Promise<void> {
  const { pool, client, json } = desk;
  const deployment = new Deployment(client);
  await locked(pool, async () => {
    const known = await releases(pool);
    const now = await deployment.current();
    const current = known.find((one) => one.build === now);
    const target = targetOf(known, current, build);
    if (current && target.schema !== current.schema)
      throw new Refusal(
        `Build ${target.build} has schema ${target.schema}, the current one ${current.schema}: a release that raises the schema is not taken back; mend it by another release.`,
      );
    if (!(await deployment.polled()).has(target.build))
      throw new Refusal(`No worker runs build ${target.build}: start that release, or a worker of this one, first.`);
    await chooseRelease(pool, target.build);
    await deployment.makeCurrent(target.build);
    if (!json) console.log(`Build ${target.build} (release ${target.number}) is current.`);
  });
  await moveTo(desk, {});
}

function targetOf(known: readonly Release[], current: Release | undefined, build: string | undefined): Release {
  if (build !== undefined) {
    const named = known.find((one) => one.build === build);
    if (!named) throw new Refusal(`There is no build ${build}; npm run release -- status lists them.`);
    return named;
  }
  const former = known.findLast(({ number }) => current !== undefined && number < current.number);
  if (!former) throw new Refusal('There is no build before the current one.');
  return former;
}
