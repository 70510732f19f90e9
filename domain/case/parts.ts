/** What of a case's state is another than before: its members, and of its two largest the members of these. */
import type { Reopening } from './state';

/** These two are large, and an act changes little of them: they travel by their own members. */
const DIVIDED = ['operation', 'review'] as const;
type Divided = (typeof DIVIDED)[number];

/** Members of a state that are laid over those of an older one. */
export type Parts = Partial<Omit<Reopening, Divided>> & { readonly [D in Divided]?: Partial<Reopening[D]> };

/** All of `after` where there is no state before. */
export function partsSince(before: Reopening | null, after: Reopening): Parts {
  if (before === null) return after;
  const divided = DIVIDED.map((member) => [member, changed(before[member], after[member])] as const);
  return {
    // Time passes with every recording, and what follows it looks at the clock.
    clock: after.clock,
    ...changed(before, after, DIVIDED),
    ...Object.fromEntries(divided.filter(([, members]) => Object.keys(members).length > 0)),
  };
}

/** Whether the two differ in nothing but the time that has passed. */
export function isSameButTime(before: Reopening, after: Reopening): boolean {
  return Object.keys(partsSince(before, after)).length === 1;
}

/** The state after a recording, as PostgreSQL makes it of the one before (db/case/projections.ts). */
export function withParts(before: Reopening | null, parts: Parts): Reopening {
  const state = { ...before, ...parts } as Reopening;
  if (before === null) return state;
  return {
    ...state,
    operation: { ...before.operation, ...parts.operation },
    review: { ...before.review, ...parts.review },
  };
}

/** Rules work on copies: what is another object may still say the same, and then it is not sent. */
function changed<T extends object>(before: T, after: T, besides: readonly string[] = []): Partial<T> {
  const members = Object.keys(after) as (keyof T & string)[];
  const others = members.filter(
    (member) =>
      !besides.includes(member) &&
      before[member] !== after[member] &&
      JSON.stringify(before[member]) !== JSON.stringify(after[member]),
  );
  return Object.fromEntries(others.map((member) => [member, after[member]])) as Partial<T>;
}
