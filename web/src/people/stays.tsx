/** Who of an enterprise lodges where; officials end a stay 退房. */
import { useState } from 'react';
import { Button, Table } from 'antd';
import type { z } from 'zod';
import type { staysView } from '../../../contracts/people/lodging';
import type { Role } from '../../../domain/ledger/entry';
import { PEOPLE_ACTS } from '../../../domain/people/acts';
import { OutsideForm } from '../design/outside-form';
import { Reading, Wide } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';

type Stay = z.output<typeof staysView>['items'][number];

const ENDERS: readonly Role[] = PEOPLE_ACTS.endStay.by;

export function Stays({ enterprise }: { readonly enterprise: string }) {
  const t = useTexts();
  const { me } = useSession();
  const [leaving, setLeaving] = useState<Stay | null>(null);
  const stays = useRead<z.output<typeof staysView>>(`/enterprises/${enterprise}/lodging`);
  const ends = ENDERS.includes(me.role);
  return (
    <Reading of={stays} empty={stays.data?.items.length === 0 && t.case.noStays}>
      <Wide label={t.case.stays}>
        <Table<Stay>
          rowKey="id"
          size="small"
          pagination={{ pageSize: 20, hideOnSinglePage: true }}
          dataSource={stays.data?.items ?? []}
          columns={[
            { title: t.roster.name, dataIndex: 'name', className: 'whole' },
            ...(ends
              ? [
                  {
                    title: t.work.act,
                    render: (_: unknown, stay: Stay) =>
                      stay.to === null && (
                        <Button
                          size="small"
                          aria-label={`${t.lodging.checkOut} ${stay.name ?? ''}`}
                          onClick={() => setLeaving(stay)}
                        >
                          {t.lodging.checkOut}
                        </Button>
                      ),
                  },
                ]
              : []),
            { title: t.lodging.hotel, dataIndex: 'hotel' },
            { title: t.lodging.room, dataIndex: 'room' },
            { title: t.lodging.from, dataIndex: 'from' },
            { title: t.lodging.to, dataIndex: 'to', render: (to: string | null) => to ?? '—' },
          ]}
        />
      </Wide>
      <OutsideForm
        title={`${t.lodging.checkOut} · ${leaving?.name ?? ''}`}
        open={leaving !== null}
        close={() => setLeaving(null)}
        address="/stays/{stay}/end"
        path={`/stays/${leaving?.id ?? ''}/end`}
        done={() => t.lodging.checkedOut}
      />
    </Reading>
  );
}
