/** Bodies made from the OpenAPI document: one that its schema takes, and every way to spoil one place of it. */

export interface Schema {
  readonly type?: string;
  readonly format?: string;
  readonly pattern?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly minimum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly maxItems?: number;
  readonly items?: Schema;
  readonly properties?: { readonly [name: string]: Schema };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
  readonly propertyNames?: Schema;
}

export function sample(schema: Schema): unknown {
  if (schema.const !== undefined) return schema.const;
  if (schema.enum) return schema.enum[0];
  switch (schema.type) {
    case 'object':
      if (typeof schema.additionalProperties === 'object') return { x1: sample(schema.additionalProperties) };
      return Object.fromEntries(Object.entries(schema.properties ?? {}).map(([name, one]) => [name, sample(one)]));
    case 'array':
      return schema.items ? [sample(schema.items)] : [];
    case 'integer':
    case 'number':
      return schema.minimum !== undefined && schema.minimum > 0 ? schema.minimum : 1;
    case 'boolean':
      return true;
    case undefined:
    default:
      if (schema.format === 'date') return '2026-05-01';
      return schema.format === 'date-time' ? '2099-05-01T00:00:00Z' : 'x1';
  }
}

export interface Spoiled {
  readonly what: string;
  /** Where the mistake must be found. */
  readonly pointer: string;
  readonly body: unknown;
}

const MEGABYTE = 1_000_000;
/** Characters; no field that does not say how many it takes, takes as many. */
const TOO_LONG = 100_000;

export function* spoiled(schema: Schema): Generator<Spoiled> {
  const whole = sample(schema);
  for (const [wrong, what] of [
    [[], 'a list'],
    ['text', 'a text'],
    [7, 'a number'],
    [null, 'null'],
  ] as const) {
    yield { what: `${what} in place of a body`, pointer: '', body: wrong };
  }
  yield { what: 'a megabyte of text', pointer: '', body: { ...(whole as object), unknown: 'x'.repeat(MEGABYTE) } };
  yield* inPlace(schema, whole, []);
}

function* inPlace(schema: Schema, whole: unknown, path: readonly string[]): Generator<Spoiled> {
  const pointer = path.map((key) => `/${key}`).join('');
  const put = (value: unknown, what: string) => ({ what, pointer, body: replaced(whole, path, value) });
  if (schema.type === 'object') {
    const present = sample(schema) as object;
    for (const key of ['unknown-field', '__proto__', 'constructor', '含中文']) {
      if (typeof schema.additionalProperties === 'object' && key === 'unknown-field') continue;
      const withKey = JSON.parse(
        `${JSON.stringify(present).slice(0, -1)}${Object.keys(present).length ? ',' : ''}"${key}":1}`,
      ) as unknown;
      yield { what: `an unknown field ${key}`, pointer: `${pointer}/${key}`, body: replaced(whole, path, withKey) };
    }
    for (const name of schema.required ?? []) {
      const { [name]: _left, ...rest } = present as Record<string, unknown>;
      yield { what: 'a missing field', pointer: `${pointer}/${name}`, body: replaced(whole, path, rest) };
    }
    for (const [name, one] of Object.entries(schema.properties ?? {})) yield* inPlace(one, whole, [...path, name]);
    if (typeof schema.additionalProperties === 'object') {
      yield* inPlace(schema.additionalProperties, whole, [...path, 'x1']);
    }
  }
  if (schema.type === 'array' && schema.items) {
    if (schema.maxItems !== undefined) {
      yield put(
        Array.from({ length: schema.maxItems + 1 }, () => sample(schema.items as Schema)),
        'too many',
      );
    }
    yield* inPlace(schema.items, whole, [...path, '0']);
  }
  if (path.length > 0) for (const [value, what] of wrongValues(schema)) yield put(value, what);
}

function* wrongValues(schema: Schema): Generator<[unknown, string]> {
  yield [null, 'null'];
  yield [schema.type === 'object' ? [] : {}, 'the wrong type'];
  if (schema.type === 'string') {
    yield ['x'.repeat(Math.min(schema.maxLength ?? TOO_LONG, MEGABYTE) + 1), 'more text than the field takes'];
    yield ['a\u0000b', 'a control character'];
    yield ['a\u001b[31mb', 'an escape sequence'];
    yield ['\ud800', 'half a surrogate pair'];
    yield ['', 'nothing'];
    yield [7, 'a number'];
  }
  if (schema.format === 'date')
    for (const date of ['2026-02-30', '2026-13-01', '26-1-1', 'tomorrow']) yield [date, date];
  if (schema.type === 'integer') for (const number of [1.5, -1, 1e300, '1']) yield [number, `${number}`];
  if (schema.type === 'boolean') yield ['true', 'a text'];
}

function replaced(whole: unknown, path: readonly string[], value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (Array.isArray(whole))
    return whole.map((item, index) => (String(index) === key ? replaced(item, rest, value) : item));
  const object = whole as Record<string, unknown>;
  return { ...object, [key]: replaced(object[key], rest, value) };
}
