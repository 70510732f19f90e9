/** What was said with the acts of a case: one entry as a line with its words and files, and lists of such lines. */
import { Card, Tag, Timeline } from 'antd';
import { INCIDENT_STEPS } from '../../../domain/case/commands';
import type { EntryType, Json } from '../../../domain/ledger/entry';
import { PHASES, type Phase } from '../../../domain/case/state';
import type { CaseAnswer } from './acting/view';
import { useEntries, type Entry } from './entries';
import { useMoments } from '../design/moment';
import { useNames, type Names } from '../programme/names';
import { Reading } from '../design/parts';
import { useTexts } from '../words';
import { Files } from './files';

/** What an entry refers to. */
export type Referred = Pick<CaseAnswer, 'texts' | 'documents' | 'people'>;

/** Words that somebody wrote; in their place that they are not the reader's, when they are not. */
export function Words({ of, text }: { readonly of: Pick<Referred, 'texts'>; readonly text: string }) {
  const t = useTexts();
  const words = of.texts[text];
  return words === undefined ? <div className="muted">{t.case.withheld}</div> : <div className="words">{words}</div>;
}

export function Line({ entry, of }: { readonly entry: Entry; readonly of: Referred }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { by, type, sequence, onBehalfOf, details } = entry;
  const { texts, files } = partsOf(details);
  return (
    <div>
      <strong>{names.entry(type)}</strong>{' '}
      <span>
        {factsOf(details, names)
          .concat(details['order'] === undefined ? [] : [t.case.order(Number(details['order']))])
          .join(' ')}
      </span>
      <div className="muted">
        {at(entry.at)} · <By by={by} of={of} /> · #{sequence} {onBehalfOf && <Tag>{t.case.onBehalf}</Tag>}
      </div>
      {texts.map((id) => (
        <Words key={id} of={of} text={id} />
      ))}
      <Files of={of} documents={files} />
    </div>
  );
}

/** Who acted, and for which department. */
export function By({ by, of }: { readonly by: Entry['by']; readonly of: Pick<Referred, 'people'> }) {
  const t = useTexts();
  const names = useNames();
  const who = by.role === 'case' ? t.case.system : (of.people[by.account]?.name ?? names.role(by.role));
  return <>{by.department ? t.common.brackets(who, names.department(by.department)) : who}</>;
}

/** The entries of these types as a card, newest first; nothing when there are none. */
export function Said({
  caseNumber,
  title,
  types,
  only = () => true,
}: {
  readonly caseNumber: string;
  readonly title: string;
  readonly types: readonly EntryType[];
  readonly only?: (entry: Entry) => boolean;
}) {
  const found = useEntries(caseNumber, types);
  const items = (found.data?.items ?? []).filter(only).toReversed();
  if (found.data && items.length === 0) return null;
  return (
    <Card size="small" title={title} style={{ marginTop: 12 }}>
      <Reading of={found}>
        <Timeline
          items={items.map((entry) => ({
            key: entry.sequence,
            content: found.data && <Line entry={entry} of={found.data} />,
          }))}
        />
      </Reading>
    </Card>
  );
}

interface Parts {
  readonly texts: string[];
  readonly files: string[];
}

/** The words and files that an entry's details refer to, at whatever depth. */
function partsOf(details: Entry['details']): Parts {
  const found: Parts = { texts: [], files: [] };
  const walk = (value: Json): void => {
    if (value === null || typeof value !== 'object') return;
    const { text, document, hmac } = value as { readonly [key: string]: Json };
    if (typeof text === 'string' && hmac !== undefined) found.texts.push(text);
    if (typeof document === 'string' && hmac !== undefined) found.files.push(document);
    Object.values<Json>(value).forEach(walk);
  };
  walk(details);
  return found;
}

/** Enumerations that are said by their names. */
const NAMED: ReadonlySet<string> = new Set(['production', 'epidemic', 'outcome', 'scope', 'reason', 'mode', 'cause']);

function factsOf(details: Entry['details'], names: Names): string[] {
  return Object.entries(details).flatMap(([key, value]) => {
    if (key === 'lines' || key === 'counts') return linesOf(value, names);
    if (typeof value === 'number') return key === 'present' ? [names.people(value)] : [];
    if (typeof value !== 'string') return [];
    if (key === 'department') return [names.department(value)];
    if (key === 'material') return [names.material(value)];
    if (key === 'owner') return [names.owner(value)];
    if (key === 'round') return [names.round(value)];
    if (key === 'to' || key === 'from') return isPhase(value) ? [names.phase(value)] : [];
    if (key === 'date' || key === 'dueOn') return [value];
    if (key === 'step')
      return INCIDENT_STEPS.filter((step) => step === value).map((step) => names.duty(`incident-${step}`));
    return NAMED.has(key) ? [names.value(value)] : [];
  });
}

/** Items with what was asked for, sent, received or counted of each. */
function linesOf(lines: Json, names: Names): string[] {
  if (!Array.isArray(lines)) return [];
  return lines.flatMap((line: Json) => {
    const { item, quantity, received } = (line ?? {}) as { readonly [key: string]: Json };
    const count = received ?? quantity;
    return typeof item === 'string' && typeof count === 'number'
      ? [`${names.item(item)} ${count} ${names.unit(item)}`]
      : [];
  });
}

function isPhase(value: unknown): value is Phase {
  return (PHASES as readonly unknown[]).includes(value);
}
