/** A file that holds secrets of this system: made on the first start, readable by its owner only. */
import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * The lines of the file, each 32 bytes in hexadecimal; made with one that `make` gives when there is no file.
 * @throws Error with one line for a file that holds something else
 */
export function secretsOf(file: string, what: string, make: () => Uint8Array): Buffer[] {
  if (!existsSync(file)) create(file, make());
  return readSecrets(file, what);
}

/** As `secretsOf`, of a file that is there. */
export function readSecrets(file: string, what: string): Buffer[] {
  const lines = readFileSync(file, 'utf8')
    .split(/\s+/)
    .filter((line) => line !== '');
  if (lines.length === 0 || lines.some((line) => !/^[0-9a-f]{64}$/.test(line))) {
    throw new Error(`${file} must hold one ${what} a line, each 64 hexadecimal digits.`);
  }
  return lines.map((line) => Buffer.from(line, 'hex'));
}

/** Written whole under another name and then linked: of several processes one wins, and a crash leaves no half key. */
function create(file: string, secret: Uint8Array): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomUUID()}`;
  writeFileSync(draft, `${Buffer.from(secret).toString('hex')}\n`, { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  } finally {
    unlinkSync(draft);
  }
}

/** 64 bits: no two keys of a town share one by chance, and nobody finds a key of 256 random bits by them. */
const FINGERPRINT_DIGITS = 16;

/** Tells keys apart without telling them: SHA-256 of the purpose and the key, shortened. Other purposes, other fingerprints. */
export function fingerprint(purpose: string, key: Uint8Array): string {
  const hash = createHash('sha256').update(`fugong fingerprint of a ${purpose}\n`).update(key);
  return hash.digest('hex').slice(0, FINGERPRINT_DIGITS);
}
