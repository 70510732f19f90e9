/** Acts on people of enterprises and on where they lodge, outside a case: who may, and which entries come of it. */
import type { OutsideRow } from '../ledger/outside-acts';

export const PEOPLE_ACTS = {
  importRoster: { by: ['enterprise', 'official'], causes: ['roster-imported'] },
  leave: { by: ['enterprise', 'official'], causes: ['people-left'] },
  absence: { by: ['enterprise', 'official'], causes: ['person-absent'] },
  change: { by: ['enterprise', 'official'], causes: ['person-changed'] },
  reveal: { by: ['enterprise', 'official', 'health'], causes: ['personal-data-revealed'] },
  erase: { by: ['official'], causes: ['person-erased'], dangerous: true },
  setContacts: { by: ['enterprise', 'official'], causes: ['emergency-contacts-set'] },
  /** A liaison of the enterprise's open case alone; to everybody else the enterprise is unknown. */
  revealContacts: { by: ['enterprise', 'official', 'liaison', 'health'], causes: ['personal-data-revealed'] },
  registerHotel: { by: ['official'], causes: ['hotel-registered'] },
  addRooms: { by: ['official'], causes: ['rooms-added'] },
  assignRooms: { by: ['official'], causes: ['lodged'] },
  endStay: { by: ['official'], causes: ['stay-ended'] },
} as const satisfies Record<string, OutsideRow>;
