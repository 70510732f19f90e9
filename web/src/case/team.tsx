/** The management service team and the liaison, with stand-ins and hand-overs. */
import { Card } from 'antd';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { useTexts } from '../words';
import { Contacts } from '../people/contacts';
import type { Part } from './of';
import { Words } from './said';

export function Team({ of }: Part) {
  const { view, people } = of;
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { team, postings, standIns, arrivedAt } = view.stationing;
  const span = (from: string, to: string | null) =>
    `${from} ${t.case.from}${to === null ? '' : ` · ${to} ${t.case.to}`}`;
  return (
    <div className="cards">
      <Card title={t.case.members}>
        {!team && <span className="muted">{t.case.noTeam}</span>}
        {team?.members.map(({ part, person }, index) => (
          <p key={index}>
            <span className="muted">{names.value(part)}</span> <Words of={of} text={person.text} />
          </p>
        ))}
      </Card>
      <Card title={t.case.liaison}>
        {postings.length === 0 && <span className="muted">{t.case.noLiaison}</span>}
        {postings.map(({ liaison, from, until }) => (
          <p key={`${liaison} ${from}`}>
            {people[liaison]?.name ?? liaison} <span className="muted">{span(from, until)}</span>
          </p>
        ))}
        {arrivedAt !== null && (
          <p className="muted">
            {t.case.arrived} {at(arrivedAt)}
          </p>
        )}
        {standIns.map(({ liaison, from, to }) => (
          <p key={`${liaison} ${from} in`}>
            {t.case.standIns} {people[liaison]?.name ?? liaison} <span className="muted">{span(from, to)}</span>
          </p>
        ))}
      </Card>
      <Contacts enterprise={view.enterprise.id} />
    </div>
  );
}
