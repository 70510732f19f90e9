/** The editions of the programme as cases carry them, made once for all requests: finding a zone's offset takes milliseconds. */
import { editionInForce, rulesOf, type Programme } from '../contracts/programme';
import { localDate } from '../domain/calendar';
import type { Edition } from '../domain/edition';
import { Problem } from './problem';

/** The rules in force at an instant. @throws Problem `no-edition` before the programme's first one */
export type EditionAt = (now: number) => Edition;

export function editionsOf(programme: Programme): EditionAt {
  const rules = new Map(programme.editions.map(({ id }) => [id, rulesOf(programme, id)]));
  const [anyRules] = rules.values();
  return (now) => {
    // Any edition has the town's offset, which says what today is.
    const inForce = anyRules && editionInForce(programme, localDate(now, anyRules));
    const edition = inForce && rules.get(inForce.id);
    if (!edition) throw new Problem('no-edition');
    return edition;
  };
}
