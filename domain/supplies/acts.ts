/** Who may do what with the town's stock, group purchases and medicine orders, and what the ledger has of it. */
import type { OutsideRow } from '../ledger/outside-acts';

const ROWS = {
  receiveStock: { by: ['storekeeper', 'official'], causes: ['stock-received'] },
  countStock: { by: ['storekeeper', 'official'], causes: ['stock-counted'] },
  openPurchase: { by: ['official'], causes: ['purchase-opened'] },
  orderOfPurchase: { by: ['enterprise'], causes: ['purchase-ordered'] },
  closePurchase: { by: ['official'], causes: ['purchase-closed'], dangerous: true },
  handOut: { by: ['volunteer', 'village', 'official'], causes: ['purchase-distributed'] },
  receivePurchase: { by: ['enterprise'], causes: ['purchase-received'] },
  orderMedicine: { by: ['enterprise'], causes: ['medicine-ordered'] },
  assignMedicine: { by: ['official'], causes: ['medicine-assigned'] },
  buyMedicine: { by: ['volunteer'], causes: ['medicine-bought'] },
  deliverMedicine: { by: ['volunteer'], causes: ['medicine-delivered'] },
  receiveMedicine: { by: ['enterprise'], causes: ['medicine-received'] },
  // The words of the order are erased with it.
  cancelMedicine: { by: ['enterprise'], causes: ['medicine-cancelled'], dangerous: true },
} as const satisfies Record<string, OutsideRow>;

export type SupplyAct = keyof typeof ROWS;
/** Each with all roles for its type, so that any role can be looked for in it. */
export const SUPPLY_ACTS: { readonly [A in SupplyAct]: OutsideRow } = ROWS;

export type MedicineStatus = 'ordered' | 'assigned' | 'bought' | 'delivered' | 'received' | 'cancelled';
export type MedicineStep = Exclude<MedicineStatus, 'ordered' | 'assigned'>;

/** The steps of a medicine order behind its assignment: from where each is taken, and which act it is. */
export const MEDICINE_STEPS: {
  readonly [S in MedicineStep]: { readonly from: readonly MedicineStatus[]; readonly act: SupplyAct };
} = {
  bought: { from: ['assigned'], act: 'buyMedicine' },
  delivered: { from: ['bought'], act: 'deliverMedicine' },
  received: { from: ['delivered'], act: 'receiveMedicine' },
  cancelled: { from: ['ordered', 'assigned'], act: 'cancelMedicine' },
};
