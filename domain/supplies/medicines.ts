/** Medicine orders 代配药: for an employee with a chronic disease, given to a volunteer, bought, delivered, received. */
import type { Role } from '../ledger/entry';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import { MEDICINE_STEPS, SUPPLY_ACTS, type MedicineStatus, type MedicineStep } from './acts';

export interface Medicine {
  readonly id: string;
  readonly status: MedicineStatus;
}

interface Noted {
  readonly entry: OutsideEntry;
}

/** `chronic`: of the employee, an own one of the enterprise. @throws Refused `not-chronic` */
export function orderMedicine({ medicine, chronic }: { readonly medicine: string; readonly chronic: boolean }): Noted {
  if (!chronic) refuseOutside('not-chronic');
  return { entry: { type: 'medicine-ordered', details: { medicine } } };
}

export interface Assignment {
  /** The order is this official's from now on. */
  readonly official: string;
  readonly volunteer: string;
  /** Of the account that is named; null: there is none. */
  readonly role: Role | null;
}

/** @throws Refused `wrong-state` for one that is not waiting for it, `wrong-role` for an account that is no volunteer's */
export function assignMedicine(
  { id, status }: Medicine,
  { official, volunteer, role }: Assignment,
): { readonly status: 'assigned'; readonly official: string; readonly volunteer: string } & Noted {
  if (status !== 'ordered') refuseOutside('wrong-state', { status });
  if (role !== 'volunteer') refuseOutside('wrong-role', { role, needed: 'volunteer' });
  return { status: 'assigned', official, volunteer, entry: { type: 'medicine-assigned', details: { medicine: id } } };
}

/** @throws Refused `forbidden` for a step of somebody else's, `wrong-state` */
export function takeMedicineStep(
  { id, status }: Medicine,
  { step, role }: { readonly step: MedicineStep; readonly role: Role },
): { readonly status: MedicineStep } & Noted {
  const { from, act } = MEDICINE_STEPS[step];
  const { by } = SUPPLY_ACTS[act];
  if (!by.includes(role)) refuseOutside('forbidden', { role, permitted: by });
  if (!from.includes(status)) refuseOutside('wrong-state', { status });
  return { status: step, entry: { type: `medicine-${step}`, details: { medicine: id } } };
}
