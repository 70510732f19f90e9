/** The people of the demonstration: made up, and visibly so: an area that does not exist, phones that nobody has. */
import { residentCheckCharacter } from '../../domain/calendar/codes';

export interface DemoPerson {
  readonly name: string;
  readonly documentNumber: string;
  readonly phone: string;
  readonly workshop: string;
  readonly team: string;
  readonly loop: 'on-site' | 'lodging';
  readonly chronic: boolean;
  readonly partyMember: boolean;
  readonly joinedOn: string;
}

/** The spring of the article: everyone is there long before the case, whenever the demonstration is run. */
export const JOINED_ON = '2022-03-01';
/** No area of the country has this code. */
const NOWHERE = '999999';
/** No mobile number begins so. */
const NOBODY = '10000';
/** In a team, as in one room or on one line. */
const TEAM = 8;
/** Some have a chronic disease, some are party members: every so many. */
const CHRONIC = 19;
const PARTY = 10;

export interface Crew {
  readonly count: number;
  /** Numbers begin there, so that two enterprises have none in common. */
  readonly from: number;
  readonly loop: DemoPerson['loop'];
  readonly workshop: string;
  readonly joinedOn: string;
}

export function crew({ count, from, loop, workshop, joinedOn }: Crew): DemoPerson[] {
  return Array.from({ length: count }, (_, index) => {
    const number = from + index;
    const digits = String(number).padStart(3, '0');
    const born = `19${70 + (number % 30)}01${String(1 + (number % 28)).padStart(2, '0')}`;
    const body = `${NOWHERE}${born}${digits}`;
    return {
      name: `演示员工${digits}`,
      documentNumber: body + residentCheckCharacter(body),
      phone: `${NOBODY}000${digits}`,
      workshop,
      team: `${workshop}${1 + Math.floor(index / TEAM)}班`,
      loop,
      chronic: index % CHRONIC === 3,
      partyMember: index % PARTY === 1,
      joinedOn,
    };
  });
}
