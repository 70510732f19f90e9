/** The test rounds of the last days with their counts and untested lists, and what was found about the untested. */
import { Table, Tag } from 'antd';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Reading, Wide } from '../design/parts';
import { useRead } from '../http/reads';
import { useTexts } from '../words';
import { Exempting } from './exempting';
import type { Part } from './of';
import { Said } from './said';
import type { z } from 'zod';
import type { roundsView } from '../../../contracts/testing/rounds';

type Rounds = z.output<typeof roundsView>;
const COUNTS = ['owed', 'negative', 'positive', 'pending', 'untested'] as const;

export function Rounds({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = useRead<Rounds>(`/reopenings/${view.caseNumber}/rounds`);
  const [newest] = found.data?.items ?? [];
  const stageOf = (round: string) => view.operation.rounds.find(({ id }) => id === round)?.stage ?? 'closed';
  return (
    <Reading of={found} empty={found.data?.items.length === 0 && t.case.noRounds}>
      {newest && <Exempting caseNumber={view.caseNumber} enterprise={view.enterprise.id} round={newest.round} />}
      <Wide label={t.case.tabs.rounds}>
        <Table
          rowKey="round"
          size="small"
          pagination={false}
          dataSource={found.data?.items ?? []}
          columns={[
            {
              title: t.case.tabs.rounds,
              render: (_, { date, test, round }) => (
                <>
                  {date} {names.test(test)} <Tag>{t.case.roundStage[stageOf(round)]}</Tag>
                </>
              ),
            },
            ...COUNTS.map((count) => ({
              title: t.case.counts[count],
              render: (_: unknown, { counts }: Rounds['items'][number]) =>
                count !== 'owed' && count !== 'negative' && counts[count] > 0 ? (
                  <span className="late">{counts[count]}</span>
                ) : (
                  counts[count]
                ),
            })),
            { title: t.work.opens, render: (_, { openedAt }) => at(openedAt) },
            {
              title: t.case.untestedList,
              render: (_, { round, counts }) =>
                counts.untested > 0 ? (
                  <a href={`/reopenings/${view.caseNumber}/rounds/${round}/untested?format=xlsx`}>
                    {t.common.download}
                  </a>
                ) : (
                  '—'
                ),
            },
          ]}
        />
      </Wide>
      <Said
        caseNumber={view.caseNumber}
        title={t.case.untestedAndCorrected}
        types={['untested-accounted', 'tests-corrected']}
      />
    </Reading>
  );
}
