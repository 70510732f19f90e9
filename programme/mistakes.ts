/** Answers for the sentence in which a mistake of a programme file is told, and for the suggestion. */
import { z } from 'zod';
import type { Hint } from './checked-block';
import { nearest } from './nearest';
import type { Fault, Path, Source } from './yaml';

type Issue = z.core.$ZodIssue;

/** Only so much of a wrong value is repeated: a line should stay a line. */
const ECHOED = 40;

const KINDS: { readonly [expected: string]: string } = {
  string: 'text 文本',
  number: 'a number 数字',
  int: 'a whole number 整数',
  boolean: 'true or false 是或否',
  object: 'a block of keys 键值块',
  array: 'a list 列表',
};

/** One mistake for each issue, and for each unknown key, in the order of the issues. */
export function mistakesOf(issues: readonly Issue[], source: Source, schema: z.ZodType): Fault[] {
  return issues.flatMap((issue) => {
    const where = pathInWords(issue.path, source.value);
    if (issue.code === 'unrecognized_keys') {
      const known = keysOf(schemaAt(schema, issue.path));
      return issue.keys.map((key) => ({
        ...source.placeOfKey(issue.path, key),
        what: `${where}unknown key ${echo(key)} 未知的键`,
        suggestion: forUnknown(key, known, valueAt(source.value, [...issue.path, key])),
      }));
    }
    const { what, suggestion } = inWords(issue, valueAt(source.value, issue.path), schema);
    return [{ ...source.placeOf(issue.path), what: where + what, suggestion }];
  });
}

function inWords(issue: Issue, value: unknown, schema: z.ZodType): { what: string; suggestion: string } {
  const name = String(issue.path.at(-1) ?? 'the file');
  if (value === undefined && issue.code !== 'custom') {
    const meaning = schemaAt(schema, issue.path)?.description;
    return { what: 'is missing 缺少', suggestion: `add ${name}: …${meaning === undefined ? '' : ` (${meaning})`}` };
  }
  switch (issue.code) {
    case 'invalid_type': {
      const expected = KINDS[issue.expected] ?? issue.expected;
      return {
        what: `expected ${expected}, got ${inShort(value)}`,
        suggestion: howToWrite(issue.expected, name, value),
      };
    }
    case 'invalid_value':
      return {
        what: `${inShort(value)} is not possible here 无效取值`,
        suggestion: oneOf(value, issue.values.map(String)),
      };
    case 'too_small':
      return size(issue.origin, 'at least', '至少', issue.minimum, value);
    case 'too_big':
      return size(issue.origin, 'at most', '至多', issue.maximum, value);
    case 'custom': {
      const { suggestion, given, known } = (issue.params ?? {}) as Hint;
      const scalar = typeof value === 'string' ? `${inShort(value)} ` : '';
      const what = /^(is|has) /.test(issue.message) ? scalar + issue.message : issue.message;
      return { what, suggestion: suggestion ?? (known ? oneOf(given, known) : 'correct it 请更正') };
    }
    case 'invalid_format':
    case 'not_multiple_of':
    case 'unrecognized_keys':
    case 'invalid_union':
    case 'invalid_key':
    case 'invalid_element':
      // The schema has none of these, or its message says what is wrong; unknown keys are told one by one above.
      return { what: issue.message, suggestion: 'compare with programmes/zhongxing.yaml 请对照样例' };
  }
}

function size(origin: string, words: string, chinese: string, limit: number | bigint, value: unknown) {
  const unit = origin === 'array' ? ' items 项' : origin === 'string' ? ' characters 个字' : '';
  const has =
    typeof value === 'string'
      ? `${value.length} characters`
      : Array.isArray(value)
        ? `${value.length} items`
        : inShort(value);
  return { what: `${has}, but ${words} ${limit} 应${chinese} ${limit}`, suggestion: `${words} ${limit}${unit}` };
}

function howToWrite(expected: string, name: string, value: unknown): string {
  if (expected === 'string' && (typeof value === 'number' || typeof value === 'boolean'))
    return `put it in quotes: ${name}: "${String(value)}" 请加引号`;
  if (expected === 'int' || expected === 'number')
    return 'write the number in digits without quotes 请写不带引号的数字';
  if (expected === 'boolean') return 'write true or false 请写 true 或 false';
  if (expected === 'array') return 'begin each item with "- " 每项以"- "开头';
  if (expected === 'object') return 'write indented "key: value" lines 请写缩进的"键: 值"';
  return 'write the words after the colon 请在冒号后填写';
}

function oneOf(given: unknown, known: readonly string[]): string {
  const near = typeof given === 'string' ? nearest(given, known) : undefined;
  if (near !== undefined) return `did you mean ${near}? 是否应为 ${near}?`;
  return known.length > 0 ? `possible: ${known.slice(0, ECHOED).join(', ')} 可选` : 'delete it 请删去';
}

/** In `{ name: a, b }` YAML takes `b` for a key without a value: a comma that was meant as text. */
function forUnknown(key: string, known: readonly string[], value: unknown): string {
  const near = nearest(key, known);
  if (near === undefined && value === null) return 'put a text that has a comma in quotes 文字含逗号时请整段加引号';
  return oneOf(key, known);
}

function echo(text: string): string {
  const line = JSON.stringify(text);
  return line.length > ECHOED ? `${line.slice(0, ECHOED)}…"` : line;
}

function inShort(value: unknown): string {
  if (value === null) return 'nothing 空';
  if (Array.isArray(value)) return 'a list 列表';
  if (typeof value === 'string') return echo(value);
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : 'a block of keys 键值块';
}

/** `editions[2022-04].departments[economy].term: ` — an item of a list by its id, where it has one. */
function pathInWords(path: Path, root: unknown): string {
  const words = path.map((step, depth) => {
    if (typeof step !== 'number') return depth === 0 ? String(step) : `.${String(step)}`;
    const item = valueAt(root, path.slice(0, depth + 1));
    const id = typeof item === 'object' && item !== null ? (item as { id?: unknown }).id : undefined;
    return `[${typeof id === 'string' ? id.slice(0, ECHOED) : step + 1}]`;
  });
  return words.length === 0 ? '' : `${words.join('')}: `;
}

function valueAt(root: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) =>
      typeof value === 'object' && value !== null && Object.hasOwn(value, step)
        ? (value as Record<PropertyKey, unknown>)[step]
        : undefined,
    root,
  );
}

function schemaAt(schema: z.ZodType, path: Path): z.ZodType | undefined {
  return path.reduce<z.ZodType | undefined>((outer, step) => {
    const inner = outer && bare(outer);
    if (inner instanceof z.ZodObject) return inner.shape[String(step)] as z.ZodType | undefined;
    return inner instanceof z.ZodArray ? (inner.element as z.ZodType) : undefined;
  }, schema);
}

/** Without what is wrapped around it: a transformation, an option. */
function bare(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodPipe) return bare(schema.in as z.ZodType);
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodOptional)
    return bare(schema.unwrap() as z.ZodType);
  return schema;
}

function keysOf(schema: z.ZodType | undefined): string[] {
  const inner = schema && bare(schema);
  return inner instanceof z.ZodObject ? Object.keys(inner.shape) : [];
}
