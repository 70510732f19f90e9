/** The walk through the house (docs/walk.md) can be walked: its files are there, each once, each imports the next or is imported by it. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const PAGE = readFileSync(join(ROOT, 'docs/walk.md'), 'utf8');

/** `7. \`api/case/send.ts\`: …` */
const STEPS = [...PAGE.matchAll(/^(\d+)\. `([^`]+)`/gm)].map(([, number, file = '']) => ({
  number: Number(number),
  file,
}));
/** `| a question | \`file\` |` */
const ANSWERS = [...PAGE.matchAll(/^\| [^|]+\? \| `([^`]+)` \|$/gm)].map(([, file = '']) => file);

/** Whether one file imports another, for its value, its type or later. */
function imports(file: string, other: string): boolean {
  const text = readFileSync(join(ROOT, file), 'utf8');
  const paths = [...text.matchAll(/from '(\.[^']+)'|import\('(\.[^']+)'\)/g)].map(
    ([, one, later]) => one ?? later ?? '',
  );
  const without = other.replace(/\.tsx?$/, '');
  return paths
    .map((path) => posix.normalize(posix.join(dirname(file), path)))
    .some((path) => path === without || `${path}/index` === without);
}

test('the steps are numbered from the first to the last, and each file is passed once', () => {
  expect(STEPS.length).toBeGreaterThan(15);
  expect(STEPS.map(({ number }) => number)).toEqual(STEPS.map((_, index) => index + 1));
  expect(new Set(STEPS.map(({ file }) => file)).size).toBe(STEPS.length);
});

test('every file is there', () => {
  expect(ANSWERS).toHaveLength(10);
  expect([...STEPS.map(({ file }) => file), ...ANSWERS].filter((file) => !existsSync(join(ROOT, file)))).toEqual([]);
});

test('from each step one comes to the next by an import', () => {
  const broken = STEPS.slice(1).flatMap(({ file }, index) => {
    const before = STEPS[index]?.file ?? '';
    return imports(before, file) || imports(file, before) ? [] : [`${before} and ${file} do not know each other`];
  });
  expect(broken).toEqual([]);
  expect(imports('domain/ledger/entry.ts', 'web/src/case/work.tsx')).toBe(false);
});
