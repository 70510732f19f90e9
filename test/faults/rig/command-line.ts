/** What the kill run is asked for on its command line, checked before anything is started. */
import { randomInt } from 'node:crypto';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../../config/env';
import { SABOTAGES, type Sabotage } from './sabotage';

const USAGE = 'npm run faults -- --kills N [--seed S] [--cases C] [--sabotage lost|twice|chain] [--keep]';
/** Every kind twice: two minutes on two cores. */
const KILLS = '10';
/** Some hours: beyond it somebody has mistyped. */
const MOST_KILLS = 2000;
/** Eight cases at once keep two cores half busy, so that recovering is not waiting for them. */
const CASES = '8';
/** As many connections of people as the API's pool of PostgreSQL connections serves without queues. */
const MOST_CASES = 50;
/** The dice take 32 bits. */
const SEEDS = 2 ** 32;

export interface Asked {
  readonly kills: number;
  readonly seed: number;
  /** How many at once. */
  readonly cases: number;
  readonly sabotage: Sabotage | undefined;
  readonly keep: boolean;
}

/** @throws ConfigurationError in one line */
export function readAsked(args: readonly string[]): Asked {
  const values = parsed(args);
  const { sabotage, keep = false } = values;
  if (sabotage !== undefined && !isSabotage(sabotage))
    throw new ConfigurationError(`--sabotage takes ${SABOTAGES.join(', ')}. ${USAGE}`);
  return {
    kills: number('--kills', values.kills ?? KILLS, 1, MOST_KILLS),
    cases: number('--cases', values.cases ?? CASES, 1, MOST_CASES),
    seed: number('--seed', values.seed ?? String(randomInt(SEEDS)), 0, SEEDS - 1),
    sabotage,
    keep,
  };
}

function parsed(args: readonly string[]) {
  const one = { type: 'string' } as const;
  const options = { kills: one, seed: one, cases: one, sabotage: one, keep: { type: 'boolean' } } as const;
  try {
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    const [first = ''] = (error as Error).message.split(/\.\s/);
    throw new ConfigurationError(`${first}. ${USAGE}`);
  }
}

function number(option: string, given: string, least: number, most: number): number {
  const value = /^\d{1,10}$/.test(given) ? Number(given) : NaN;
  if (value >= least && value <= most) return value;
  throw new ConfigurationError(`${option} takes a number from ${least} to ${most}. ${USAGE}`);
}

function isSabotage(word: string): word is Sabotage {
  return (SABOTAGES as readonly string[]).includes(word);
}

/** The command with which somebody else sees the same schedule of kills. */
export function commandOf({ kills, seed, cases, sabotage }: Asked): string {
  const on = sabotage === undefined ? '' : ` --sabotage ${sabotage}`;
  return `npm run faults -- --kills ${kills} --seed ${seed} --cases ${cases}${on} --keep`;
}
