/** Every reference in comments and documents leads somewhere: to a file, a heading, a command that there is. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, posix, resolve } from 'node:path';

const ROOT = resolve(__dirname, '../..');
const FILES = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  // A file that was moved and not committed yet is listed under both names.
  .filter((file) => file !== '' && existsSync(join(ROOT, file)));
const KNOWN = new Set(FILES.flatMap((file) => [file, ...foldersOf(file)]));
const TOP = new Set(FILES.map((file) => file.split('/')[0] ?? ''));

function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Reference {
  readonly file: string;
  readonly to: string;
}

/** What of a source is comment, with as many lines as the source has no need for. */
function commentsOf(source: string): string {
  return [...source.matchAll(/\/\*[\s\S]*?\*\/|(?<!:)\/\/.*/g)].map(([text]) => text).join('\n');
}

/** What people wrote, the comments of SQL included. */
const SOURCES = FILES.filter((file) => /\.(?:ts|tsx|mjs|mts|js)$/.test(file));
const STATEMENTS = FILES.filter((file) => file.endsWith('.sql'));
const DOCUMENTS = FILES.filter((file) => file.endsWith('.md'));
/** What is run and is no source: a path in it is a reference as well. */
const RUN = ['.ci/run', 'Dockerfile', 'docker-compose.yml', 'package.json', 'tsconfig.json'];
const TEXTS = [
  ...SOURCES.map((file) => ({ file, text: commentsOf(textOf(file)) })),
  ...STATEMENTS.map((file) => ({ file, text: [...textOf(file).matchAll(/--.*/g)].join('\n') })),
  ...DOCUMENTS.map((file) => ({ file, text: textOf(file) })),
  ...RUN.map((file) => ({ file, text: textOf(file).replaceAll('./', '') })),
];

/** Paths below a folder of the project, as `domain/case/acts.ts`, `docs/domain.md#sign-offs`, `db/telling/`. */
const PATH = /(?<![\w./@:-])((?:[a-z][\w.-]*)\/(?:[\w.@-]+\/)*[\w.@-]*)(#[\w-]+)?/g;

function pathsOf({ file, text }: { file: string; text: string }): Reference[] {
  return [...text.matchAll(PATH)]
    .map(([, path = '', anchor = '']) => ({ file, to: path.replace(/[./]+$/, '') + anchor }))
    .filter(({ to }) => TOP.has(to.split('/')[0] ?? '') && to.includes('/'));
}

/** `[words](operations.md#keys)`, from where the document stands. */
function linksOf({ file, text }: { file: string; text: string }): Reference[] {
  if (!file.endsWith('.md')) return [];
  return [...text.matchAll(/\]\((?!https?:)([^)\s]+)\)/g)].map(([, to = '']) => ({
    file,
    to: to.startsWith('#') ? file + to : posix.normalize(posix.join(dirname(file), to)),
  }));
}

/** As a reader of Markdown on the web makes them: lower case, no punctuation, blanks as hyphens. */
function anchorsOf(file: string): Set<string> {
  const headings = [...textOf(file).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading);
  return new Set(
    headings.map((heading) =>
      heading
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-'),
    ),
  );
}

/** The file of a reference; sources may be named without their ending, decisions by their number. */
function found(path: string): string | undefined {
  if (/^docs\/adr\/\d{4}$/.test(path)) return FILES.find((file) => file.startsWith(`${path}-`));
  return ['', '.ts', '.tsx', '.mjs', '.test.ts', '.long.test.ts', '/index.ts']
    .map((end) => path + end)
    .find((one) => KNOWN.has(one));
}

function isDead({ to }: Reference): boolean {
  const [path = '', anchor] = to.split('#');
  const file = found(path.replace(/\/$/, ''));
  if (file === undefined) return true;
  return anchor !== undefined && !(file.endsWith('.md') && anchorsOf(file).has(anchor));
}

/** Made by running the project, or another's: named here with what makes them. */
const ELSEWHERE = [
  /^build\//, // npm start, npm test
  /^docs\/pictures\/\*/,
  // Named by the commit that made them: test/releases/of-5860e77.tar.br.
  /^test\/releases\/of-$/,
  /^api\/(?:v1|v2)\b/,
];

test('every file and heading that a comment or a document names is there', () => {
  const references = TEXTS.flatMap((one) => [...pathsOf(one), ...linksOf(one)]);
  expect(references.length).toBeGreaterThan(300);
  const dead = references.filter((one) => !ELSEWHERE.some((known) => known.test(one.to)) && isDead(one));
  expect([...new Set(dead.map(({ file, to }) => `${file}: ${to}`))]).toEqual([]);
});

test('what is not there is found', () => {
  const text = 'as in domain/case/nothing.ts, docs/domain.md#nothing and docs/domain.md#sign-offs';
  expect(pathsOf({ file: 'x.ts', text }).filter(isDead)).toHaveLength(2);
});

test('every npm script that is named can be run', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const named = TEXTS.flatMap(({ file, text }) =>
    [...text.matchAll(/npm run ([a-z-]+(?::[a-z-]+)*)/g)].map(([, script = '']) => ({ file, script })),
  );
  expect(named.length).toBeGreaterThan(20);
  expect(named.filter(({ script }) => !Object.hasOwn(scripts, script))).toEqual([]);
});

test('no page is cited that is not in the repository', () => {
  const cited = TEXTS.filter(({ text }) =>
    /\b(?:DOMAIN|FACTS|ARCHITECTURE|RULES) ?§|\bissue \d+\b|\bissue [AB]\d/.test(text),
  );
  expect(cited.map(({ file }) => file).filter((file) => file !== 'docs/plan.md')).toEqual([]);
});
