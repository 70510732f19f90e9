/** The case's ledger as a timeline: who did what, for whom, why, when. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Tag, Timeline } from 'antd';
import { INCIDENT_STEPS } from '../../../domain/commands';
import type { Json } from '../../../domain/ledger';
import { PHASES, type Phase } from '../../../domain/state';
import { read } from '../api';
import type { CaseAnswer } from '../acting/view';
import { useMoments } from '../moment';
import { useNames } from '../names';
import { More, Reading } from '../parts';
import { useTexts } from '../texts';
import { Files } from './files';
import type { Part } from './of';

interface Entry {
  readonly sequence: number;
  readonly type: string;
  readonly at: number;
  readonly by: { readonly account: string; readonly role: string; readonly department?: string };
  readonly onBehalfOf?: string;
  readonly details: { readonly [key: string]: Json };
}
type LedgerPage = Pick<CaseAnswer, 'texts' | 'documents' | 'people'> & {
  readonly items: readonly Entry[];
  readonly next: number | null;
};

/** Entries per page: what a person scrolls through. */
const PAGE = 100;

export function Ledger({ of }: Part) {
  const t = useTexts();
  const { caseNumber } = of.view;
  const path = `/reopenings/${caseNumber}/ledger`;
  const found = useInfiniteQuery({
    queryKey: [path],
    queryFn: ({ signal, pageParam }) => read<LedgerPage>(path, { after: pageParam, limit: PAGE }, signal),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  });
  const pages = found.data?.pages ?? [];
  const items = pages.flatMap((page) => page.items);
  const words = Object.assign({}, ...pages.map(({ texts }) => texts)) as LedgerPage['texts'];
  const documents = Object.assign({}, ...pages.map((page) => page.documents)) as LedgerPage['documents'];
  const people = Object.assign({}, ...pages.map((page) => page.people)) as LedgerPage['people'];
  return (
    <Reading of={found} empty={items.length === 0 && t.case.ledgerEmpty}>
      <Timeline
        items={items.map((entry) => ({
          key: entry.sequence,
          content: <Line entry={entry} of={{ ...of, texts: words, documents, people }} />,
        }))}
      />
      <More of={found} />
    </Reading>
  );
}

function Line({ entry, of }: Part & { readonly entry: Entry }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { by, type, sequence, onBehalfOf, details } = entry;
  const who = by.role === 'case' ? t.case.system : (of.people[by.account]?.name ?? names.role(by.role));
  const { texts, files, facts } = partsOf(details);
  return (
    <div>
      <strong>{names.entry(type)}</strong> <span>{factsShown(facts, names)}</span>
      <div className="muted">
        {at(entry.at)} · {by.department ? t.common.brackets(who, names.department(by.department)) : who} · #{sequence}{' '}
        {onBehalfOf && <Tag>{t.case.onBehalf}</Tag>}
      </div>
      {texts.map((id) => (
        <div key={id} className="words">
          {of.texts[id]}
        </div>
      ))}
      <Files of={of} documents={files} />
    </div>
  );
}

interface Parts {
  readonly texts: string[];
  readonly files: string[];
  readonly facts: [string, string | number][];
}

/** What an entry's details refer to, at whatever depth, and the plain facts at their top. */
function partsOf(details: Entry['details']): Parts {
  const found: Parts = { texts: [], files: [], facts: [] };
  const walk = (value: Json, key: string, depth: number): void => {
    if (typeof value === 'string' || typeof value === 'number') {
      if (key === 'text' && depth > 0) found.texts.push(String(value));
      else if (key === 'document' && depth > 0) found.files.push(String(value));
      else if (depth === 0) found.facts.push([key, value]);
    } else if (Array.isArray(value)) value.forEach((one: Json) => walk(one, key, depth + 1));
    else if (value !== null && typeof value === 'object')
      Object.entries(value as { [key: string]: Json }).forEach(([name, one]) => walk(one, name, depth + 1));
  };
  for (const [key, value] of Object.entries(details)) walk(value, key, 0);
  return found;
}

function factsShown(facts: Parts['facts'], names: ReturnType<typeof useNames>): string {
  return facts
    .flatMap(([key, value]) => {
      if (key === 'department') return [names.department(String(value))];
      if (key === 'material') return [names.material(String(value))];
      if (key === 'owner') return [names.owner(String(value))];
      if (key === 'to' || key === 'from') return isPhase(value) ? [names.phase(value)] : [];
      if (key === 'date' || key === 'dueOn') return [String(value)];
      if (key === 'step')
        return INCIDENT_STEPS.filter((step) => step === value).map((step) => names.duty(`incident-${step}`));
      return [];
    })
    .join(' ');
}

function isPhase(value: unknown): value is Phase {
  return (PHASES as readonly unknown[]).includes(value);
}
