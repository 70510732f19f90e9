/** Group purchases 集采集配: opened by officials, ordered by enterprises, picked, distributed and received on a phone. */
import { useState } from 'react';
import { Button, Card, DatePicker, Form, Input, InputNumber, Space, Table } from 'antd';
import type dayjs from 'dayjs';
import type { z } from 'zod';
import type { pickingView, purchasesView } from '../../../contracts/supplies/supplies';
import type { Role } from '../../../domain/ledger/entry';
import { SUPPLY_ACTS } from '../../../domain/supplies/acts';
import { FormDrawer } from '../design/form-drawer';
import { FormRows } from '../design/form-rows';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';

type Purchase = z.output<typeof purchasesView>['items'][number];

/** For whom there is a picking list. */
const PICKERS: readonly Role[] = [...SUPPLY_ACTS.handOut.by, ...SUPPLY_ACTS.receivePurchase.by, 'storekeeper'];

export function Purchases() {
  const t = useTexts();
  const { at } = useMoments();
  const { me } = useSession();
  const [opening, setOpening] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const found = useRead<z.output<typeof purchasesView>>('/group-purchases');
  const picks = PICKERS.includes(me.role);
  return (
    <>
      {SUPPLY_ACTS.openPurchase.by.includes(me.role) && (
        <Button type="primary" style={{ marginBottom: 12 }} onClick={() => setOpening(true)}>
          {t.stock.newPurchase}
        </Button>
      )}
      <Reading of={found} empty={found.data?.items.length === 0 && t.stock.noPurchases}>
        {found.data?.items.map((one) => (
          <Card
            key={one.id}
            size="small"
            title={one.title}
            extra={one.closed ? t.stock.closed : `${t.stock.cutOff} ${at(one.cutOff)}`}
            style={{ marginBottom: 12 }}
          >
            <Space wrap>
              {SUPPLY_ACTS.orderOfPurchase.by.includes(me.role) && !one.closed && <Order purchase={one} />}
              {picks && (
                <Button aria-expanded={shown === one.id} onClick={() => setShown(shown === one.id ? null : one.id)}>
                  {t.stock.picking}
                </Button>
              )}
            </Space>
            {shown === one.id && <Picking purchase={one} />}
          </Card>
        ))}
      </Reading>
      <NewPurchase open={opening} close={() => setOpening(false)} />
    </>
  );
}

/** How much of each goods: a field for every item of the purchase. */
function Quantities({
  purchase,
  initial,
}: {
  readonly purchase: Purchase;
  readonly initial?: (item: number) => number;
}) {
  const t = useTexts();
  return purchase.items.map(({ item, name, unit }) => (
    <Form.Item
      key={item}
      name={['quantities', String(item)]}
      label={t.common.brackets(name, unit)}
      initialValue={initial?.(item) ?? 0}
    >
      <InputNumber min={0} precision={0} inputMode="numeric" />
    </Form.Item>
  ));
}

interface Filled {
  readonly quantities: Readonly<Record<string, number | null>>;
  readonly enterprise?: string;
}

const linesOf = ({ quantities }: Filled, all: boolean) =>
  Object.entries(quantities)
    .map(([item, quantity]) => ({ item: Number(item), quantity: quantity ?? 0 }))
    .filter(({ quantity }) => all || quantity > 0);

function Order({ purchase }: { readonly purchase: Purchase }) {
  const t = useTexts();
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button type="primary" onClick={() => setOpen(true)}>
        {t.stock.myOrder}
      </Button>
      <FormDrawer<Filled>
        title={`${t.stock.myOrder} · ${purchase.title}`}
        open={open}
        close={() => setOpen(false)}
        path={`/group-purchases/${purchase.id}/order`}
        bodyOf={(filled) => ({ lines: linesOf(filled, false) })}
        done={() => t.stock.done}
      >
        <Quantities purchase={purchase} />
      </FormDrawer>
    </>
  );
}

type PickingView = z.output<typeof pickingView>;

function Picking({ purchase }: { readonly purchase: Purchase }) {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const [form, setForm] = useState<{
    what: 'distribute' | 'receive';
    enterprise: PickingView['enterprises'][number];
  } | null>(null);
  const found = useRead<PickingView>(`/group-purchases/${purchase.id}/picking-list`);
  const hands = SUPPLY_ACTS.handOut.by.includes(me.role);
  return (
    <Reading of={found}>
      <p>
        <a href={`/group-purchases/${purchase.id}/picking-list?format=xlsx`}>{t.common.workbook}</a>
      </p>
      {found.data?.enterprises.map((one) => (
        <Card
          key={one.enterprise}
          size="small"
          type="inner"
          title={`${one.name} · ${names.village(one.village)}`}
          style={{ marginBottom: 8 }}
        >
          <Table
            rowKey="item"
            size="small"
            pagination={false}
            dataSource={one.lines}
            columns={[
              { title: t.stock.goods, render: (_, { name, unit }) => t.common.brackets(name, unit) },
              { title: t.stock.ordered, dataIndex: 'ordered' },
              { title: t.stock.distributed, render: (_, { distributed }) => distributed ?? '—' },
              { title: t.stock.receivedCount, render: (_, { received }) => received ?? '—' },
            ]}
          />
          {hands && purchase.closed && one.lines.some(({ distributed }) => distributed === null) && (
            <Button onClick={() => setForm({ what: 'distribute', enterprise: one })}>{t.stock.distribute}</Button>
          )}
          {SUPPLY_ACTS.receivePurchase.by.includes(me.role) &&
            one.lines.some(({ distributed, received }) => distributed !== null && received === null) && (
              <Button type="primary" onClick={() => setForm({ what: 'receive', enterprise: one })}>
                {t.stock.receivePurchase}
              </Button>
            )}
        </Card>
      ))}
      <FormDrawer<Filled>
        title={form?.what === 'receive' ? t.stock.receivePurchase : t.stock.distribute}
        open={form !== null}
        close={() => setForm(null)}
        path={`/group-purchases/${purchase.id}/${form?.what ?? 'distribute'}`}
        bodyOf={(filled) => ({
          ...(form?.what === 'distribute' && { enterprise: form.enterprise.enterprise }),
          lines: linesOf(filled, true),
        })}
        done={() => t.stock.done}
      >
        <Quantities
          purchase={purchase}
          initial={(item) => {
            const line = form?.enterprise.lines.find((one) => one.item === item);
            return (form?.what === 'receive' ? line?.distributed : line?.ordered) ?? 0;
          }}
        />
      </FormDrawer>
    </Reading>
  );
}

interface NewPurchaseValues {
  readonly title: string;
  readonly cutOff: dayjs.Dayjs;
  readonly items: readonly { readonly name: string; readonly unit: string }[];
}

function NewPurchase({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const t = useTexts();
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  return (
    <FormDrawer<NewPurchaseValues>
      title={t.stock.newPurchase}
      open={open}
      close={close}
      path="/group-purchases"
      initial={{ items: [{ name: '', unit: '' }] }}
      bodyOf={({ title, cutOff, items }) => ({ title, cutOff: cutOff.toISOString(), items })}
      done={() => t.stock.done}
    >
      <Form.Item name="title" label={t.stock.purchaseTitle} rules={needed(t.stock.purchaseTitle)}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="cutOff" label={t.stock.cutOff} rules={needed(t.stock.cutOff)}>
        <DatePicker showTime={{ format: 'HH:mm' }} style={{ width: '100%' }} />
      </Form.Item>
      <FormRows name="items">
        {(index) => (
          <>
            <Form.Item name={[index, 'name']} label={t.stock.goods} rules={needed(t.stock.goods)}>
              <Input maxLength={60} />
            </Form.Item>
            <Form.Item name={[index, 'unit']} label={t.stock.unit} rules={needed(t.stock.unit)}>
              <Input maxLength={10} style={{ width: 90 }} />
            </Form.Item>
          </>
        )}
      </FormRows>
    </FormDrawer>
  );
}
