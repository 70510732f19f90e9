/**
 * The one order in which people stand on every page, list, export and print: workshop, team, name, by pinyin and with numbers by
 * their value. Whoever has none of one stands behind those who have.
 */

/** SQL: a text as names are sorted; the collation is made by migration 0012. */
export function byName(text: string): string {
  return `${text} COLLATE people_order`;
}

const lastWithout = (text: string) => `${text} IS NULL, ${byName(`COALESCE(${text}, '')`)}`;

/**
 * SQL: what `people p` are sorted by, all ascending and never null, so that a page can begin behind a row: `(…) > (SELECT … )`.
 * `of`: the table that says workshop and team, for a round keeps those of its day. The person's id makes it unique.
 */
export function peopleOrder(of = 'p'): string {
  return [`${of}.workshop`, `${of}.team`, 'p.name'].map(lastWithout).concat('p.id').join(', ');
}
