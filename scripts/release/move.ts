/** `release -- move`: asks open runs to continue as new on the current build, and says what has not moved and why. */
import { moveRuns, type Moved } from '../../workers/moving';
import type { Desk } from './desk';

export interface Asked {
  /** That build alone; every other than the current one when undefined. */
  readonly from?: string;
  readonly dryRun?: boolean;
}

/** May be ended and begun again. Sets the exit code 1 when something is left. */
export async function moveTo({ client, json }: Desk, { from, dryRun = false }: Asked): Promise<Moved> {
  const begun = performance.now();
  const moved = await moveRuns(client, {
    ...(from !== undefined && { from: [from] }),
    dryRun,
    progress: progressLine(json),
  });
  const seconds = Math.round((performance.now() - begun) / 100) / 10;
  if (process.stderr.isTTY && !json) process.stderr.write('\n');
  if (json) console.log(JSON.stringify({ ...moved, dryRun, seconds }, null, 2));
  else say(moved, { dryRun, seconds });
  if (moved.after > 0 && !dryRun) process.exitCode = 1;
  return moved;
}

/** On a terminal one line that changes; in a log a line for each change. */
function progressLine(json: boolean): (moved: number, of: number) => void {
  let last = -1;
  return (moved, of) => {
    if (json || moved === last) return;
    last = moved;
    const line = `${moved} of ${of} have moved`;
    process.stderr.write(process.stderr.isTTY ? `\r${line} ` : `${line}\n`);
  };
}

function say({ to, before, after, left }: Moved, { dryRun, seconds }: { dryRun: boolean; seconds: number }): void {
  if (dryRun) return console.log(`${before} runs would be asked to move to build ${to}.`);
  if (after === 0) return console.log(`${before} runs have moved to build ${to}, in ${seconds} s.`);
  console.log(`${before - after} of ${before} runs have moved to build ${to}; ${after} have not:`);
  for (const { build, workflow, run, why } of left) console.log(`  ${workflow} (run ${run}, build ${build}): ${why}`);
}
