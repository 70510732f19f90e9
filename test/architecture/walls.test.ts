/** The walls of the house hold: no file imports what its folder may not, and the workflow bundle carries nothing but deterministic code. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { execFileSync } from 'node:child_process';
import { workflowBundle } from '../../workers/bundle';
import * as workflows from '../../workflows';

const ROOT = resolve(__dirname, '../..');

/** walls.mjs is an ES module for the lint's sake; jest's CommonJS asks a plain node for it. */
const { WALLS, DOORS } = JSON.parse(
  execFileSync(
    process.execPath,
    [
      '--input-type=module',
      '-e',
      `import * as all from ${JSON.stringify(pathToFileURL(join(ROOT, 'test/architecture/walls.mjs')).href)};
       const doors = Object.entries(all.DOORS).map(([module, { only }]) => ({ module, only, looks: all.doorTo(module) }));
       console.log(JSON.stringify({ WALLS: all.WALLS, DOORS: doors }))`,
    ],
    { encoding: 'utf8' },
  ),
) as {
  WALLS: Record<string, { forbidden: string; message: string }>;
  DOORS: { module: string; only: string[]; looks: string }[];
};

function importsOf(file: string): string[] {
  const source = readFileSync(file, 'utf8');
  return [
    ...source.matchAll(
      /(?:^|\n)\s*(?:import|export)\b[^;'"]*?from\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/g,
    ),
  ].map((found) => found[1] ?? found[2] ?? '');
}

function filesOf(folder: string): string[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(ROOT, folder, name));
}

function breaches(folder: string, forbidden: RegExp): string[] {
  return filesOf(folder).flatMap((file) =>
    importsOf(file)
      .filter((imported) => forbidden.test(imported))
      .map((imported) => `${file} imports ${imported}`),
  );
}

describe('the walls', () => {
  test.each(Object.entries(WALLS))('%s/ imports only what it may', (folder, { forbidden }) => {
    expect(breaches(folder, new RegExp(forbidden))).toEqual([]);
  });

  test('a wall that is broken is found', () => {
    const { forbidden } = WALLS['domain'] ?? { forbidden: '' };
    expect(new RegExp(forbidden).test('node:fs')).toBe(true);
    expect(new RegExp(forbidden).test('../contracts/views')).toBe(true);
    expect(new RegExp(forbidden).test('./state')).toBe(false);
  });

  test.each(DOORS)('$module is imported by $only alone', ({ only, looks }) => {
    const folders = [...Object.keys(WALLS), 'config', 'scripts', 'workers'];
    const importing = folders
      .flatMap(filesOf)
      .filter((file) => importsOf(file).some((one) => new RegExp(looks).test(one)));
    expect(importing.map((file) => relative(ROOT, file)).sort()).toEqual([...only].sort());
    // A breach is found, from wherever it comes.
    for (const from of ['../contracts/rules-in-force', '../../contracts/rules-in-force', './rules-in-force']) {
      expect(new RegExp(looks).test(from)).toBe(true);
    }
    expect(new RegExp(looks).test('../contracts/rules')).toBe(false);
  });

  test('no page of the console knows the rules in force', () => {
    const asking = filesOf('web').filter((file) =>
      /programme\.rules|rulesHash|\/programme['"`?]/.test(readFileSync(file, 'utf8')),
    );
    // For the town's words: its type has no rules.
    expect(asking.map((file) => relative(ROOT, file))).toEqual(['web/src/accounts/session.tsx']);
    expect(readFileSync(join(ROOT, 'web/src/accounts/session.tsx'), 'utf8')).not.toMatch(/rules:/);
  });

  test('the domain has no clock and no randomness', () => {
    const impure = /Date\.now\(|new Date\(\)|Math\.random\(|process\.|setTimeout|structuredClone/;
    expect(filesOf('domain').filter((file) => impure.test(readFileSync(file, 'utf8')))).toEqual([]);
  });

  test('preloaded folders keep nothing between cases: no variable at module level (docs/adr/0005)', () => {
    // Tables computed from public keys: the same for every case, and without them only slower.
    const tables = /contracts\/signature\.ts$/;
    const stateful = /^(?:export )?(?:let|var) |^(?:export )?const \w+ = new (?:Map|WeakMap|Array)\b/m;
    expect(
      [...filesOf('domain'), ...filesOf('contracts')].filter(
        (file) => stateful.test(readFileSync(file, 'utf8')) && !tables.test(file),
      ),
    ).toEqual([]);
  });
});

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
    const map = Buffer.from(
      /sourceMappingURL=data:application\/json[^,]*;base64,([A-Za-z0-9+/=]+)/.exec(code)?.[1] ?? '',
      'base64',
    );
    return (JSON.parse(map.toString('utf8')) as { sources: string[] }).sources;
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
