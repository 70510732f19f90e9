/** Passwords: argon2id hashes, checks that take as long for an unknown login, and generated ones that a person can read. */
import { randomInt } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';

/** OWASP's least for argon2id: 19 MiB, two passes; some 25 ms here. The library's default algorithm is argon2id. */
const COST = { memoryCost: 19 * 1024, timeCost: 2, parallelism: 1 };

let nobodys: Promise<string> | undefined;

export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Without a hash (unknown login, account without password) the same work is done and the answer is no. */
export async function passwordIs(stored: string | null | undefined, password: string): Promise<boolean> {
  if (typeof stored === 'string') return verify(stored, password);
  nobodys ??= hashPassword(generatedPassword());
  await verify(await nobodys, password);
  return false;
}

// Without letters that are mistaken for one another (l, i) and without y, which people hear as i.
const CONSONANTS = 'bcdfghjkmnpqrstvwxz';
const VOWELS = 'aeou';
const GROUPS = 5;

/** Five groups such as `bamu`, 62 bits in all: dictated over a telephone without mistakes. */
export function generatedPassword(): string {
  const letter = (letters: string) => letters.charAt(randomInt(letters.length));
  const group = () => letter(CONSONANTS) + letter(VOWELS) + letter(CONSONANTS) + letter(VOWELS);
  return Array.from({ length: GROUPS }, group).join('-');
}
