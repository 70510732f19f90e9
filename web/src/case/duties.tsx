/** Who owes what in this case, since when, due when; doing it, and urging who is late. */
import { Button, Card, Tag } from 'antd';
import { ACTS } from '../../../domain/case/acts';
import { actsOn, mayDo } from './acting/acts';
import { isMine } from './acting/view';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Nothing } from '../design/parts';
import { useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import type { ActingPart } from './of';

export function Duties({ of, begin }: ActingPart) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { me } = useSession();
  const rules = useRules();
  const { view, people } = of;
  const items = [...view.agenda].sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity));
  if (items.length === 0) return <Nothing words={t.case.nothingWaits} />;
  return (
    <Card title={t.case.duties} styles={{ body: { padding: 12 } }}>
      <ul className="lines">
        {items.map((duty) => {
          const mine = isMine(duty, me);
          const open = duty.opens <= view.clock;
          const acts = open ? actsOn(duty, { view, me, rules }) : [];
          return (
            <li key={duty.id} className={duty.overdue ? 'line line-late' : 'line'}>
              <div className="line-main">
                <h3>{names.duty(duty.kind)}</h3>
                <span>{names.owner(duty.owner)}</span>
                {duty.account && <span className="muted"> {people[duty.account]?.name}</span>}
              </div>
              <span className={duty.overdue ? 'late' : 'muted'}>
                {!open && `${t.work.opens} ${at(duty.opens)} · `}
                {duty.due === null ? t.work.standing : `${duty.overdue ? t.work.overdue : t.work.due} ${at(duty.due)}`}
              </span>
              {duty.escalated && <Tag color="red">{t.work.escalated}</Tag>}
              {duty.urgedAt !== null && <Tag color="orange">{t.work.urged}</Tag>}
              {acts.map((type, index) => (
                <Button
                  key={type}
                  type={mine && index === 0 ? 'primary' : 'default'}
                  danger={ACTS[type].dangerous ?? false}
                  onClick={() => begin(type, duty)}
                >
                  {mine ? names.command(type) : t.common.brackets(names.command(type), t.acting.inItsPlace)}
                </Button>
              ))}
              {!mine && open && duty.due !== null && mayDo('urge', me) && (
                <Button onClick={() => begin('urge', duty)}>{t.acting.urge}</Button>
              )}
            </li>
          );
        })}
      </ul>
    </Card>
  );
}
