/** What was found when the enterprise was visited, and whether it has committed itself. */
import { Card, Descriptions, Tag } from 'antd';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { useTexts } from '../words';
import { textIn, useEntries, type Entry } from './entries';
import { Files } from './files';
import type { Part } from './of';
import { Said, Words } from './said';

const SURVEY = ['surveyed', 'committed'] as const;

export function Survey({ of }: Part) {
  const { view } = of;
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { lastVisit, readiness, committedAt } = view.survey;
  const found = useEntries(view.caseNumber, SURVEY);
  const surveyed = found.data?.items.findLast(({ type }) => type === 'surveyed');
  const signed = found.data?.items.findLast(({ type }) => type === 'committed')?.details['document'];
  const commitment = (signed as { readonly document?: string } | undefined)?.document;
  return (
    <>
      <Card>
        <Descriptions
          column={1}
          items={[
            { key: 'visit', label: t.case.lastVisit, children: lastVisit?.visitedOn ?? t.common.none },
            {
              key: 'visitors',
              label: t.case.visitors,
              children: lastVisit ? <Words of={of} text={lastVisit.visitors.text} /> : t.common.none,
            },
            ...(['opinions', 'keyMatters'] as const).flatMap((name) => {
              const text = surveyed && textIn(surveyed, name);
              if (!found.data || text === undefined) return [];
              return [{ key: name, label: t.case[name], children: <Words of={found.data} text={text} /> }];
            }),
            {
              key: 'committed',
              label: t.case.committed,
              children:
                committedAt === null ? (
                  t.case.notCommitted
                ) : (
                  <div>
                    {at(committedAt)}
                    {found.data && commitment !== undefined && <Files of={found.data} documents={[commitment]} />}
                  </div>
                ),
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
      <Said caseNumber={view.caseNumber} title={t.case.weakLinks} types={['requirement-set']} only={fromSurvey} />
    </>
  );
}

function fromSurvey({ details }: Entry): boolean {
  return (details['source'] as { readonly from?: string } | undefined)?.from === 'survey';
}
