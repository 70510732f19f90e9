/** Keeps a seal outside PostgreSQL, as a file that `ledger:verify` compares by itself. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { shownSeal, type Seal } from '../../proof/seal';

/** After the commit. Whole or not at all; asked again it writes the same. @returns the file */
export function keepSeal(folder: string, seal: Seal): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const file = join(folder, `${seal.kind}-${seal.number}.json`);
  const unfinished = `${file}.${process.pid}`;
  writeFileSync(unfinished, `${JSON.stringify(shownSeal(seal), null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(unfinished, file);
  return file;
}
