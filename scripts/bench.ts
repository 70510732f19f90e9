/** `npm run bench [-- --json FILE] [--seconds S]`: how fast the full system answers, beside a bare workflow and plain Express. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config/env';
import { drive, type Measurement } from './bench/measure';
import { AT_ONCE, CONTENDERS, figuresOf, reportOf, type ContenderName, type Round } from './bench/report';
import { Stage } from './bench/stage';

const USAGE = 'npm run bench [-- --json FILE] [--seconds S]';
/** 120 s measured, with preparing and starting some three and a half minutes; the whole is to stay under five. */
const SECONDS = 120;
/** Below, a round at 50 has no second case for anybody; above, the whole takes more than five minutes. */
const LEAST_SECONDS = 10;
const MOST_SECONDS = 180;
/** Three, so that one round that something else disturbed is not the median. */
const ROUNDS = 3;
/** How the time of a round is shared: (c) is many times faster and as steady in a short one. */
const SHARE = { full: 0.45, bare: 0.45, plain: 0.1 } as const;
const MESSAGES = 9;

interface Asked {
  readonly json: string | undefined;
  readonly seconds: number;
}

const say = (line: string) => console.log(`[bench] ${line}`);

function readAsked(): Asked {
  const { json, seconds = String(SECONDS) } = parsed();
  const number = /^\d{1,4}$/.test(seconds) ? Number(seconds) : NaN;
  if (!(number >= LEAST_SECONDS && number <= MOST_SECONDS)) {
    throw new ConfigurationError(`--seconds takes a number from ${LEAST_SECONDS} to ${MOST_SECONDS}. ${USAGE}`);
  }
  if (json !== undefined) tryToWrite(json);
  return { json, seconds: number };
}

function parsed(): { readonly json?: string; readonly seconds?: string } {
  try {
    return parseArgs({ options: { json: { type: 'string' }, seconds: { type: 'string' } } }).values;
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message.split('. ')[0]}. ${USAGE}`);
  }
}

/** Before the minutes of measuring, not after them. */
function tryToWrite(file: string): void {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}). ${USAGE}`);
  }
}

/** How many cases each contender gets in a round at each concurrency. */
type Plan = Readonly<Record<(typeof AT_ONCE)[number], Readonly<Record<ContenderName, number>>>>;

/** Every process has done all it will do, and how many cases fill a round is known. */
async function warmUp(stage: Stage, seconds: number): Promise<Plan> {
  const perRound = seconds / (AT_ONCE.length * ROUNDS);
  const plan = {} as Record<(typeof AT_ONCE)[number], Record<ContenderName, number>>;
  for (const atOnce of AT_ONCE) {
    const cases = {} as Record<ContenderName, number>;
    for (const name of CONTENDERS) {
      // 4: enough to be warm for one at a time; each driver has one of its own otherwise.
      const { messagesPerSecond } = await measure(stage, name, Math.max(atOnce, 4), atOnce);
      const fitting = (perRound * SHARE[name] * messagesPerSecond) / MESSAGES;
      // Whole rows of drivers: else the last cases are driven by a few.
      cases[name] = Math.max(1, Math.round(fitting / atOnce)) * atOnce;
    }
    // As many for both, so that beginning and end weigh the same.
    plan[atOnce] = { ...cases, bare: cases.full };
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
(c) plain Express: the same bodies over HTTP, one PostgreSQL transaction each on the same server, no rules, no Temporal.`;

async function run(stage: Stage, { json, seconds }: Asked): Promise<void> {
  await stage.start(say);
  say('warming up …');
  const plan = await warmUp(stage, seconds);
  const rounds = await allRounds(stage, plan);
  const figures = figuresOf(rounds, stage.memory());
  if (json !== undefined) writeFileSync(json, `${JSON.stringify(figures, null, 2)}\n`);
  console.log(EXPLANATION);
  console.log(reportOf(figures, rounds));
}

async function main(): Promise<void> {
  const asked = readAsked();
  const stage = new Stage();
  const stopped = (signal: NodeJS.Signals) => {
    say(`${signal}: stopping and removing everything …`);
    // 130: what a shell makes of a program that Ctrl-C has ended.
    void stage.stop().then(() => process.exit(130));
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stopped);
  try {
    await run(stage, asked);
  } finally {
    say('stopping and removing everything …');
    await stage.stop();
  }
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof ConfigurationError ? error.message : `bench: ${(error as Error).message}`);
    process.exit(1);
  },
);
