/**
 * `npm run bench [-- --json FILE] [--seconds S]`: how fast the full system answers, beside a bare workflow, HTTP before it and plain
 * Express. `npm run bench -- --day [--json FILE]`: what an operating day and an order cost Temporal.
 */
import { writeFileSync } from 'node:fs';
import { ConfigurationError } from '../config/env';
import { readAsked, type Asked } from './bench/asked';
import { MeasuredDays } from './bench/day/measured-days';
import { dayReportOf } from './bench/day/report';
import { AT_ONCE, CONTENDERS, figuresOf, type AtOnce, type ContenderName, type Round } from './bench/figures';
import { drive, type Measurement } from './bench/measure';
import { reportOf } from './bench/report';
import { Stage } from './bench/stage';

/** Three, so that one round that something else disturbed is not the median. */
const ROUNDS = 3;
/**
 * How the time of a round is shared: (b) and (b2) drive as many cases as (a) in less time; (c) is many times faster and as steady in
 * a short one.
 */
const SHARE = { full: 0.4, plain: 0.1 } as const;
const MESSAGES = 9;

const say = (line: string) => console.log(`[bench] ${line}`);

/** How many cases each contender gets in a round at each concurrency. */
type Plan = Readonly<Record<AtOnce, Readonly<Record<ContenderName, number>>>>;

/** Every process has done all it will do, and how many cases fill a round is known. */
async function warmUp(stage: Stage, seconds: number): Promise<Plan> {
  const perRound = seconds / (AT_ONCE.length * ROUNDS);
  const plan = {} as Record<AtOnce, Record<ContenderName, number>>;
  for (const atOnce of AT_ONCE) {
    const rate = {} as Record<ContenderName, number>;
    for (const name of CONTENDERS) {
      // 4: enough to be warm for one at a time; each driver has one of its own otherwise.
      rate[name] = (await measure(stage, name, Math.max(atOnce, 4), atOnce)).messagesPerSecond;
    }
    const fitting = (name: keyof typeof SHARE) => {
      const cases = (perRound * SHARE[name] * rate[name]) / MESSAGES;
      // Whole rows of drivers: else the last cases are driven by a few.
      return Math.max(1, Math.round(cases / atOnce)) * atOnce;
    };
    const full = fitting('full');
    // As many for all three, so that beginning and end weigh the same.
    plan[atOnce] = { full, bare: full, http: full, plain: fitting('plain') };
  }
  return plan;
}

async function measure(stage: Stage, name: ContenderName, cases: number, atOnce: number): Promise<Measurement> {
  const contender = stage.contender(name);
  const measured = await drive(await contender.prepare(cases), atOnce);
  await contender.settle();
  return measured;
}

async function oneRound(
  stage: Stage,
  contender: ContenderName,
  cases: number,
  atOnce: Round['atOnce'],
): Promise<Round> {
  const prepared = await stage.contender(contender).prepare(cases);
  const before = stage.processor();
  const measured = await drive(prepared, atOnce);
  await stage.contender(contender).settle();
  const after = Object.entries(stage.processor());
  const messages = cases * MESSAGES;
  const processorMs = Object.fromEntries(after.map(([name, ms]) => [name, (ms - (before[name] ?? 0)) / messages]));
  const histories = contender === 'full' ? await stage.full.histories(cases) : [];
  return { ...measured, contender, atOnce, processorMs, histories };
}

async function allRounds(stage: Stage, plan: Plan): Promise<Round[]> {
  const rounds: Round[] = [];
  for (const atOnce of AT_ONCE) {
    for (let number = 1; number <= ROUNDS; number += 1) {
      const words: string[] = [];
      for (const contender of CONTENDERS) {
        const one = await oneRound(stage, contender, plan[atOnce][contender], atOnce);
        rounds.push(one);
        words.push(`${contender} ${one.messagesPerSecond.toFixed(0)}/s`);
      }
      say(`${atOnce} at once, round ${number} of ${ROUNDS}: ${words.join(', ')} (${plan[atOnce].full} cases each)`);
    }
  }
  return rounds;
}

const EXPLANATION = `
Measured: the nine messages of a case, from sending to answer; cases and enterprises are made before the clock starts.
(a) full system: HTTP with a bearer token, signed envelope, checks, the workflow's decision, the ledger written behind.
(b) bare workflow: a Temporal client straight to the same server; the same Updates with the same arguments and answers of
    the same size, no signature checked, nothing decided, nothing recorded, no HTTP, no PostgreSQL.
(b2) HTTP before (b): the same bodies over HTTP to Express without sign-in, which sends (b)'s workflow its Updates by a Temporal
    client and answers as many bytes as the full system.
(c) plain Express: the same bodies over HTTP, one PostgreSQL transaction each on the same server, no rules, no Temporal.`;

async function acts(stage: Stage, { json, seconds }: Asked): Promise<void> {
  await stage.start(say);
  say('warming up …');
  const plan = await warmUp(stage, seconds);
  const rounds = await allRounds(stage, plan);
  const figures = figuresOf(rounds, stage.memory());
  const { handedOver, again } = stage.full.notAtOnce;
  if (handedOver + again > 0) say(`acts handed over (202): ${handedOver}, sent again (503): ${again}`);
  if (json !== undefined) writeJson(json, figures);
  console.log(EXPLANATION);
  console.log(reportOf(figures, rounds));
}

async function days(measured: MeasuredDays, { json }: Asked): Promise<void> {
  const figures = await measured.measure(say);
  if (json !== undefined) writeJson(json, figures);
  console.log(dayReportOf(figures));
}

function writeJson(file: string, figures: object): void {
  writeFileSync(file, `${JSON.stringify(figures, null, 2)}\n`);
}

/** What measures, and how all that it began is ended. */
interface Measuring {
  readonly run: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

function measuring(asked: Asked): Measuring {
  if (asked.day) {
    const measured = new MeasuredDays();
    return { run: () => days(measured, asked), stop: () => measured.stop() };
  }
  const stage = new Stage();
  return { run: () => acts(stage, asked), stop: () => stage.stop() };
}

async function main(): Promise<void> {
  const { run, stop } = measuring(readAsked(process.argv.slice(2)));
  const stopped = (signal: NodeJS.Signals) => {
    say(`${signal}: stopping and removing everything …`);
    // 130: what a shell makes of a program that Ctrl-C has ended.
    void stop().then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped);
  try {
    await run();
  } finally {
    say('stopping and removing everything …');
    await stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : `bench: ${(error as Error).message}`);
    process.exit(1);
  },
);
