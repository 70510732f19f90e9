/** Shortens text to what a platform takes: between characters as a reader sees them, never inside one. */

const ELLIPSIS = '…';
const CHARACTERS = new Intl.Segmenter('zh', { granularity: 'grapheme' });

/** The text as it is when it has at most `limit` bytes of UTF-8; otherwise its beginning and '…', or '' when not even that fits. */
export function cutToBytes(text: string, limit: number): string {
  return cut(text, limit, byteLength);
}

/**
 * The same for limits in characters (字). Counted are UTF-16 units: they are never fewer than what a platform may count, so that
 * none finds the text too long.
 */
export function cutToLength(text: string, limit: number): string {
  return cut(text, limit, ({ length }) => length);
}

/** As many whole blocks (parted by blank lines) as fit, then '…'; undefined when not even the first one does. */
export function cutToBlocks(text: string, limit: number): string | undefined {
  if (byteLength(text) <= limit) return text;
  const blocks = text.split('\n\n');
  let kept = '';
  for (const block of blocks) {
    const longer = kept === '' ? block : `${kept}\n\n${block}`;
    if (byteLength(`${longer}\n\n${ELLIPSIS}`) > limit) break;
    kept = longer;
  }
  return kept === '' ? undefined : `${kept}\n\n${ELLIPSIS}`;
}

export function byteLength(text: string): number {
  return Buffer.byteLength(text, 'utf8');
}

function cut(text: string, limit: number, sizeOf: (text: string) => number): string {
  if (sizeOf(text) <= limit) return text;
  let left = limit - sizeOf(ELLIPSIS);
  if (left < 0) return '';
  let end = 0;
  for (const { segment, index } of CHARACTERS.segment(text)) {
    left -= sizeOf(segment);
    if (left < 0) break;
    end = index + segment.length;
  }
  return text.slice(0, end) + ELLIPSIS;
}
