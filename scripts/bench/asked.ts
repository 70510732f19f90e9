/** Answers for what the bench is asked to do: its command line, read and refused before the minutes of measuring. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../../config/env';

const USAGE = 'npm run bench [-- --json FILE] [--seconds S], or npm run bench -- --day [--json FILE]';
/** 120 s measured, with preparing and starting some three and a half minutes; the whole is to stay under five. */
const SECONDS = 120;
/** Below, a round at 50 has no second case for anybody; above, the whole takes more than five minutes. */
const LEAST_SECONDS = 10;
const MOST_SECONDS = 180;

export interface Asked {
  /** What an operating day costs, instead of what an act costs. */
  readonly day: boolean;
  readonly json: string | undefined;
  /** Of measuring; of acts only. */
  readonly seconds: number;
}

/** @throws ConfigurationError for what the bench does not take, and for a file that it could not write */
export function readAsked(args: readonly string[]): Asked {
  const { day = false, json, seconds } = parsed(args);
  if (day && seconds !== undefined) throw new ConfigurationError(`--day takes as long as its days take. ${USAGE}`);
  const number = secondsIn(seconds ?? String(SECONDS));
  if (json !== undefined) tryToWrite(json);
  return { day, json, seconds: number };
}

function parsed(args: readonly string[]) {
  try {
    const options = { day: { type: 'boolean' }, json: { type: 'string' }, seconds: { type: 'string' } } as const;
    return parseArgs({ args: [...args], options }).values;
  } catch (error) {
    throw new ConfigurationError(`${(error as Error).message.split('. ')[0]}. ${USAGE}`);
  }
}

function secondsIn(text: string): number {
  const number = /^\d{1,4}$/.test(text) ? Number(text) : NaN;
  if (number >= LEAST_SECONDS && number <= MOST_SECONDS) return number;
  throw new ConfigurationError(`--seconds takes a number from ${LEAST_SECONDS} to ${MOST_SECONDS}. ${USAGE}`);
}

function tryToWrite(file: string): void {
  try {
    writeFileSync(file, '');
  } catch (error) {
    throw new ConfigurationError(`${file} cannot be written (${(error as NodeJS.ErrnoException).code}). ${USAGE}`);
  }
}
