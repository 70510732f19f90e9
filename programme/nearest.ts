/** Answers for the word that was probably meant. */

/** A third of the letters may be wrong; beyond that a suggestion is a guess that misleads. */
const TOLERANCE = 3;
/** As much as is needed to take the beginning of a word for the word. */
const BEGINNING = 4;
/** Only that many known words are compared: a file with more is not one that a person wrote. */
const COMPARED = 200;

/** The known word nearest to `given` by insertions, deletions, replacements and swaps of neighbours; undefined when
 * none is near. The beginning of only one word is that word. */
export function nearest(given: string, known: readonly string[]): string | undefined {
  // Longer words are no slip of the pen, and the comparison takes the product of both lengths.
  if (given.length > 80) return undefined;
  const begun = known.slice(0, COMPARED).filter((word) => given.length >= BEGINNING && word.startsWith(given));
  if (begun.length === 1) return begun[0];
  let best: { word: string; distance: number } | undefined;
  for (const word of known.slice(0, COMPARED)) {
    const distance = distanceBetween(given.toLowerCase(), word.toLowerCase());
    if (distance <= Math.max(given.length, word.length) / TOLERANCE && distance < (best?.distance ?? Infinity)) {
      best = { word, distance };
    }
  }
  return best?.word;
}

function distanceBetween(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let least = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        least = Math.min(least, (before[j - 2] ?? 0) + 1);
      row.push(least);
    }
    [before, last] = [last, row];
  }
  return last[b.length] ?? 0;
}
