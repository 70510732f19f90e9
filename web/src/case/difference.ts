/** What has changed between two texts, line by line: the longest common subsequence, by dynamic programming. */

export interface Line {
  readonly kind: 'same' | 'gone' | 'new';
  readonly line: string;
}

/** Above this many cells the table would hold the page up; then the texts count as wholly replaced between their common ends. */
const MOST_CELLS = 4_000_000;

export function difference(before: readonly string[], after: readonly string[]): Line[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  const rest = () => Math.min(before.length, after.length) - head - tail;
  while (rest() > 0 && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const same = (lines: readonly string[]): Line[] => lines.map((line) => ({ kind: 'same', line }));
  return [
    ...same(before.slice(0, head)),
    ...between(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...same(before.slice(before.length - tail)),
  ];
}

function between(before: readonly string[], after: readonly string[]): Line[] {
  const gone = (line: string): Line => ({ kind: 'gone', line });
  const added = (line: string): Line => ({ kind: 'new', line });
  if (before.length * after.length > MOST_CELLS) return [...before.map(gone), ...after.map(added)];
  const width = after.length + 1;
  // common[i * width + j]: how many lines before[i..] and after[j..] have in common, in order.
  const common = new Uint32Array((before.length + 1) * width);
  for (let i = before.length - 1; i >= 0; i -= 1) {
    for (let j = after.length - 1; j >= 0; j -= 1) {
      const cell = i * width + j;
      common[cell] =
        before[i] === after[j]
          ? (common[cell + width + 1] ?? 0) + 1
          : Math.max(common[cell + width] ?? 0, common[cell + 1] ?? 0);
    }
  }
  const lines: Line[] = [];
  let [i, j] = [0, 0];
  while (i < before.length && j < after.length) {
    const [old = '', now = ''] = [before[i], after[j]];
    if (old === now) {
      lines.push({ kind: 'same', line: old });
      i += 1;
      j += 1;
    } else if ((common[(i + 1) * width + j] ?? 0) >= (common[i * width + j + 1] ?? 0)) {
      lines.push(gone(old));
      i += 1;
    } else {
      lines.push(added(now));
      j += 1;
    }
  }
  return [...lines, ...before.slice(i).map(gone), ...after.slice(j).map(added)];
}
