/** Medicine orders under whatever anybody tries next: each step from its own state and by its own role, and what is over stays over. */
import { ROLES, type Role } from '../../domain/ledger/entry';
import { MEDICINE_STEPS, SUPPLY_ACTS, type MedicineStatus, type MedicineStep } from '../../domain/supplies/acts';
import { assignMedicine, orderMedicine, takeMedicineStep } from '../../domain/supplies/medicines';
import { expectRows, Happened, holds, said } from '../support/seeded';

const happened = new Happened();
const STEPS: readonly MedicineStep[] = ['bought', 'delivered', 'received', 'cancelled'];

/** As the town does it: who takes it from where to where. */
const WAYS: readonly (readonly [from: MedicineStatus, who: Role, to: MedicineStatus])[] = [
  ['assigned', 'volunteer', 'bought'],
  ['bought', 'volunteer', 'delivered'],
  ['delivered', 'enterprise', 'received'],
  ['ordered', 'enterprise', 'cancelled'],
  ['assigned', 'enterprise', 'cancelled'],
];

holds('an order goes its way step by step, each by whom it concerns, until it is over', (dice) => {
  const order: { id: string; status: MedicineStatus } = { id: 'm-1', status: 'ordered' };
  const lived: MedicineStatus[] = ['ordered'];
  for (let tries = 0; tries < 30; tries += 1) {
    const before = order.status;
    if (dice.chance(25)) {
      const role = dice.chance(70) ? 'volunteer' : dice.ofOr<Role, null>(dice.some(ROLES), null);
      const { done, refused } = said(assignMedicine, { ...order }, { official: 'a-1', volunteer: 'a-2', role });
      happened.note(`assign ${refused ?? 'done'}`);
      expect(done !== undefined).toBe(before === 'ordered' && role === 'volunteer');
      if (!done) continue;
      expect(done).toMatchObject({ official: 'a-1', volunteer: 'a-2', entry: { details: { medicine: 'm-1' } } });
      expect(SUPPLY_ACTS.assignMedicine.causes).toContain(done.entry.type);
      order.status = done.status;
      expect(said(assignMedicine, { ...order }, { official: 'a-1', volunteer: 'a-2', role }).refused).toBe(
        'wrong-state',
      );
    } else {
      const [step, role] = [dice.of(STEPS), dice.of<Role>(['enterprise', 'volunteer'])];
      const { done, refused } = said(takeMedicineStep, { ...order }, { step, role });
      happened.note(`step ${refused ?? 'done'}`);
      expect(done !== undefined).toBe(WAYS.some(([from, who, to]) => from === before && who === role && to === step));
      if (!done) continue;
      const row = SUPPLY_ACTS[MEDICINE_STEPS[step].act];
      expect([row.causes, row.by]).toEqual([[done.entry.type], [role]]);
      expect(done.entry.details).toEqual({ medicine: 'm-1' });
      order.status = done.status;
      expect(said(takeMedicineStep, { ...order }, { step, role }).refused).toBe('wrong-state');
    }
    lived.push(order.status);
  }
  if (lived.at(-1) === 'received') happened.note('received');
  // Nothing is done twice, and nothing comes before what it needs.
  expect(new Set(lived).size).toBe(lived.length);
  const way = ['ordered', 'assigned', 'bought', 'delivered', 'received'];
  const straight = lived.filter((status) => status !== 'cancelled');
  expect(straight).toEqual(way.slice(0, straight.length));
  if (lived.includes('cancelled')) {
    expect(lived.at(-1)).toBe('cancelled');
    expect(lived.length).toBeLessThanOrEqual(3);
  }
});

test('only an employee with a chronic disease is ordered for, and no word of the order enters the ledger', () => {
  expect(said(orderMedicine, { medicine: 'm-1', chronic: false }).refused).toBe('not-chronic');
  const { done } = said(orderMedicine, { medicine: 'm-1', chronic: true });
  expect(done?.entry).toEqual({ type: SUPPLY_ACTS.orderMedicine.causes[0], details: { medicine: 'm-1' } });
});

test('a step of somebody else is refused as such, from wherever it is tried', () => {
  for (const status of ['ordered', 'assigned', 'bought', 'delivered', 'received', 'cancelled'] as const) {
    for (const step of STEPS) {
      const own = WAYS.filter(([, , to]) => to === step).map(([, who]) => who);
      for (const role of ROLES.filter((one) => !own.includes(one))) {
        expect(said(takeMedicineStep, { id: 'm-1', status }, { step, role }).refused).toBe('forbidden');
      }
    }
  }
});

test('everybody has the part in supplies that the town gives them', () => {
  expectRows(SUPPLY_ACTS, {
    receiveStock: ['storekeeper official', 'stock-received'],
    countStock: ['storekeeper official', 'stock-counted'],
    openPurchase: ['official', 'purchase-opened'],
    orderOfPurchase: ['enterprise', 'purchase-ordered'],
    closePurchase: ['official', 'purchase-closed'],
    handOut: ['volunteer village official', 'purchase-distributed'],
    receivePurchase: ['enterprise', 'purchase-received'],
    orderMedicine: ['enterprise', 'medicine-ordered'],
    assignMedicine: ['official', 'medicine-assigned'],
    buyMedicine: ['volunteer', 'medicine-bought'],
    deliverMedicine: ['volunteer', 'medicine-delivered'],
    receiveMedicine: ['enterprise', 'medicine-received'],
    cancelMedicine: ['enterprise', 'medicine-cancelled'],
  });
});

happened.expectAll(
  ...['assign done', 'assign wrong-state', 'assign wrong-role'],
  ...['step done', 'step wrong-state', 'step forbidden', 'received'],
);
