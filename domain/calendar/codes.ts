/** Checks the codes that the state issues (docs/domain.md#codes): the unified social credit code of enterprises, the resident ID of people. */
import { isDate } from './calendar';

/** GB 32100-2015 leaves out I, O, S, V and Z. */
const USCC_ALPHABET = '0123456789ABCDEFGHJKLMNPQRTUWXY';
/** GB 11714: weights of the eight characters of the organisation code, which stands at 9–16 with its check at 17. */
const ORGANISATION_WEIGHTS = [3, 7, 9, 10, 5, 8, 4, 2];
const ORGANISATION_ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const LENGTH = 18;

export type UsccVerdict =
  | { readonly verdict: 'valid'; readonly code: string }
  /** Fails only its last character, as some early codes do: a person has to look at the certificate. */
  | { readonly verdict: 'doubtful'; readonly code: string }
  | { readonly verdict: 'invalid'; readonly reason: 'length' | 'character' | 'check' };

/** Full-width characters and lower case as people type them, surrounding spaces and inner ones left out. */
export function normaliseUscc(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/** Never refuses by region: characters 3–8 are only looked at as part of the check. */
export function checkUscc(typed: string): UsccVerdict {
  const code = normaliseUscc(typed);
  if (code.length !== LENGTH) return { verdict: 'invalid', reason: 'length' };
  if ([...code].some((character) => !USCC_ALPHABET.includes(character)))
    return { verdict: 'invalid', reason: 'character' };
  if (usccCheckCharacter(code) === code[LENGTH - 1]) return { verdict: 'valid', code };
  return organisationCheckHolds(code) ? { verdict: 'doubtful', code } : { verdict: 'invalid', reason: 'check' };
}

/** Character 18 of the code that begins with these 17: alphabet[(31 − Σ aᵢ·3^(i−1) mod 31) mod 31]. */
export function usccCheckCharacter(code: string): string {
  const size = USCC_ALPHABET.length;
  let weight = 1;
  let sum = 0;
  for (const character of code.slice(0, LENGTH - 1)) {
    sum += USCC_ALPHABET.indexOf(character) * weight;
    weight = (weight * 3) % size;
  }
  return USCC_ALPHABET.charAt((size - (sum % size)) % size);
}

function organisationCheckHolds(code: string): boolean {
  let sum = 0;
  ORGANISATION_WEIGHTS.forEach((weight, index) => {
    sum += weight * ORGANISATION_ALPHABET.indexOf(code.charAt(8 + index));
  });
  const check = 11 - (sum % 11);
  const expected = check === 10 ? 'X' : check === 11 ? '0' : String(check);
  return code.charAt(16) === expected;
}

/** GB 11643-1999: weights of the first 17 digits, and the check character by the remainder. */
const RESIDENT_WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const RESIDENT_CHECKS = '10X98765432';

/** Full-width characters and lower case as people type them, spaces left out; also for other documents' numbers. */
export function normaliseNumber(typed: string): string {
  return typed.normalize('NFKC').replace(/\s/g, '').toUpperCase();
}

/** Why a normalised number is no resident ID, or undefined when it is one. Never refuses by region. */
export function residentIdMistake(number: string): 'length' | 'character' | 'date' | 'check' | undefined {
  if (number.length !== LENGTH) return 'length';
  if (!/^\d{17}[\dX]$/.test(number)) return 'character';
  const born = number.slice(6, 14);
  if (!isDate(`${born.slice(0, 4)}-${born.slice(4, 6)}-${born.slice(6)}`)) return 'date';
  return residentCheckCharacter(number) === number.charAt(17) ? undefined : 'check';
}

/** Character 18 of the ID that begins with these 17 digits. */
export function residentCheckCharacter(number: string): string {
  const sum = RESIDENT_WEIGHTS.reduce((all, weight, index) => all + weight * Number(number.charAt(index)), 0);
  return RESIDENT_CHECKS.charAt(sum % 11);
}
