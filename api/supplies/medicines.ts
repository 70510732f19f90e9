/** Medicine orders 代配药: for one employee, readable only by enterprise, volunteer and official concerned, `/medicine-orders`. */
import { randomBytes } from 'node:crypto';
import type { z } from 'zod';
import { outsideAct, STREAMS, type OutsideEntry } from '../../domain/ledger/outside-acts';
import {
  medicineAssignBody,
  medicineBody,
  medicineStepBody,
  medicinesView,
  medicineView,
} from '../../contracts/supplies/supplies';
import type { Role } from '../../domain/ledger/entry';
import { SUPPLY_ACTS } from '../../domain/supplies/acts';
import { assignMedicine, orderMedicine, takeMedicineStep } from '../../domain/supplies/medicines';
import { accountsById } from '../../db/accounts/accounts';
import { appendActs } from '../../db/ledger/acts-outside';
import {
  changeMedicineOrder,
  chronicOf,
  findMedicineOrder,
  insertMedicineOrder,
  listMedicineOrders,
  lockMedicineOrder,
  type MedicineOrder,
} from '../../db/supplies/medicines';
import type { Client } from '../../db/sql/pool';
import type { Deps } from '../http/deps';
import { once } from '../http/idempotency';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { route, type Ask, type Reply, type Route } from '../http/route';

const TAG = 'Supplies 物资';
const concerned: readonly Role[] = ['enterprise', 'volunteer', 'official'];
/** Orders of some months; nobody reads further back. */
const MOST = 500;

export function medicineRoutes(deps: Deps): Route[] {
  const { pool } = deps;
  return [
    route({
      method: 'post',
      path: '/medicine-orders',
      tag: TAG,
      summary: '代配药申请 Order a medicine',
      access: SUPPLY_ACTS.orderMedicine.by,
      body: medicineBody,
      idempotent: true,
      answers: {
        201: {
          description: 'Ordered',
          schema: medicineView,
          headers: ['Location', 'Fugong-After', 'Idempotent-Replayed'],
        },
      },
      problems: ['unknown-person', 'not-chronic', 'key-reused'],
      handle: (ask) => order(deps, ask),
    }),
    route({
      method: 'get',
      path: '/medicine-orders',
      tag: TAG,
      summary: '代配药清单 Medicine orders',
      access: concerned,
      answers: { 200: { description: "The reader's own", schema: medicinesView } },
      async handle({ by }) {
        const found = await listMedicineOrders(pool, by, MOST);
        return { status: 200, body: { items: found.map((one) => shown(deps, one)) } };
      },
    }),
    route({
      method: 'get',
      path: '/medicine-orders/{medicine}',
      tag: TAG,
      summary: '代配药详情 One medicine order',
      access: concerned,
      answers: { 200: { description: 'The order', schema: medicineView } },
      problems: ['unknown-medicine-order'],
      async handle({ by, params }) {
        const found = await findMedicineOrder(pool, params['medicine'] ?? '', by);
        if (!found) throw new Problem('unknown-medicine-order');
        return { status: 200, body: shown(deps, found) };
      },
    }),
    route({
      method: 'post',
      path: '/medicine-orders/{medicine}/assign',
      tag: TAG,
      summary: '指派志愿者 Assign a volunteer',
      access: SUPPLY_ACTS.assignMedicine.by,
      body: medicineAssignBody,
      idempotent: true,
      answers: {
        200: { description: 'Assigned', schema: medicineView, headers: ['Fugong-After', 'Idempotent-Replayed'] },
      },
      problems: ['unknown-medicine-order', 'wrong-role', 'wrong-state', 'key-reused'],
      handle: (ask) =>
        change(deps, ask, 'assign', async (client, found) => {
          const volunteer = ask.body.volunteer.id;
          const { role = null } = (await accountsById(client, [volunteer])).get(volunteer) ?? {};
          const { entry, ...assigned } = assignMedicine(found, { official: ask.by.account, volunteer, role });
          await changeMedicineOrder(client, found.id, assigned);
          return entry;
        }),
    }),
    route({
      method: 'post',
      path: '/medicine-orders/{medicine}/step',
      tag: TAG,
      summary: '办理代配药 Next step',
      access: [...SUPPLY_ACTS.receiveMedicine.by, ...SUPPLY_ACTS.buyMedicine.by],
      body: medicineStepBody,
      idempotent: true,
      answers: { 200: { description: 'Done', schema: medicineView, headers: ['Fugong-After', 'Idempotent-Replayed'] } },
      problems: ['unknown-medicine-order', 'forbidden', 'wrong-state', 'key-reused'],
      handle: (ask) =>
        change(deps, ask, 'step', async (client, found) => {
          const { entry, status } = takeMedicineStep(found, { step: ask.body.step, role: ask.by.role });
          await changeMedicineOrder(client, found.id, { status });
          return entry;
        }),
    }),
  ];
}

function shown({ personal }: Deps, order: MedicineOrder) {
  const { id, enterprise, person, personName, phone, sealed, status, volunteer } = order;
  const words = sealed && (JSON.parse(personal.open(id, 'medicine', sealed)) as { medicine: string; quantity: string });
  const { medicine = '', quantity = '' } = words ?? {};
  return { id, enterprise, person: { id: person, name: personName, phone }, medicine, quantity, status, volunteer };
}

async function order(deps: Deps, ask: Ask<z.output<typeof medicineBody>>): Promise<Reply> {
  const { by, body } = ask;
  const enterprise = by.enterprise ?? '';
  return once(deps, ask, '/medicine-orders', async (client, command) => {
    const chronic = await chronicOf(client, enterprise, body.person);
    if (chronic === undefined) throw new Problem('unknown-person', { people: [body.person] });
    const id = `m-${randomBytes(8).toString('hex')}`;
    const { entry } = orderMedicine({ medicine: id, chronic });
    const { medicine, quantity } = body;
    const sealed = deps.personal.seal(id, 'medicine', JSON.stringify({ medicine, quantity }));
    await insertMedicineOrder(client, { id, enterprise, person: body.person, sealed, by: by.account });
    return recorded(deps, client, ask, { id, command, entry, status: 201 });
  });
}

function change(
  deps: Deps,
  ask: Ask,
  name: string,
  work: (client: Client, found: MedicineOrder) => Promise<OutsideEntry>,
): Promise<Reply> {
  const id = ask.params['medicine'] ?? '';
  return once(deps, ask, `/medicine-orders/${id}/${name}`, async (client, command) => {
    const found = await lockMedicineOrder(client, id, ask.by);
    if (!found) throw new Problem('unknown-medicine-order');
    const entry = await work(client, found);
    return recorded(deps, client, ask, { id, command, entry, status: 200 });
  });
}

/** Only ids enter the ledger; and what is kept for a repeat of the request has no words of the order either. */
async function recorded(
  deps: Deps,
  client: Client,
  { by }: Ask,
  { id, command, entry, status }: { id: string; command: string; entry: OutsideEntry; status: number },
): Promise<Reply> {
  const { sequence } = await appendActs(deps.keys, client, STREAMS.medicines, [
    outsideAct({ ...entry, by, at: deps.now(), command }),
  ]);
  const found = await findMedicineOrder(client, id, by);
  if (!found) throw new Problem('unknown-medicine-order');
  const headers = {
    ...(status === 201 && { Location: `/medicine-orders/${id}` }),
    ...afterHeader(STREAMS.medicines, sequence),
  };
  const { person, ...kept } = shown(deps, { ...found, sealed: null, personName: null, phone: null });
  return { status, headers, body: { ...kept, person } };
}
