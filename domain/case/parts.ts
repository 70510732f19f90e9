/** What of a case's state is another than before, as little as says it; and the state that it makes of the one before. */
import type { Reopening } from './state';

/**
 * `v`: the value itself. `o`: what has changed of an object's members, `d` those that are gone. `a`: of a list of things with ids,
 * their ids in order, and in `o` what has changed of them. db/sql/migrations/0016_state.sql lays it over what PostgreSQL has.
 */
export type Parts =
  | { readonly v: unknown }
  | { readonly o: { readonly [member: string]: Parts }; readonly d?: readonly string[] }
  | { readonly a: readonly string[]; readonly o: { readonly [id: string]: Parts } };

interface Members {
  readonly [member: string]: unknown;
}

/** All of `after` where there is no state before. */
export function partsSince(before: Reopening | null, after: Reopening): Parts {
  if (before === null) return { v: after };
  return partsOf(before, after) ?? { o: {} };
}

/** The state after a recording; null where there is none to lay the parts over. */
export function withParts(before: Reopening | null, parts: Parts): Reopening | null {
  if (before === null && !('v' in parts)) return null;
  return laidOver(before, parts) as Reopening;
}

/** Undefined when both say the same. Rules work on copies: what is another object may still do so. */
function partsOf(before: unknown, after: unknown): Parts | undefined {
  if (before === after) return undefined;
  if (isList(before) && isList(after)) return partsOfLists(byId(before), byId(after));
  if (isObject(before) && isObject(after)) return partsOfObjects(before, after);
  return JSON.stringify(before) === JSON.stringify(after) ? undefined : { v: after };
}

function partsOfObjects(before: Members, after: Members): Parts | undefined {
  const o = changed(before, after);
  const d = Object.keys(before).filter((member) => !Object.hasOwn(after, member));
  if (Object.keys(o).length === 0 && d.length === 0) return undefined;
  return d.length > 0 ? { o, d } : { o };
}

function partsOfLists(before: Members, after: Members): Parts | undefined {
  const o = changed(before, after);
  const a = Object.keys(after);
  const isSame = JSON.stringify(Object.keys(before)) === JSON.stringify(a) && Object.keys(o).length === 0;
  return isSame ? undefined : { a: a.map((key) => key.slice(KEY.length)), o: withoutKey(o) };
}

function changed(before: Members, after: Members): { [member: string]: Parts } {
  const parts: { [member: string]: Parts } = {};
  for (const [member, value] of Object.entries(after)) {
    const part = Object.hasOwn(before, member) ? partsOf(before[member], value) : { v: value };
    if (part) parts[member] = part;
  }
  return parts;
}

/** Before an id, so that a number among them does not move to the front of an object's members. */
const KEY = '#';

type List = readonly { readonly id: string | number }[];

/** Things with an id each, no two the same: only these are told apart by it. */
function isList(value: unknown): value is List {
  if (!Array.isArray(value) || value.length === 0) return false;
  const ids = value.map((one) => (isObject(one) ? one['id'] : undefined));
  const named = ids.every((id) => typeof id === 'string' || typeof id === 'number');
  return named && new Set(ids.map(String)).size === ids.length;
}

function isObject(value: unknown): value is Members {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function byId(list: List): Members {
  return Object.fromEntries(list.map((one) => [KEY + String(one.id), one]));
}

function withoutKey(parts: { readonly [key: string]: Parts }): { [id: string]: Parts } {
  return Object.fromEntries(Object.entries(parts).map(([key, part]) => [key.slice(KEY.length), part]));
}

function laidOver(before: unknown, parts: Parts): unknown {
  if ('v' in parts) return parts.v;
  if ('a' in parts) {
    const old = new Map((before as List).map((one) => [String(one.id), one]));
    return parts.a.map((id) => {
      const part = parts.o[id];
      return part ? laidOver(old.get(id), part) : old.get(id);
    });
  }
  const result: { [member: string]: unknown } = { ...(before as Members) };
  for (const [member, part] of Object.entries(parts.o)) result[member] = laidOver(result[member], part);
  for (const member of parts.d ?? []) delete result[member];
  return result;
}
