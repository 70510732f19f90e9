/** The walls of the house hold: no file imports what its folder may not, and the workflow bundle carries nothing but deterministic code. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execFileSync } from 'node:child_process';
import { workflowBundle } from '../../workers/bundle';
import * as workflows from '../../workflows';

const ROOT = resolve(__dirname, '../..');

/** What walls.mjs says, asked of a plain node: it is an ES module for the lint's sake, and jest's are CommonJS. */
function asked<T>(expression: string, given: unknown = null): T {
  const script = `import * as walls from ${JSON.stringify(pathToFileURL(join(ROOT, 'test/architecture/walls.mjs')).href)};
    import { readFileSync } from 'node:fs';
    const given = JSON.parse(readFileSync(0, 'utf8'));
    console.log(JSON.stringify(${expression}))`;
  const args = ['--input-type=module', '-e', script];
  return JSON.parse(
    execFileSync(process.execPath, args, { encoding: 'utf8', input: JSON.stringify(given), maxBuffer: 64 << 20 }),
  ) as T;
}

interface Import {
  readonly file: string;
  readonly imported: string;
}

/** Why each may not be; those that may are left out. */
const breaches = (imports: readonly Import[]): string[] =>
  asked(
    `given.flatMap(({ file, imported }) => {
      const why = walls.breachOf(file, imported);
      return why ? [file + ' imports ' + imported + ': ' + why] : [];
    })`,
    imports,
  );

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => `${folder}/${name}`);
}

const textOf = (file: string) => readFileSync(join(ROOT, file), 'utf8');

const IMPORTS = /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g;

function importsOf(file: string): Import[] {
  return [...textOf(file).matchAll(IMPORTS)].map(([, one, other]) => ({ file, imported: one ?? other ?? '' }));
}

const { floors, rooms, names, entries, doors } = asked<{
  floors: string[];
  rooms: Record<string, Record<string, string[]>>;
  names: string[];
  entries: string[];
  doors: Record<string, { only: string[] }>;
}>(
  `{ floors: Object.keys(walls.FLOORS), names: walls.ROOM_NAMES, entries: walls.ENTRIES, doors: walls.DOORS,
     rooms: Object.fromEntries(Object.entries(walls.FLOORS).flatMap(([floor, { rooms }]) => (rooms ? [[floor, rooms]] : []))) }`,
);

/** Everything that has walls, and who stands outside them. */
const SOURCES = [...floors, 'scripts', 'workers'].flatMap(filesOf).filter((file) => !file.endsWith('.d.ts'));
const ALL = SOURCES.flatMap(importsOf);

/** As it is on disk; undefined for a package. */
function fileOf({ file, imported }: Import): string | undefined {
  if (!imported.startsWith('.')) return undefined;
  const path = relative(ROOT, resolve(ROOT, dirname(file), imported));
  return ['', '.ts', '.tsx', '.mjs', '/index.ts', '/index.tsx'].map((end) => path + end).find((one) => KNOWN.has(one));
}
const KNOWN = new Set([...SOURCES, ...filesOf('test')]);

describe('the walls', () => {
  test('let every import through that there is', () => {
    expect(breaches(ALL)).toEqual([]);
  });

  test.each([
    ['a package in the domain', 'domain/case/state.ts', 'node:fs'],
    ['another floor in the domain', 'domain/case/state.ts', '../../contracts/case/views'],
    ['a room that is not let through', 'api/http/serve.ts', '../programme/naming'],
    ['the same in the console', 'web/src/http/api.ts', '../case/work'],
    ['a rule that the console may not know', 'web/src/case/work.tsx', '../../../domain/case/sign-off'],
    ['the rules in force', 'api/case/send.ts', '../../programme/rules-in-force'],
    ['the rules in force, on their own floor', 'programme/checks.ts', './rules-in-force'],
  ])('a breach is found: %s', (_what, file, imported) => {
    expect(breaches([{ file, imported }])).toHaveLength(1);
  });

  test('every file stands in a room of the list, but for the entries', () => {
    const homeless = SOURCES.filter((file) => {
      const [floor = '', room = '', ...rest] = file.replace(/^web\/src\//, 'web/').split('/');
      return floor in rooms && !(rest.length > 0 && room in (rooms[floor] ?? {})) && file !== 'web/vite.config.mts';
    });
    expect(homeless.sort()).toEqual([...entries].sort());
    expect(
      Object.values(rooms)
        .flatMap(Object.keys)
        .filter((room) => !names.includes(room)),
    ).toEqual([]);
  });

  test('a room is let into those alone that it asks something of', () => {
    const used = new Set(
      ALL.flatMap((one) => {
        const [from, to] = [one.file, fileOf(one) ?? ''].map((file) => file.replace(/^web\/src\//, 'web/').split('/'));
        return from?.[0] === to?.[0] && from?.[1] !== to?.[1] ? [`${from?.[0]} ${from?.[1]} → ${to?.[1]}`] : [];
      }),
    );
    const granted = Object.entries(rooms).flatMap(([floor, table]) =>
      Object.entries(table).flatMap(([room, into]) => into.map((other) => `${floor} ${room} → ${other}`)),
    );
    expect(granted.filter((arrow) => !used.has(arrow))).toEqual([]);
  });

  test('rooms form no circle, but for the one aggregate of the domain', () => {
    const circles = Object.entries(rooms).flatMap(([floor, table]) =>
      circlesOf(new Map(Object.entries(table))).map((circle) => [floor, ...circle]),
    );
    expect(circles).toEqual([['domain', 'case', 'people', 'supplies', 'testing']]);
  });

  test('no files import each other in a circle, scripts and tests included', () => {
    const files = [...SOURCES, ...filesOf('test')];
    const arrows = new Map(files.map((file) => [file, importsOf(file).flatMap((one) => fileOf(one) ?? [])]));
    expect(circlesOf(arrows)).toEqual([]);
    expect(circlesOf(new Map(Object.entries({ a: ['b'], b: ['c'], c: ['b'], d: [] })))).toEqual([['b', 'c']]);
  });

  test.each(Object.entries(doors))('%s is imported by the files named alone', (module, { only }) => {
    const importing = ALL.filter((one) => fileOf(one) === `${module}.ts`).map(({ file }) => file);
    expect([...new Set(importing)].sort()).toEqual([...only].sort());
  });

  test('no page of the console knows the rules in force', () => {
    const asking = filesOf('web').filter((file) => /programme\.rules|rulesHash|\/programme['"`?]/.test(textOf(file)));
    // For the town's words: its type has no rules.
    expect(asking).toEqual(['web/src/accounts/session.tsx']);
    expect(textOf('web/src/accounts/session.tsx')).not.toMatch(/rules:/);
  });

  test('the domain has no clock and no randomness', () => {
    const impure = /Date\.now\(|new Date\(\)|Math\.random\(|process\.|setTimeout|structuredClone/;
    expect(filesOf('domain').filter((file) => impure.test(textOf(file)))).toEqual([]);
  });

  test('preloaded folders keep nothing between cases: no variable at module level (docs/adr/0005)', () => {
    // Tables computed from public keys: the same for every case, and without them only slower.
    const tables = /proof\/signature\.ts$/;
    const stateful = /^(?:export )?(?:let|var) |^(?:export )?const \w+ = new (?:Map|WeakMap|Array)\b/m;
    const preloaded = [...filesOf('domain'), ...filesOf('contracts'), ...filesOf('proof')];
    expect(preloaded.filter((file) => stateful.test(textOf(file)) && !tables.test(file))).toEqual([]);
  });
});

/** Files that import each other, each circle sorted: the strongly connected parts with more than one file. */
function circlesOf(arrows: ReadonlyMap<string, readonly string[]>): string[][] {
  const reached = new Map([...arrows.keys()].map((file) => [file, reachedFrom(file, arrows)]));
  const circles = [...reached].flatMap(([file, others]) => {
    const circle = [...others].filter((other) => reached.get(other)?.has(file));
    return others.has(file) ? [circle.sort().join(' ')] : [];
  });
  return [...new Set(circles)].map((circle) => circle.split(' '));
}

function reachedFrom(file: string, arrows: ReadonlyMap<string, readonly string[]>): Set<string> {
  const [reached, open] = [new Set<string>(), [...(arrows.get(file) ?? [])]];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (reached.has(next)) continue;
    reached.add(next);
    open.push(...(arrows.get(next) ?? []));
  }
  return reached;
}

/** The SDK with what it brings along, and the pure-JS hash and signature library. A new name here is a decision. */
const BUNDLED = [
  '@noble/curves',
  '@noble/hashes',
  '@temporalio/common',
  '@temporalio/workflow',
  'long',
  'ms',
  'nexus-rpc',
];

describe('the workflow bundle', () => {
  /** The paths of all modules that webpack put in, as it names them. */
  async function modules(): Promise<string[]> {
    const { code } = await workflowBundle();
    return [...code.matchAll(/^\/\*\*\*\/ "(\.\/[^"]+)"$/gm)].map(([, module]) => module ?? '');
  }

  test('holds the domain, the SDK and the hash and signature library, and nothing else', async () => {
    const sources = await modules();
    const packages = new Set(sources.flatMap((source) => /node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(source)?.[1] ?? []));
    expect(sources.some((source) => source.includes('domain/case/reopening'))).toBe(true);
    expect([...packages].sort()).toEqual(BUNDLED);
    expect(
      sources.filter(
        (source) => /\/(activities|api|db|workers|config|scripts)\//.test(source) && !source.includes('node_modules'),
      ),
    ).toEqual([]);
  });

  test('exports exactly the workflow types', () => {
    expect(Object.keys(workflows)).toEqual(['bulletin', 'dailySummary', 'noticeChannel', 'reopening', 'supplyOrder']);
  });
});
