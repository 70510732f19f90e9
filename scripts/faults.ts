/** `npm run faults -- --kills N --seed S`: kills parts of a working system at random, then proves that nothing was lost and nothing done twice. */
import { ConfigurationError } from '../config/env';
import { transaction, type Pool } from '../db/sql/pool';
import type { ActLog } from '../test/faults/rig/act-log';
import { commandOf, readAsked, type Asked } from '../test/faults/rig/command-line';
import type { Check } from '../test/faults/rig/checks/check';
import { prove, untilComplete } from '../test/faults/rig/proof';
import { sabotage, type Sabotage } from '../test/faults/rig/sabotage';
import { schedule } from '../test/faults/rig/schedule';
import { SAID_WITHOUT_LIMITS } from './own-system/system';
import { Stage } from '../test/faults/rig/stage';

/** Findings of one sort that are told; one defect mostly makes many. */
const SHOWN = 20;

const say = (line: string) => console.log(`[faults] ${line}`);

/** @returns how many findings there are */
async function run(stage: Stage, asked: Asked): Promise<number> {
  say(SAID_WITHOUT_LIMITS);
  say(`${asked.kills} kills, seed ${asked.seed}, ${asked.cases} cases at once; starting a system of its own …`);
  await stage.start();
  const pool = stage.openPool();
  const { drivers, killer } = await stage.work(pool);
  for (const one of schedule(asked.seed, asked.kills)) {
    const { recoveryMs } = await killer.kill(one);
    const what = one.backend ? `${one.kind} with a backend` : one.kind;
    const { acknowledged } = stage.log.counts;
    say(
      `kill ${one.number} of ${asked.kills}: ${what}, back after ${seconds(recoveryMs)}, ${acknowledged} acknowledged`,
    );
  }
  await drivers.close();
  sayFailures(stage.log);
  const sources = { pool, temporal: await stage.openTemporal(), log: stage.log };
  const begun = performance.now();
  await untilComplete(sources);
  say(`every ledger complete after ${seconds(performance.now() - begun)}; comparing …`);
  await breakOne(pool, asked.sabotage, stage.log);
  return sayChecks(await prove(sources));
}

async function breakOne(pool: Pool, kind: Sabotage | undefined, { acts }: ActLog): Promise<void> {
  if (kind === undefined) return;
  say(`sabotage: ${await transaction(pool, (client) => sabotage(client, kind, acts))}`);
}

function sayFailures({ failures }: ActLog): void {
  const words = [...failures].sort(([, a], [, b]) => b - a).map(([reason, times]) => `${reason} ${times}×`);
  say(`sent again after: ${words.join(', ') || 'nothing'}`);
}

function sayChecks(checks: readonly Check[]): number {
  for (const { holds, findings } of checks) {
    if (findings.length === 0) console.log(`✓ ${holds}`);
    for (const finding of findings.slice(0, SHOWN)) console.error(`✗ ${finding}`);
    if (findings.length > SHOWN) console.error(`✗ … and ${findings.length - SHOWN} more of this sort`);
  }
  return checks.reduce((sum, { findings }) => sum + findings.length, 0);
}

function seconds(ms: number): string {
  // 1,000 ms are one second.
  return `${(ms / 1000).toFixed(1)} s`;
}

async function main(): Promise<boolean> {
  const asked = readAsked(process.argv.slice(2));
  const stage = new Stage(asked);
  const stopped = (signal: NodeJS.Signals) => {
    say(`${signal}: stopping and removing everything …`);
    // 130: what a shell makes of a program that Ctrl-C has ended.
    void stage.stop().then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped);
  let findings: number | undefined;
  try {
    findings = await run(stage, asked);
    return findings === 0;
  } finally {
    if (stage.isStopped) say('stopped before its end');
    else if (findings === 0)
      say(`nothing lost, nothing twice: ${stage.log.counts.acknowledged} acts through ${asked.kills} kills`);
    else sayHowToRepeat(asked, findings);
    await stage.stop({ keep: asked.keep });
    if (asked.keep) say(`kept: ${stage.dataDir}`);
  }
}

function sayHowToRepeat(asked: Asked, findings: number | undefined): void {
  const what = findings === undefined ? 'the run failed' : `${findings} findings`;
  console.error(`[faults] ${what}, seed ${asked.seed}. To repeat and keep everything: ${commandOf(asked)}`);
}

main().then(
  (held) => process.exit(held ? 0 : 1),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : `faults: ${(error as Error).message}`);
    process.exit(1);
  },
);
