/** Supplies: the town's stock, orders that wait, movements; group purchases and medicines, each for those concerned. */
import { useState } from 'react';
import { Button, Form, Input, InputNumber, Radio, Select, Space, Table, Tabs } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { z } from 'zod';
import type {
  movementLine,
  receiptBody,
  servedView,
  stockTakeBody,
  stockView,
  waitingView,
} from '../../../contracts/supplies/supplies';
import type { Role } from '../../../domain/ledger/entry';
import { SUPPLY_ACTS } from '../../../domain/supplies/acts';
import { FormDrawer } from '../design/form-drawer';
import { FormRows } from '../design/form-rows';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Heading, More, Reading, Wide } from '../design/parts';
import { usePages, useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { Medicines } from './medicines';
import { Purchases } from './purchases';

const READERS: readonly Role[] = [...SUPPLY_ACTS.receiveStock.by, 'operator', 'health'];

export default function StockPage() {
  const t = useTexts();
  const { me } = useSession();
  const [query, setQuery] = useSearchParams();
  const reads = READERS.includes(me.role);
  const items = [
    ...(reads
      ? [
          { key: 'stock', label: t.stock.stock, children: <Stock /> },
          { key: 'orders', label: t.stock.orders, children: <Orders /> },
          { key: 'movements', label: t.stock.movements, children: <Movements /> },
        ]
      : []),
    { key: 'purchases', label: t.stock.purchases, children: <Purchases /> },
    ...(['enterprise', 'volunteer', 'official'].includes(me.role)
      ? [{ key: 'medicines', label: t.stock.medicines, children: <Medicines /> }]
      : []),
  ];
  const tab = items.find(({ key }) => key === query.get('tab'))?.key ?? items[0]?.key ?? '';
  return (
    <>
      <Heading title={t.stock.title} />
      <Tabs activeKey={tab} onChange={(key) => setQuery({ tab: key })} destroyOnHidden items={items} />
    </>
  );
}

function Stock() {
  const t = useTexts();
  const { me } = useSession();
  const [form, setForm] = useState<'receive' | 'take' | null>(null);
  const found = useRead<z.output<typeof stockView>>('/stock');
  const receives = SUPPLY_ACTS.receiveStock.by.includes(me.role);
  const counts = SUPPLY_ACTS.countStock.by.includes(me.role);
  return (
    <Reading of={found}>
      {(receives || counts) && (
        <Space style={{ marginBottom: 12 }}>
          {receives && (
            <Button type="primary" onClick={() => setForm('receive')}>
              {t.stock.receive}
            </Button>
          )}
          {counts && <Button onClick={() => setForm('take')}>{t.stock.take}</Button>}
        </Space>
      )}
      <Table
        rowKey="item"
        size="small"
        pagination={false}
        dataSource={found.data?.items ?? []}
        columns={[
          { title: t.stock.item, dataIndex: 'name' },
          { title: t.stock.onHand, render: (_, { onHand, unit }) => `${onHand} ${unit}` },
          { title: t.stock.promised, dataIndex: 'promised' },
        ]}
      />
      <FormDrawer<z.input<typeof receiptBody>>
        title={t.stock.receive}
        open={form === 'receive'}
        close={() => setForm(null)}
        path="/stock/receipts"
        initial={{ source: 'purchase', lines: [{}] as never }}
        bodyOf={({ from, ...rest }) => ({ ...rest, ...(from && { from }) })}
        done={({ served }: z.output<typeof servedView>) => t.stock.received(served)}
      >
        <Form.Item name="source" label={t.stock.source}>
          <Radio.Group options={Object.entries(t.stock.sources).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Form.Item name="from" label={t.stock.supplier}>
          <Input maxLength={60} />
        </Form.Item>
        <Lines quantity="quantity" label={t.stock.quantity} />
      </FormDrawer>
      <FormDrawer<z.input<typeof stockTakeBody>>
        title={t.stock.take}
        open={form === 'take'}
        close={() => setForm(null)}
        path="/stock/stock-takes"
        initial={{ reason: 'routine', lines: [{}] as never }}
        done={() => t.stock.done}
      >
        <Form.Item name="reason" label={t.stock.reason}>
          <Radio.Group options={Object.entries(t.stock.reasons).map(([value, label]) => ({ value, label }))} />
        </Form.Item>
        <Lines quantity="counted" label={t.stock.counted} />
      </FormDrawer>
    </Reading>
  );
}

/** Items of the programme with a number each. */
function Lines({ quantity, label }: { readonly quantity: string; readonly label: string }) {
  const t = useTexts();
  const { programme } = useSession();
  const options = programme.items.map(({ id, name, unit }) => ({
    value: id,
    label: t.common.brackets(name, unit),
  }));
  return (
    <FormRows name="lines">
      {(index) => (
        <>
          <Form.Item
            name={[index, 'item']}
            label={t.stock.item}
            rules={[{ required: true, message: t.common.required(t.stock.item) }]}
          >
            <Select options={options} style={{ width: 220 }} showSearch={{ optionFilterProp: 'label' }} />
          </Form.Item>
          <Form.Item
            name={[index, quantity]}
            label={label}
            rules={[{ required: true, message: t.common.required(label) }]}
          >
            <InputNumber min={0} precision={0} inputMode="numeric" />
          </Form.Item>
        </>
      )}
    </FormRows>
  );
}

function Orders() {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = useRead<z.output<typeof waitingView>>('/stock/orders');
  return (
    <Reading of={found} empty={found.data?.items.length === 0 && t.stock.noOrders}>
      <Wide label={t.stock.title}>
        <Table
          rowKey={(one) => `${one.order} ${one.item}`}
          size="small"
          pagination={{ pageSize: 50, hideOnSinglePage: true }}
          dataSource={found.data?.items ?? []}
          columns={[
            { title: t.stock.order, render: (_, { order }) => <CaseOf order={order} /> },
            { title: t.stock.enterprise, dataIndex: 'enterprise' },
            { title: t.stock.item, render: (_, { item }) => names.item(item) },
            { title: t.stock.requested, dataIndex: 'requested' },
            { title: t.stock.allocated, dataIndex: 'allocated' },
            { title: t.stock.dispatched, dataIndex: 'dispatched' },
            { title: t.stock.at, render: (_, { requestedAt }) => at(requestedAt) },
          ]}
        />
      </Wide>
    </Reading>
  );
}

/** `<case number>/<n>`, with whatever stands before. */
function CaseOf({ order }: { readonly order: string }) {
  const caseNumber = order.split('/').at(-2) ?? '';
  return <Link to={`/cases/${caseNumber}?tab=supplies`}>{order.replace(/^order\//, '')}</Link>;
}

function Movements() {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = usePages<z.output<typeof movementLine>>('/stock/movements');
  return (
    <Reading of={found}>
      <Wide label={t.stock.title}>
        <Table
          rowKey="number"
          size="small"
          pagination={false}
          dataSource={found.items}
          columns={[
            { title: t.stock.at, render: (_, { recordedAt }) => at(recordedAt) },
            { title: t.stock.item, render: (_, { item }) => names.item(item) },
            { title: t.operations.type, render: (_, { kind }) => t.stock.kinds[kind] ?? kind },
            { title: t.stock.quantity, dataIndex: 'quantity' },
            { title: t.stock.order, render: (_, { order }) => (order === null ? '—' : <CaseOf order={order} />) },
            {
              title: t.stock.reason,
              render: (_, { reason, supplier }) =>
                [reason && reasonName(reason, t.stock), supplier].filter(Boolean).join(' ') || '—',
            },
          ]}
        />
      </Wide>
      <More of={found} />
    </Reading>
  );
}

function reasonName(
  reason: string,
  { sources, reasons }: { readonly sources: object; readonly reasons: object },
): string {
  return ({ ...sources, ...reasons } as Readonly<Record<string, string>>)[reason] ?? reason;
}
