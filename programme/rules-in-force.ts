/**
 * The rules in force: those under which a case begins that is started now. Only a start, its preview and the checking of a
 * programme ask for them (a wall); whatever is about a case asks for the case's own rules.
 */
import { localDate } from '../domain/calendar/calendar';
import type { Edition, LocalDate } from '../domain/programme/edition';
import { offsetOf, rulesOf, type DatedEdition, type Programme } from './schema';

/** The edition under which a case begins on that date; undefined before the first one. */
export function editionInForce(programme: Programme, on: LocalDate): DatedEdition | undefined {
  return programme.editions.findLast(({ from }) => from <= on);
}

/** The rules in force at an instant; undefined before the first edition. */
export type RulesInForce = (now: number) => Edition | undefined;

/** Made once for all requests: finding a zone's offset takes milliseconds. */
export function rulesInForce(programme: Programme): RulesInForce {
  const rules = new Map(programme.editions.map(({ id }) => [id, rulesOf(programme, id)]));
  const zone = { utcOffsetMinutes: offsetOf(programme) };
  return (now) => {
    const edition = editionInForce(programme, localDate(now, zone));
    return edition && rules.get(edition.id);
  };
}
