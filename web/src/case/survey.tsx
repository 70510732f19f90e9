/** What was found when the enterprise was visited, and whether it has committed itself. */
import { Card, Descriptions, Tag } from 'antd';
import { useMoments } from '../moment';
import { useNames } from '../names';
import { useTexts } from '../texts';
import type { Part } from './of';

export function Survey({ of: { view, texts } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { lastVisit, readiness, committedAt } = view.survey;
  return (
    <Card>
      <Descriptions
        column={1}
        items={[
          { key: 'visit', label: t.case.lastVisit, children: lastVisit?.visitedOn ?? t.common.none },
          {
            key: 'visitors',
            label: t.case.visitors,
            children: lastVisit ? (texts[lastVisit.visitors.text] ?? '') : t.common.none,
          },
          {
            key: 'committed',
            label: t.case.committed,
            children: committedAt === null ? t.case.notCommitted : at(committedAt),
          },
          {
            key: 'readiness',
            label: t.case.readiness,
            children: (
              <span>
                {Object.entries(readiness).map(([id, state]) => (
                  <Tag key={id} color={state === 'ready' ? 'green' : 'red'}>
                    {names.preparation(id)} {names.value(state)}
                  </Tag>
                ))}
              </span>
            ),
          },
        ]}
      />
    </Card>
  );
}
