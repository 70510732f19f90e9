/** My work: what I owe by due time, what I have done, what was copied to me, what I started. */
import { useState } from 'react';
import { Badge, Checkbox, Tabs, Tag } from 'antd';
import { Link, useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { myAct } from '../../../contracts/figures/board';
import type { caseLine } from '../../../contracts/case/lists';
import { Acting } from './acting/acting';
import { Batch } from './acting/batch';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { AsOf, Heading, More, Nothing, Reading } from '../design/parts';
import { usePages } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import type { DutyLine } from './acting/view';
import { CaseLine } from './case-line';

type Line = z.output<typeof caseLine>;

const TABS = ['toDo', 'done', 'copied', 'started'] as const;

export function Work() {
  const t = useTexts();
  const { me } = useSession();
  const [query, setQuery] = useSearchParams();
  const tab = TABS.find((one) => one === query.get('tab')) ?? 'toDo';
  const shown = {
    toDo: <ToDo />,
    done: <Done />,
    copied: <Cases mine="copied" empty={t.work.noneCopied} />,
    started: <Cases mine="started" empty={t.work.noneStarted} />,
  };
  const tabs = TABS.filter((one) => one !== 'started' || me.role === 'official');
  return (
    <>
      <Heading title={t.work.title} />
      <Tabs
        activeKey={tab}
        onChange={(key) => setQuery(key === 'toDo' ? {} : { tab: key })}
        destroyOnHidden
        items={tabs.map((key) => ({ key, label: t.work[key], children: shown[key] }))}
      />
    </>
  );
}

function ToDo() {
  const t = useTexts();
  const { me } = useSession();
  const found = usePages<DutyLine>('/duties', { limit: 100 });
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const keyOf = (line: DutyLine) => `${line.caseNumber} ${line.id}`;
  const overdue = found.items.filter((line) => line.overdue).length;
  const inBatch = found.items.filter((line) => line.kind === 'sign-off' && me.role === 'reviewer');
  const selected = inBatch.filter((line) => chosen.has(keyOf(line)));
  const turn = (line: DutyLine) => {
    const next = new Set(chosen);
    if (!next.delete(keyOf(line))) next.add(keyOf(line));
    setChosen(next);
  };
  return (
    <>
      {me.role === 'reviewer' && <Batch chosen={selected} done={() => setChosen(new Set())} />}
      <Reading
        of={found}
        empty={found.items.length === 0 && <Nothing words={t.work.nothing} hint={t.work.nothingHint} />}
      >
        <AsOf time={found.asOf} />
        <div className="heading">
          <span>{t.common.cases(found.items.length)}</span>
          {overdue > 0 && <Badge color="#cf1322" text={<span className="late">{t.work.overdueCount(overdue)}</span>} />}
        </div>
        <ul className="lines">
          {found.items.map((line) => (
            <li key={keyOf(line)} className={line.overdue ? 'line line-late' : 'line'}>
              {inBatch.length > 1 && inBatch.includes(line) && (
                <Checkbox
                  aria-label={t.work.select(line.enterpriseName)}
                  checked={chosen.has(keyOf(line))}
                  onChange={() => turn(line)}
                />
              )}
              <Duty line={line} />
            </li>
          ))}
        </ul>
        <More of={found} />
      </Reading>
    </>
  );
}

function Duty({ line }: { readonly line: DutyLine }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  return (
    <>
      <div className="line-main">
        <h2>{names.duty(line.kind)}</h2>
        <Link to={`/cases/${line.caseNumber}`}>{line.enterpriseName}</Link>{' '}
        <span className="muted">{line.caseNumber}</span>
      </div>
      <div>
        {line.due === null ? (
          <span className="muted">{t.work.standing}</span>
        ) : (
          <span className={line.overdue ? 'late' : ''}>
            {line.overdue ? t.work.overdue : t.work.due} {at(line.due)}
          </span>
        )}{' '}
        {line.urgedAt && <Tag color="orange">{t.work.urged}</Tag>}
        {line.escalated && <Tag color="red">{t.work.escalated}</Tag>}
      </div>
      <Acting caseNumber={line.caseNumber} duty={line} />
    </>
  );
}

type Done = z.output<typeof myAct>;

function Done() {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = usePages<Done>('/my/acts');
  return (
    <Reading of={found} empty={found.items.length === 0 && t.work.noneDone}>
      <ul className="lines">
        {found.items.map((one) => (
          <li key={`${one.caseNumber} ${one.sequence}`} className="line">
            <div className="line-main">
              <h2>{names.entry(one.type)}</h2>
              <Link to={`/cases/${one.caseNumber}`}>{one.enterpriseName}</Link>{' '}
              <span className="muted">{one.caseNumber}</span>
            </div>
            <span className="muted">{at(one.at)}</span>
          </li>
        ))}
      </ul>
      <More of={found} />
    </Reading>
  );
}

function Cases({ mine, empty }: { readonly mine: 'copied' | 'started'; readonly empty: string }) {
  const found = usePages<Line>('/reopenings', { mine });
  return (
    <Reading of={found} empty={found.items.length === 0 && empty}>
      <ul className="lines">
        {found.items.map((line) => (
          <CaseLine key={line.caseNumber} line={line} />
        ))}
      </ul>
      <More of={found} />
    </Reading>
  );
}
