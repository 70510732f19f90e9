/** Hotels and their free places; assigning rooms to an enterprise's people. */
import { useState } from 'react';
import { Button, Card, DatePicker, Form, Input, Select, Space } from 'antd';
import dayjs from 'dayjs';
import type { z } from 'zod';
import type { hotelBody, hotelsView } from '../../../contracts/people/lodging';
import type { enterpriseView } from '../../../contracts/enterprises/enterprises';
import type { Role } from '../../../domain/ledger/entry';
import { PEOPLE_ACTS } from '../../../domain/people/acts';
import { FormDrawer } from '../design/form-drawer';
import { useNames } from '../programme/names';
import { Heading, Reading } from '../design/parts';
import { useRead, type Page } from '../http/reads';
import { useSession } from '../accounts/session';
import { Stays } from './stays';
import { useTexts } from '../words';

type Hotels = z.output<typeof hotelsView>;
type Opened = { readonly form: 'hotel' } | { readonly form: 'rooms' | 'assign'; readonly hotel: string } | null;

/** Who registers hotels, who furnishes them, who gives out their rooms. */
const REGISTRARS: readonly Role[] = PEOPLE_ACTS.registerHotel.by;
const FURNISHERS: readonly Role[] = PEOPLE_ACTS.addRooms.by;
const ASSIGNERS: readonly Role[] = PEOPLE_ACTS.assignRooms.by;

export default function Lodging() {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const [opened, setOpened] = useState<Opened>(null);
  const found = useRead<Hotels>('/hotels');
  const [furnishes, assigns] = [FURNISHERS, ASSIGNERS].map((roles) => roles.includes(me.role));
  return (
    <>
      <Heading title={t.lodging.title}>
        {REGISTRARS.includes(me.role) && (
          <Button type="primary" onClick={() => setOpened({ form: 'hotel' })}>
            {t.lodging.addHotel}
          </Button>
        )}
      </Heading>
      <Reading of={found} empty={found.data?.items.length === 0 && t.lodging.none}>
        <ul className="lines">
          {found.data?.items.map((one) => (
            <li key={one.id} className="line">
              <div className="line-main">
                <h2>{one.name}</h2>
                <span className="muted">
                  {one.address} · {names.village(one.village)}
                </span>
              </div>
              <span>
                {t.lodging.rooms} {one.rooms} · {t.lodging.places} {one.places} · {t.lodging.free}{' '}
                <strong>{one.free}</strong>
              </span>
              {(furnishes || assigns) && (
                <Space>
                  {furnishes && (
                    <Button onClick={() => setOpened({ form: 'rooms', hotel: one.id })}>{t.lodging.addRooms}</Button>
                  )}
                  {assigns && (
                    <Button onClick={() => setOpened({ form: 'assign', hotel: one.id })}>{t.lodging.assign}</Button>
                  )}
                </Space>
              )}
            </li>
          ))}
        </ul>
      </Reading>
      {assigns && <Lodged />}
      <Forms opened={opened} close={() => setOpened(null)} />
    </>
  );
}

/** An enterprise's people in their rooms. */
function Lodged() {
  const t = useTexts();
  const [enterprise, setEnterprise] = useState<string | null>(null);
  const enterprises = useRead<Page<z.output<typeof enterpriseView>>>('/enterprises', { limit: 200 });
  return (
    <Card title={t.case.stays} size="small" style={{ marginTop: 16 }}>
      <Select
        aria-label={t.lodging.enterprise}
        placeholder={t.lodging.enterprise}
        style={{ width: '100%', maxWidth: 360, marginBottom: 12 }}
        options={(enterprises.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        showSearch={{ optionFilterProp: 'label' }}
        onChange={(value: string) => setEnterprise(value)}
      />
      {enterprise !== null && <Stays enterprise={enterprise} />}
    </Card>
  );
}

function Forms({ opened, close }: { readonly opened: Opened; readonly close: () => void }) {
  const t = useTexts();
  const { programme } = useSession();
  const enterprises = useRead<Page<z.output<typeof enterpriseView>>>(
    '/enterprises',
    { limit: 200 },
    opened?.form === 'assign',
  );
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  const hotel = opened && opened.form !== 'hotel' ? opened.hotel : '';
  return (
    <>
      <FormDrawer<z.input<typeof hotelBody>>
        title={t.lodging.addHotel}
        open={opened?.form === 'hotel'}
        close={close}
        path="/hotels"
        done={() => t.stock.done}
      >
        <Form.Item name="name" label={t.lodging.hotel} rules={needed(t.lodging.hotel)}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.Item name="address" label={t.lodging.address} rules={needed(t.lodging.address)}>
          <Input maxLength={120} />
        </Form.Item>
        <Form.Item name="village" label={t.enterprises.village} rules={needed(t.enterprises.village)}>
          <Select options={programme.villages.map(({ id, name }) => ({ value: id, label: name }))} />
        </Form.Item>
      </FormDrawer>
      <FormDrawer<{ rooms: string }>
        title={t.lodging.addRooms}
        open={opened?.form === 'rooms'}
        close={close}
        path={`/hotels/${hotel}/rooms`}
        bodyOf={({ rooms }) => ({
          rooms: rooms
            .split('\n')
            .filter((line) => line.trim())
            .map(roomOf),
        })}
        done={() => t.stock.done}
      >
        <Form.Item name="rooms" label={t.lodging.roomsHint} rules={needed(t.lodging.rooms)}>
          <Input.TextArea rows={8} />
        </Form.Item>
      </FormDrawer>
      <FormDrawer<{ enterprise: string; from: string }>
        title={t.lodging.assign}
        open={opened?.form === 'assign'}
        close={close}
        path={`/hotels/${hotel}/assign`}
        done={({ lodged }: { lodged: number }) => t.lodging.assigned(lodged)}
      >
        <Form.Item name="enterprise" label={t.lodging.enterprise} rules={needed(t.lodging.enterprise)}>
          <Select
            options={(enterprises.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            showSearch={{ optionFilterProp: 'label' }}
          />
        </Form.Item>
        <Form.Item
          name="from"
          label={t.lodging.firstNight}
          rules={needed(t.lodging.firstNight)}
          getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
          normalize={(value: dayjs.Dayjs | null) => value?.format('YYYY-MM-DD')}
        >
          <DatePicker style={{ width: '100%' }} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

function roomOf(line: string): { number: string; capacity: number } {
  const [number = '', capacity = ''] = line.trim().split(/[\s,，]+/);
  return { number, capacity: Number(capacity) };
}
