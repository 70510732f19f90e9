/** Medicines 代配药: ordered for an employee with a chronic disease, bought and brought by a volunteer; only for those concerned. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Form, Input, Space, Tag } from 'antd';
import type { z } from 'zod';
import type { medicinesView } from '../../../contracts/supplies/supplies';
import type { Role } from '../../../domain/ledger/entry';
import { MEDICINE_STEPS, SUPPLY_ACTS, type MedicineStep } from '../../../domain/supplies/acts';
import { AccountSelect, PersonSelect } from '../design/choosing';
import { act } from '../http/api';
import { FormDrawer } from '../design/form-drawer';
import { Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { useWords } from '../http/trouble';

type Medicine = z.output<typeof medicinesView>['items'][number];

/** The steps that may be taken next, by this role. */
function nextSteps(status: string, role: Role): MedicineStep[] {
  const steps = Object.keys(MEDICINE_STEPS) as MedicineStep[];
  return steps.filter((step) => {
    const { from, act: name } = MEDICINE_STEPS[step];
    return from.some((one) => one === status) && SUPPLY_ACTS[name].by.includes(role);
  });
}

export function Medicines() {
  const t = useTexts();
  const { me } = useSession();
  const [ordering, setOrdering] = useState(false);
  const [assigned, setAssigned] = useState<string | null>(null);
  const found = useRead<z.output<typeof medicinesView>>('/medicine-orders');
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  return (
    <>
      {SUPPLY_ACTS.orderMedicine.by.includes(me.role) && (
        <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setOrdering(true)}>
          {t.stock.newMedicine}
        </Button>
      )}
      <Reading of={found} empty={found.data?.items.length === 0 && t.stock.noMedicines}>
        <ul className="lines">
          {found.data?.items.map((one) => (
            <li key={one.id} className="line">
              <div className="line-main">
                <h2>
                  {one.medicine} · {one.quantity}
                </h2>
                <span className="muted">
                  {one.person.name} {one.person.phone}
                </span>
              </div>
              <Tag>{t.stock.medicineStatus[one.status] ?? one.status}</Tag>
              {SUPPLY_ACTS.assignMedicine.by.includes(me.role) && one.status === 'ordered' && (
                <Button onClick={() => setAssigned(one.id)}>{t.stock.assign}</Button>
              )}
              <Steps of={one} />
            </li>
          ))}
        </ul>
      </Reading>
      <FormDrawer<{ person: string; medicine: string; quantity: string }>
        title={t.stock.newMedicine}
        open={ordering}
        close={() => setOrdering(false)}
        path="/medicine-orders"
        done={() => t.stock.done}
      >
        <Form.Item name="person" label={t.stock.employee} rules={needed(t.stock.employee)}>
          <PersonSelect enterprise={me.enterprise ?? ''} many={false} />
        </Form.Item>
        <Form.Item name="medicine" label={t.stock.medicine} rules={needed(t.stock.medicine)}>
          <Input maxLength={200} />
        </Form.Item>
        <Form.Item name="quantity" label={t.stock.quantity} rules={needed(t.stock.quantity)}>
          <Input maxLength={60} />
        </Form.Item>
      </FormDrawer>
      <FormDrawer<{ volunteer: string }>
        title={t.stock.assign}
        open={assigned !== null}
        close={() => setAssigned(null)}
        path={`/medicine-orders/${assigned ?? ''}/assign`}
        done={() => t.stock.done}
      >
        <Form.Item name="volunteer" label={t.stock.assign} rules={needed(t.stock.assign)}>
          <AccountSelect role="volunteer" />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

function Steps({ of }: { readonly of: Medicine }) {
  const t = useTexts();
  const words = useWords();
  const client = useQueryClient();
  const { me } = useSession();
  const { message } = App.useApp();
  const take = async (step: MedicineStep) => {
    try {
      await act(`/medicine-orders/${of.id}/step`, { step }, `${of.id}.${step}`);
      void message.success(t.stock.done);
      await client.invalidateQueries({ queryKey: ['/medicine-orders'] });
    } catch (error) {
      void message.error(words(error));
    }
  };
  return (
    <Space>
      {nextSteps(of.status, me.role).map((step) => (
        <Button
          key={step}
          danger={SUPPLY_ACTS[MEDICINE_STEPS[step].act].dangerous === true}
          onClick={() => void take(step)}
        >
          {t.stock.step[step]}
        </Button>
      ))}
    </Space>
  );
}
