/** What the enterprise holds, and its orders on their way from request to receipt. */
import { Card, Table, Tag } from 'antd';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Nothing } from '../design/parts';
import { useTexts } from '../words';
import type { Part } from './of';
import { Said } from './said';

export function Supplies({ of: { view, people } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  // Who sees orders only is not told what the enterprise holds.
  const { holdings = {} } = view.supply as Partial<typeof view.supply>;
  const { orders } = view.supply;
  return (
    <>
      {orders.length === 0 && <Nothing words={t.case.noOrders} />}
      {orders.map((order) => (
        <Card
          key={order.id}
          size="small"
          title={t.case.order(order.id)}
          extra={<Tag>{t.case.orderStatus[order.status]}</Tag>}
          style={{ marginBottom: 12 }}
        >
          <Table
            rowKey="item"
            size="small"
            pagination={false}
            dataSource={[...order.lines]}
            columns={[
              { title: t.stock.item, render: (_, { item }) => names.item(item) },
              { title: t.case.requested, render: (_, { item, requested }) => `${requested} ${names.unit(item)}` },
              { title: t.case.allocated, dataIndex: 'allocated' },
              { title: t.case.dispatched, dataIndex: 'dispatched' },
            ]}
          />
          {order.consignments.map(({ id, volunteer, status, since, lines }) => (
            <p key={id}>
              {t.case.consignment(id)} <Tag>{t.case.orderStatus[status]}</Tag> {people[volunteer]?.name}{' '}
              <span className="muted">{at(since)}</span>{' '}
              {t.common.list(lines.map(({ item, quantity }) => `${names.item(item)} ${quantity} ${names.unit(item)}`))}
            </p>
          ))}
        </Card>
      ))}
      {Object.keys(holdings).length > 0 && (
        <Card title={t.case.holdings}>
          <div className="cards">
            {Object.entries(holdings).map(([item, { quantity, at: moment }]) => (
              <div key={item}>
                {names.item(item)} <strong>{Math.round(quantity)}</strong> {names.unit(item)}{' '}
                <span className="muted">{at(moment)}</span>
              </div>
            ))}
          </div>
        </Card>
      )}
      <Said caseNumber={view.caseNumber} title={t.case.receipts} types={['order-received', 'order-cancelled']} />
    </>
  );
}
