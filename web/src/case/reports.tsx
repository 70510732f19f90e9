/** The liaison's daily reports, newest first: production, epidemic, people present, remarks; marked where something is wrong. */
import { Tag } from 'antd';
import { useEntries, textIn } from './entries';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Reading } from '../design/parts';
import { useTexts } from '../words';
import type { Part } from './of';
import { By, Words } from './said';

/** What a report says that somebody must look at: red; or know of: orange. */
const COLOURS: { readonly [value: string]: string } = {
  abnormal: 'red',
  stopped: 'red',
  'under-observation': 'orange',
  reduced: 'orange',
};

export function Reports({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const found = useEntries(view.caseNumber, ['day-reported']);
  const reports = (found.data?.items ?? []).toReversed();
  return (
    <Reading of={found} empty={reports.length === 0 && t.case.noReports}>
      <p>{t.case.reported(view.operation.daysReported)}</p>
      <ul className="lines">
        {reports.map((entry) => {
          const { date, production, epidemic, present, late } = entry.details;
          const values = [production, epidemic].filter((value) => typeof value === 'string');
          const wrong = values.some((value) => COLOURS[value] === 'red');
          const remarks = textIn(entry, 'remarks');
          return (
            <li key={entry.sequence} className={wrong ? 'line line-late' : 'line'}>
              <div className="line-main">
                <h3>{typeof date === 'string' && date}</h3>
                {found.data && remarks !== undefined && <Words of={found.data} text={remarks} />}
                <span className="muted">
                  {found.data && <By by={entry.by} of={found.data} />} · {at(entry.at)}
                </span>
              </div>
              {typeof production === 'string' && (
                <Tag color={COLOURS[production] ?? 'default'}>
                  {t.common.colon(t.fields['production'] ?? '', names.value(production))}
                </Tag>
              )}
              {typeof epidemic === 'string' && (
                <Tag color={COLOURS[epidemic] ?? 'default'}>
                  {t.common.colon(t.fields['epidemic'] ?? '', names.value(epidemic))}
                </Tag>
              )}
              {typeof present === 'number' && <span>{t.case.present(present)}</span>}
              {late === true && <Tag color="orange">{t.case.reportedLate}</Tag>}
            </li>
          );
        })}
      </ul>
    </Reading>
  );
}
