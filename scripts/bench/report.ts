/** Answers for what the bench says to a reader: its table, where the machine's time goes, and what falls short. */
import { AT_ONCE, CONTENDERS, of, round, type ContenderName, type Figures, type Round } from './figures';
import { median, percentile } from './measure';
import { shortfalls } from './targets';

export function reportOf(figures: Figures, rounds: readonly Round[]): string {
  const { eventsPerCaseAtOnce: events, bytesPerCaseAtOnce: bytes } = figures;
  const memory = Object.entries(figures.memoryMiB).map(([name, mib]) => `${name} ${mib}`);
  const atOnce = AT_ONCE.map((n) => `${events[n]} and ${kib(bytes[n])} at ${n}`);
  return [
    '',
    ...tableOf(figures, rounds),
    '',
    `History of a case: ${figures.eventsPerCase} events, ${kib(figures.bytesPerCase)} KiB on average (${atOnce.join(', ')}).`,
    `Memory, MiB: ${memory.join(', ')}.`,
    ...processorLines(rounds),
    ...shortfalls(figures),
  ].join('\n');
}

const TITLES: { readonly [C in ContenderName]: string } = {
  full: '(a) full system, ms',
  bare: '(b) bare workflow, ms',
  http: '(b2) HTTP before (b), ms',
  plain: '(c) plain Express, ms',
};

function tableOf(figures: Figures, rounds: readonly Round[]): string[] {
  const { messagesPerSecond: rate, fullToBare, fullToHttp, fullToPlain } = figures;
  const columns = `${cell('msg/s')}${cell('p50')}${cell('p99')}`;
  const lines = AT_ONCE.map((n) => {
    const measured = CONTENDERS.map((contender) => {
      const all = of(rounds, contender, n).flatMap((one) => one.latenciesMs);
      return `${cell(rate[contender][n])}${cell(round(percentile(all, 0.5), 1))}${cell(round(percentile(all, 0.99), 1))}`;
    });
    const ratios = `${cell(fullToBare[n].toFixed(2))}${cell(fullToHttp[n].toFixed(2))}${cell(fullToPlain[n].toFixed(3))}`;
    return [cell(n), ...measured, ratios].join('  |');
  });
  const titles = CONTENDERS.map((contender) => TITLES[contender].padStart(columns.length));
  return [
    [cell('at once'), ...titles, `${cell('a:b')}${cell('a:b2')}${cell('a:c')}`].join('  |'),
    [cell(''), ...CONTENDERS.map(() => columns), ''].join('  |'),
    ...lines,
  ];
}

/** Where the machine's time goes: with all cores busy, messages per second are nothing else. */
function processorLines(rounds: readonly Round[]): string[] {
  return (['full', 'bare', 'http'] as const).flatMap((contender) => {
    const mine = of(rounds, contender, 50);
    const names = Object.keys(mine[0]?.processorMs ?? {});
    const used = names.map((name) => ({ name, ms: median(mine.map((one) => one.processorMs[name] ?? 0)) }));
    const total = used.reduce((sum, { ms }) => sum + ms, 0);
    const words = used.filter(({ ms }) => ms >= 0.05).map(({ name, ms }) => `${name} ${ms.toFixed(1)}`);
    return total > 0
      ? [`Processor, ms a message at 50 (${contender}): ${words.join(', ')}; ${total.toFixed(1)} in all.`]
      : [];
  });
}

function kib(bytes: number): string {
  return (bytes / 1024).toFixed(1);
}

/** Wide enough for `at once` and five digits with one decimal. */
function cell(value: string | number): string {
  return String(value).padStart(8);
}
