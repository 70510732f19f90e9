/** Builds the console into a folder beside where it will stand, compresses its files, and puts it there in one step. */
import { createHash } from 'node:crypto';
import { setPriority } from 'node:os';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { PROJECT_ROOT } from '../config/env';

/** What the console is made of; a change of any of it asks for a new build. */
const SOURCES = ['web', 'contracts', 'domain', 'package-lock.json'];
const DIGEST = 'sources.sha256';
/** Shorter files gain nothing. */
const WORTH_BYTES = 1024;

/** Does nothing when `folder` was built of the very same sources. @returns whether it built */
export async function buildConsole(folder: string): Promise<boolean> {
  const digest = digestOfSources();
  if (builtOf(folder) === digest) return false;
  sweep(folder);
  const { build } = await import('vite');
  const fresh = `${folder}.${process.pid}`;
  await build({
    configFile: path.join(PROJECT_ROOT, 'web/vite.config.mts'),
    logLevel: 'warn',
    build: { outDir: fresh },
  });
  for (const file of filesOf(fresh)) compress(file);
  writeFileSync(path.join(fresh, DIGEST), digest);
  replace(folder, fresh);
  return true;
}

/** Removes what builds that were killed have left. */
function sweep(folder: string): void {
  const left = new RegExp(`^${path.basename(folder)}\\.(\\d+)$`);
  const parent = path.dirname(folder);
  if (!existsSync(parent)) return;
  for (const name of readdirSync(parent)) {
    const pid = Number(left.exec(name)?.[1] ?? 0);
    if (pid > 0 && !isAlive(pid)) rmSync(path.join(parent, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** Another build may have got there first: then its files, of the same sources, stay. */
function replace(folder: string, fresh: string): void {
  rmSync(folder, { recursive: true, force: true });
  try {
    renameSync(fresh, folder);
  } catch (error) {
    rmSync(fresh, { recursive: true, force: true });
    if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error;
  }
}

function builtOf(folder: string): string | undefined {
  const file = path.join(folder, DIGEST);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

function digestOfSources(): string {
  const hash = createHash('sha256');
  for (const source of SOURCES) {
    const at = path.join(PROJECT_ROOT, source);
    const files = source.includes('.') ? [at] : filesOf(at);
    for (const file of files) hash.update(path.relative(PROJECT_ROOT, file)).update('\0').update(readFileSync(file));
  }
  return hash.digest('hex');
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function compress(file: string): void {
  if (!/\.(?:js|css|html|svg|webmanifest)$/.test(file)) return;
  const bytes = readFileSync(file);
  if (bytes.length < WORTH_BYTES) return;
  writeFileSync(`${file}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}

if (require.main === module) {
  // Whoever waits for the system comes first.
  setPriority(10);
  buildConsole(process.argv[2] ?? path.join(PROJECT_ROOT, 'build/console')).catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
  });
}
