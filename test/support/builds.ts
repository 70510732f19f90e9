/** Builds of the workflow code for tests: bundled from a copy of the sources in another folder, changed or as they are. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildIdOf, SOURCES, workflowBundle } from '../../workers/bundle';
import { kept } from './kept';
import { BUNDLED, bundle } from './temporal';

/** In one file: this text, which must be there, becomes that one. */
export interface Change {
  readonly file: string;
  readonly from: string;
  readonly to: string;
}

export interface Build {
  readonly build: string;
  readonly code: string;
  readonly schema: number;
}

/** The bundle of the sources as they are. */
export async function presentBuild(schema: number): Promise<Build> {
  const { code } = await bundle();
  return { build: buildIdOf(code), code, schema };
}

/** Made once for all runs on the same sources. @throws Error naming the file in which a text is not found */
export async function changedBuild(schema: number, changes: readonly Change[]): Promise<Build> {
  const what = createHash('sha256').update(JSON.stringify(changes)).digest('hex').slice(0, 8);
  const file = await kept(`workflows-${what}`, BUNDLED, async (unfinished) => {
    writeFileSync(unfinished, await bundledElsewhere(changes));
  });
  const code = readFileSync(file, 'utf8');
  return { build: buildIdOf(code), code, schema };
}

/** As another clone would bundle it: its own folder, its packages linked from elsewhere. */
export async function bundledElsewhere(changes: readonly Change[]): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'fugong-build-'));
  try {
    for (const source of BUNDLED.filter((one) => !one.includes('.')))
      cpSync(join(SOURCES, source), join(folder, source), { recursive: true });
    symlinkSync(join(SOURCES, 'node_modules'), join(folder, 'node_modules'));
    for (const { file, from, to } of changes) {
      const text = readFileSync(join(folder, file), 'utf8');
      if (!text.includes(from)) throw new Error(`${file} has no longer: ${from}`);
      writeFileSync(join(folder, file), text.replace(from, to));
    }
    return (await workflowBundle([], folder)).code;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
