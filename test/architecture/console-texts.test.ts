/** No text of the console stands in its code, and each language speaks only itself. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SOURCES = join(__dirname, '../../web/src');
const HAN = /\p{Script=Han}/u;

const read = (name: string) => readFileSync(join(SOURCES, name), 'utf8');
/** Comments may name the glossary's words. */
const withoutComments = (source: string) => source.replace(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g, '');

test('code holds no words of its own', () => {
  const files = readdirSync(SOURCES, { recursive: true, encoding: 'utf8' }).filter(
    // The names of the languages, each in itself, stand in words/index.tsx.
    (name) => /\.tsx?$/.test(name) && !name.startsWith('words'),
  );
  expect(files.length).toBeGreaterThan(40);
  expect(files.filter((name) => HAN.test(withoutComments(read(name))))).toEqual([]);
});

test('the English texts are English', () => {
  for (const name of ['words/en.ts', 'words/entries-en.ts']) expect(read(name)).not.toMatch(HAN);
  // The check can fail: the Chinese ones are Chinese.
  for (const name of ['words/zh.ts', 'words/entries-zh.ts']) expect(withoutComments(read(name))).toMatch(HAN);
});
