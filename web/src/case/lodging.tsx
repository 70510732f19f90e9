/** Where the enterprise's people lodge, and how they moved between work and lodging. */
import { Card, Table, Tag } from 'antd';
import type { z } from 'zod';
import type { movementsView, staysView } from '../../../contracts/lodging';
import { useMoments } from '../moment';
import { useNames } from '../names';
import { More, Reading, Wide } from '../parts';
import { usePages, useRead } from '../reading';
import { useTexts } from '../texts';
import type { Part } from './of';

type Movement = z.output<typeof movementsView>['items'][number];

export function Lodging({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const stays = useRead<z.output<typeof staysView>>(`/enterprises/${view.enterprise.id}/lodging`);
  const moved = usePages<Movement>(`/reopenings/${view.caseNumber}/movements`);
  return (
    <>
      <Card title={t.case.stays} style={{ marginBottom: 12 }}>
        <Reading of={stays} empty={stays.data?.items.length === 0 && t.case.noStays}>
          <Wide label={t.case.stays}>
            <Table
              rowKey="id"
              size="small"
              pagination={{ pageSize: 20, hideOnSinglePage: true }}
              dataSource={stays.data?.items ?? []}
              columns={[
                { title: t.roster.name, dataIndex: 'name' },
                { title: t.lodging.hotel, dataIndex: 'hotel' },
                { title: t.lodging.room, dataIndex: 'room' },
                { title: t.lodging.from, dataIndex: 'from' },
                { title: t.lodging.to, dataIndex: 'to', render: (to: string | null) => to ?? '—' },
              ]}
            />
          </Wide>
        </Reading>
      </Card>
      <Card title={t.case.movements}>
        <Reading of={moved} empty={moved.items.length === 0 && t.case.noMovements}>
          <ul className="lines">
            {moved.items.map((one) => (
              <li key={`${one.person} ${one.at} ${one.direction}`} className="line">
                <span className="line-main">{one.name ?? one.person}</span>
                {names.value(one.direction)} <span className="muted">{at(one.at)}</span>
                {(one.deviation !== null || one.notArrived) && <Tag color="red">{t.case.deviation}</Tag>}
              </li>
            ))}
          </ul>
          <More of={moved} />
        </Reading>
      </Card>
    </>
  );
}
