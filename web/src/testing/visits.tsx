/** The mobile samplers' route of a day. */
import { useState } from 'react';
import { DatePicker, Tag } from 'antd';
import dayjs from 'dayjs';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { visitsView } from '../../../contracts/testing/rounds';
import { localDate } from '../../../domain/calendar/calendar';
import { useNames } from '../programme/names';
import { Heading, Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';

export default function Visits() {
  const t = useTexts();
  const names = useNames();
  const { programme } = useSession();
  const [date, setDate] = useState(() => localDate(Date.now(), programme));
  const found = useRead<z.output<typeof visitsView>>('/sampling-visits', { date });
  return (
    <>
      <Heading title={t.visits.title}>
        <DatePicker
          aria-label={t.visits.date}
          allowClear={false}
          value={dayjs(date)}
          onChange={(value) => setDate(value?.format('YYYY-MM-DD') ?? date)}
        />
      </Heading>
      <Reading of={found} empty={found.data?.items.length === 0 && t.visits.none}>
        <ul className="lines">
          {found.data?.items.map((one) => (
            <li key={one.visit} className="line">
              <div className="line-main">
                <Link to={`/cases/${one.caseNumber}`}>{one.name}</Link>{' '}
                <span className="muted">{names.village(one.village)}</span>
              </div>
              {t.common.people(one.people)} {one.done && <Tag color="green">{t.visits.done}</Tag>}
            </li>
          ))}
        </ul>
      </Reading>
    </>
  );
}
