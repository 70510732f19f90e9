/** What test runs make once and keep, each under the digest of what it is made of: `build/tests`. */
import { createHash, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { PROJECT_ROOT } from '../../config/env';

const FOLDER = path.join(PROJECT_ROOT, 'build', 'tests');
/** One that was made of other sources may be in use by a run that has just begun; after a day it is not. */
const DAY_MS = 86_400_000;

/**
 * The path of a file or folder that `make` makes of `sources`, files and folders of the project. Two that ask at the same time
 * may both make it; one of them stays, and it is never seen half made.
 */
export async function kept(
  name: string,
  sources: readonly string[],
  make: (unfinished: string) => Promise<void>,
): Promise<string> {
  const own = path.join(FOLDER, `${name}-${digestOf(sources)}`);
  if (existsSync(own)) return own;
  mkdirSync(FOLDER, { recursive: true });
  sweep(name);
  const unfinished = `${own}.${randomUUID()}`;
  try {
    await make(unfinished);
    renameSync(unfinished, own);
  } catch (error) {
    // A folder is not renamed over one that is there.
    if (!existsSync(own)) throw error;
  } finally {
    rmSync(unfinished, { recursive: true, force: true });
  }
  return own;
}

function digestOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  for (const file of sources.flatMap(filesOf)) {
    hash.update(path.relative(PROJECT_ROOT, file)).update('\0').update(readFileSync(file)).update('\0');
  }
  return hash.digest('hex').slice(0, 16);
}

function filesOf(source: string): string[] {
  const at = path.join(PROJECT_ROOT, source);
  if (statSync(at).isFile()) return [at];
  return readdirSync(at, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}

function sweep(name: string): void {
  for (const left of readdirSync(FOLDER).filter((one) => one.startsWith(`${name}-`))) {
    const at = path.join(FOLDER, left);
    const { mtimeMs = Infinity } = statSync(at, { throwIfNoEntry: false }) ?? {};
    if (Date.now() - mtimeMs > DAY_MS) rmSync(at, { recursive: true, force: true });
  }
}

declare global {
  /** By `environment.ts`: facts that stay known from one test file to the next of the same process. */
  var keptBetweenFiles: Map<string, string> | undefined;
}

/** Finds something out once in each process of a run. */
export async function onceInProcess(what: string, find: () => Promise<string>): Promise<string> {
  const known = globalThis.keptBetweenFiles?.get(what);
  if (known !== undefined) return known;
  const found = await find();
  globalThis.keptBetweenFiles?.set(what, found);
  return found;
}
