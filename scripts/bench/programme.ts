/** Answers for the programme under which the bench's cases run: the shipped one, cut so that nine acts are a whole case. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse, stringify } from 'yaml';
import { readEnvironment } from '../../config/env';
import { readProgramme } from '../../programme/read';
import type { Programme } from '../../programme/schema';
import { rulesInForce } from '../../programme/rules-in-force';
import type { Edition } from '../../domain/programme/edition';

/** Survey, commitment, material, submission and withdrawal are five acts: that leaves four sign-offs. */
const DEPARTMENTS = 4;

/** Writes the shipped programme with one material, which the first four departments review; all else is as shipped. */
export function writeBenchProgramme(file: string): void {
  const programme = parse(readFileSync(readEnvironment({}).programme, 'utf8')) as Programme;
  const editions = programme.editions.map((edition) => {
    const materials = edition.materials.slice(0, 1);
    const reviewed = materials.map(({ id }) => id);
    const departments = edition.departments.slice(0, DEPARTMENTS).map((one) => ({ ...one, materials: reviewed }));
    return { ...edition, materials, departments };
  });
  writeFileSync(file, stringify({ ...programme, editions }));
}

/** The rules under which a case that starts now runs. */
export function benchRules(file: string): Edition {
  const programme = readProgramme(file);
  const rules = rulesInForce(programme)(Date.now());
  if (!rules) throw new Error('the shipped programme has no edition in force today');
  return rules;
}
