/** Shortened text is never too long, is a beginning of the whole, and breaks no character. */
import fc from 'fast-check';
import { byteLength, cutToBlocks, cutToBytes, cutToLength } from '../../channels/cutting';

const FAMILY = '👨‍👩‍👧‍👦';
const graphemes = (text: string) =>
  [...new Intl.Segmenter('zh', { granularity: 'grapheme' }).segment(text)].map(({ segment }) => segment);
const words = fc
  .array(
    fc.oneof(fc.constantFrom('复工', FAMILY, '🇨🇳', 'é', 'a', '\n', '👍🏽', '한', 'नि'), fc.string({ unit: 'binary' })),
  )
  .map((parts) => parts.join(''));

test.each([
  ['bytes', cutToBytes, byteLength],
  ['length', cutToLength, (text: string) => text.length],
])('to %s: within the limit, a beginning, whole characters, and as many as fit', (_what, cut, sizeOf) => {
  fc.assert(
    fc.property(words, fc.integer({ min: 0, max: 200 }), (text, limit) => {
      const shortened = cut(text, limit);
      expect(sizeOf(shortened)).toBeLessThanOrEqual(limit);
      if (sizeOf(text) <= limit) return expect(shortened).toBe(text);
      if (shortened === '') return expect(limit).toBeLessThan(sizeOf('…'));
      expect(shortened.endsWith('…')).toBe(true);
      const kept = shortened.slice(0, -1);
      expect(text.startsWith(kept)).toBe(true);
      const all = graphemes(text);
      const whole = graphemes(kept);
      expect(whole).toEqual(all.slice(0, whole.length));
      expect(sizeOf(`${kept}${all[whole.length]}…`)).toBeGreaterThan(limit);
    }),
  );
});

test('Chinese and a family: 3 bytes a character, 25 the family', () => {
  expect(cutToBytes('复工复产', 12)).toBe('复工复产');
  expect(cutToBytes('复工复产', 11)).toBe('复工…');
  expect(cutToBytes(`${FAMILY}${FAMILY}`, 49)).toBe(`${FAMILY}…`);
  expect(cutToBytes(FAMILY, 24)).toBe('…');
  expect(cutToLength(`复工${FAMILY}`, 12)).toBe('复工…');
});

test('to blocks: whole ones, as many as fit', () => {
  const text = '一二三\n\n四五六\n\n七八九';
  expect(cutToBlocks(text, byteLength(text))).toBe(text);
  expect(cutToBlocks(text, byteLength(text) - 1)).toBe('一二三\n\n四五六\n\n…');
  expect(cutToBlocks(text, 20)).toBe('一二三\n\n…');
  expect(cutToBlocks(text, 13)).toBeUndefined();
});
