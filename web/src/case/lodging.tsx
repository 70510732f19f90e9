/** Where the enterprise's people lodge, and how they moved between work and lodging. */
import { Card, Tag } from 'antd';
import type { z } from 'zod';
import type { movementsView } from '../../../contracts/people/lodging';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { More, Reading } from '../design/parts';
import { usePages } from '../http/reads';
import { Stays } from '../people/stays';
import { useTexts } from '../words';
import type { Part } from './of';
import { Said } from './said';

type Movement = z.output<typeof movementsView>['items'][number];

export function Lodging({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const moved = usePages<Movement>(`/reopenings/${view.caseNumber}/movements`);
  return (
    <>
      <Card title={t.case.stays} style={{ marginBottom: 12 }}>
        <Stays enterprise={view.enterprise.id} />
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
      <Said caseNumber={view.caseNumber} title={t.case.deviationsFollowed} types={['deviation-followed']} />
    </>
  );
}
