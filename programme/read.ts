/** Answers for reading a programme file: either a programme, or every mistake in it with its place. */
import { programmeSchema, rulesOf, type Programme } from './schema';
import { editionInForce } from './rules-in-force';
import type { Edition, LocalDate } from '../domain/programme/edition';
import { ConfigurationError, readEnvironment } from '../config/env';
import { mistakesOf } from './mistakes';
import { readProgrammeText } from './text';
import { parseYaml, type Fault } from './yaml';

export type Mistake = Fault;

/** A programme file with mistakes. Its message has one line for each, fit to be shown without a stack. */
export class ProgrammeError extends ConfigurationError {
  constructor(
    readonly file: string,
    readonly mistakes: readonly Mistake[],
  ) {
    super(mistakes.map((mistake) => mistakeLine(file, mistake)).join('\n'));
  }
}

export function mistakeLine(file: string, { line, column, what, suggestion }: Mistake): string {
  return `${file}:${line}:${column}: ${what} — ${suggestion}`;
}

type Checked = { readonly programme: Programme } | { readonly mistakes: readonly Mistake[] };

/** Never throws: whatever the text is, it is a programme or has mistakes. */
export function checkProgramme(text: string): Checked {
  const { source, faults } = parseYaml(text);
  if (!source) return { mistakes: inOrder(faults) };
  const parsed = programmeSchema.safeParse(source.value);
  if (parsed.success && faults.length === 0) return { programme: parsed.data };
  const mistakes = parsed.success ? [] : mistakesOf(parsed.error.issues, source, programmeSchema);
  return { mistakes: inOrder([...faults, ...mistakes]) };
}

/** From top to bottom, each only once: one slip may break several rules with the same words. */
function inOrder(mistakes: readonly Mistake[]): Mistake[] {
  const once = new Map(mistakes.map((mistake) => [mistakeLine('', mistake), mistake]));
  return [...once.values()].sort((a, b) => a.line - b.line || a.column - b.column);
}

/** Throws a ConfigurationError for a file that cannot be read, a ProgrammeError for one with mistakes. */
export function readProgramme(file: string): Programme {
  const checked = checkProgramme(readProgrammeText(file));
  if ('mistakes' in checked) throw new ProgrammeError(file, checked.mistakes);
  return checked.programme;
}

/** As readProgramme; what that throws is a rejection here. */
export function loadProgramme(file: string): Promise<Programme> {
  return new Promise((resolve) => resolve(readProgramme(file)));
}

/** Read once: a test asks for every case that it starts. */
const shipped = new Map<string, Programme>();

/** For tests: the rules in force on a date, by default those of the shipped programme's last edition. Synchronous. */
export function loadRules(file: string = readEnvironment({}).programme, on: LocalDate = '9999-12-31'): Edition {
  const programme = shipped.get(file) ?? readProgramme(file);
  shipped.set(file, programme);
  const edition = editionInForce(programme, on);
  if (!edition) throw new ConfigurationError(`${file}: no edition is in force on ${on}`);
  return rulesOf(programme, edition.id);
}
