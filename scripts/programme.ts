/** Answers for `npm run programme`: checks a town's programme file and fills its calendar. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { ConfigurationError } from '../config/env';
import { checkProgramme, mistakeLine, readProgramme } from '../programme/read';
import { readProgrammeText } from '../programme/text';
import { nearest } from '../programme/nearest';
import { FIRST_YEAR, LAST_YEAR } from '../programme/checks';
import { daysOf, fillCalendar } from './programme/holidays';
import { summary } from './programme/summary';

const USAGE = `npm run programme -- check FILE                                    检查方案文件
npm run programme -- holidays FILE [--years 2026,2027] [--dry-run]  填写放假与调休`;

const COMMANDS: { readonly [name: string]: (file: string, options: Options) => void } = { check, holidays };

interface Options {
  readonly years?: string;
  readonly 'dry-run'?: boolean;
}

function check(file: string, options: Options): void {
  if (Object.keys(options).length > 0) throw new ConfigurationError('check takes no options 检查命令没有选项');
  console.log(summary(readProgramme(file)));
  console.log('\n没有错误 No mistakes.');
}

function holidays(file: string, options: Options): void {
  const text = readProgrammeText(file);
  const years = yearsFrom(options.years);
  const known = years.flatMap((year) => daysOf(year) ?? []);
  for (const year of years.filter((one) => !known.some((days) => days.year === one))) {
    console.log(`${year}: 放假安排尚未收录，未改动 not known to the holiday library yet, left as it is.`);
  }
  if (known.length === 0) throw new ConfigurationError('none of these years is known 这些年份均未收录');
  const filled = fillCalendar(text, known);
  if (filled === null) throw new ConfigurationError(notFillable(file, text));
  for (const { year, holidays: off, makeUpDays } of known) {
    console.log(`${year}: 放假 ${off.length} 个工作日 weekdays off, 调休上班 ${makeUpDays.length} 天 make-up days.`);
  }
  if (filled === text) return console.log('日历已是最新 The calendar says so already.');
  if (options['dry-run']) return console.log(`试运行，未写入 Dry run: ${file} would change and was not written.`);
  write(file, filled);
  console.log(`已写入 ${file} is written. 请检查 Now check it: npm run programme -- check ${file}`);
}

function write(file: string, text: string): void {
  try {
    writeFileSync(file, text);
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`${file}: cannot be written (${code}) 无法写入`);
  }
}

/** Whatever keeps the calendar from being filled: first the file's own mistakes of syntax, then its layout. */
function notFillable(file: string, text: string): string {
  const checked = checkProgramme(text);
  const syntax = 'mistakes' in checked ? checked.mistakes.filter(({ what }) => /^YAML|calendar/.test(what)) : [];
  if (syntax.length > 0) return syntax.map((mistake) => mistakeLine(file, mistake)).join('\n');
  return `${file}: the calendar must be "calendar: []" or one "- year:" block for each year 日历须为每年一个 "- year:" 块`;
}

/** The current year and the next: that is what a town needs, and next year's days are published in November. */
function yearsFrom(given: string | undefined): number[] {
  if (given === undefined) {
    const year = new Date().getFullYear();
    return [year, year + 1];
  }
  const years = given.split(',').map((text) => (/^\d{4}$/.test(text.trim()) ? Number(text) : NaN));
  if (!years.every((year) => year >= FIRST_YEAR && year <= LAST_YEAR)) {
    throw new ConfigurationError(`--years takes years from ${FIRST_YEAR} to ${LAST_YEAR}, such as --years 2026,2027`);
  }
  return [...new Set(years)].sort();
}

function run(words: readonly string[]): void {
  const { positionals, values } = parse(words);
  const [name, file, ...more] = positionals;
  if (name === undefined) throw new ConfigurationError(USAGE);
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (!command) {
    const near = nearest(name, Object.keys(COMMANDS));
    const known = near === undefined ? `possible: ${Object.keys(COMMANDS).join(', ')}` : `did you mean ${near}?`;
    throw new ConfigurationError(`unknown command ${JSON.stringify(name)} 未知命令 — ${known}`);
  }
  if (file === undefined || more.length > 0) throw new ConfigurationError(`${name} takes one file 请给出一个文件`);
  command(file, values);
}

function parse(words: readonly string[]): { positionals: string[]; values: Options } {
  try {
    const options = { years: { type: 'string' }, 'dry-run': { type: 'boolean' } } as const;
    return parseArgs({ args: [...words], options, allowPositionals: true });
  } catch (error) {
    throw new ConfigurationError(error instanceof Error ? error.message : String(error));
  }
}

try {
  run(process.argv.slice(2));
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
