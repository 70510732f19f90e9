/** Looks for every personal value in every place; what is found is named by what and where, never by the value. */
import type { Place } from './places';
import type { PersonalValue } from './values';

export interface Scanned {
  readonly places: number;
  readonly findings: readonly string[];
}

/** JSON in JSON escapes quotes and nothing of ours: a value is looked for as it is, and as JSON writes it. */
export async function scan(
  values: readonly PersonalValue[],
  places: AsyncIterable<Place> | Iterable<Place>,
): Promise<Scanned> {
  const search = new Search(values);
  const findings = new Set<string>();
  let count = 0;
  for await (const { where, text } of places) {
    count += 1;
    for (const what of search.in(text)) findings.add(`${what} in ${where}`);
  }
  return { places: count, findings: [...findings] };
}

interface Form {
  readonly what: string;
  readonly form: string;
}

/** So many characters tell apart numbers that begin alike, such as those of one region. */
const HEAD = 8;

/**
 * One look over a text finds thousands of values: at each place the next two characters say whether any value begins so, and for
 * long ones the next eight which.
 */
class Search {
  readonly #short = new Map<number, Form[]>();
  readonly #long = new Map<number, Map<string, Form[]>>();

  constructor(values: readonly PersonalValue[]) {
    for (const { what, value } of values) {
      for (const form of new Set([value, JSON.stringify(value).slice(1, -1)])) this.#add({ what, form });
    }
  }

  #add(one: Form): void {
    const pair = pairAt(one.form, 0);
    if (one.form.length < HEAD) this.#short.set(pair, [...(this.#short.get(pair) ?? []), one]);
    else {
      const heads = this.#long.get(pair) ?? new Map<string, Form[]>();
      const head = one.form.slice(0, HEAD);
      const alike = heads.get(head);
      if (alike) alike.push(one);
      else heads.set(head, [one]);
      this.#long.set(pair, heads);
    }
  }

  /** What of the values stands in the text. */
  in(text: string): Set<string> {
    const found = new Set<string>();
    for (let at = 0; at + 1 < text.length; at += 1) {
      const pair = pairAt(text, at);
      const short = this.#short.get(pair);
      const long = this.#long.get(pair)?.get(text.slice(at, at + HEAD));
      for (const { what, form } of short ?? NONE) if (text.startsWith(form, at)) found.add(what);
      for (const { what, form } of long ?? NONE) if (text.startsWith(form, at)) found.add(what);
    }
    return found;
  }
}

const NONE: readonly Form[] = [];

function pairAt(text: string, at: number): number {
  return text.charCodeAt(at) * 0x10000 + text.charCodeAt(at + 1);
}
