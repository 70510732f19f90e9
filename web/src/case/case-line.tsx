/** One case in a list: whose, in which phase, waiting on whom until when. */
import { Tag } from 'antd';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { caseLine } from '../../../contracts/case/lists';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { useTexts } from '../words';

export function CaseLine({ line }: { readonly line: z.output<typeof caseLine> }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { caseNumber, enterprise, phase, waitingOn, waitingOnNames, nextDue, overdue } = line;
  return (
    <li className={overdue > 0 ? 'line line-late' : 'line'}>
      <div className="line-main">
        <Link to={`/cases/${caseNumber}`}>{enterprise.name}</Link>{' '}
        <span className="muted">
          {caseNumber} · {names.kind(enterprise.kind)} · {names.village(enterprise.village)}
        </span>
      </div>
      <Tag>{names.phase(phase)}</Tag>
      {waitingOn.length > 0 && (
        <span>
          {t.case.waitingOn}{' '}
          {t.common.list(waitingOn.map((owner, index) => names.ownerSaid(owner, waitingOnNames[index])))}
        </span>
      )}
      {nextDue && <span className="muted">{`${t.case.nextDue} ${at(nextDue)}`}</span>}
      {overdue > 0 && <span className="late">{t.work.overdueCount(overdue)}</span>}
    </li>
  );
}
