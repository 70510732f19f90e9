/** The case's ledger as a timeline: who did what, for whom, why, when. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Timeline } from 'antd';
import { read } from '../http/api';
import type { EntriesPage } from './entries';
import { More, Reading } from '../design/parts';
import { useTexts } from '../words';
import type { Part } from './of';
import { Line, type Referred } from './said';

/** Entries per page: what a person scrolls through. */
const PAGE = 100;

export function Ledger({ of }: Part) {
  const t = useTexts();
  const { caseNumber } = of.view;
  const path = `/reopenings/${caseNumber}/ledger`;
  const found = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ signal, pageParam }) => read<EntriesPage>(path, { after: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  });
  const pages = found.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const referred: Referred = {
    texts: Object.assign({}, ...pages.map(({ texts }) => texts)) as Referred['texts'],
    documents: Object.assign({}, ...pages.map(({ documents }) => documents)) as Referred['documents'],
    people: Object.assign({}, ...pages.map(({ people }) => people)) as Referred['people'],
  };
  return (
    <Reading of={found} empty={items.length === 0 && t.case.ledgerEmpty}>
      <Timeline
        items={items.map((entry) => ({ key: entry.sequence, content: <Line entry={entry} of={referred} /> }))}
      />
      <More of={found} />
    </Reading>
  );
}
