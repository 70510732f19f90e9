/** The one phone page of liaison and enterprise: what is due today, and the daily report in under a minute. */
import { Button, Card } from 'antd';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { caseLine } from '../../../contracts/case/lists';
import type { CommandType } from '../../../domain/case/commands';
import { actsOf } from '../case/acting/acts';
import { useDesk } from '../case/acting/desk';
import { isMine, type AgendaItem, type CaseAnswer } from '../case/acting/view';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { AsOf, Heading, Nothing, Reading } from '../design/parts';
import { useRead, type Page } from '../http/reads';
import { UnderRules, useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import type { Of } from '../case/of';

/** What one does on one's own here, besides what is owed. */
const QUICK: { readonly [role: string]: readonly CommandType[] } = {
  enterprise: ['requestSupplies', 'countSupplies', 'recordInspection', 'reportMovements'],
  liaison: ['requestSupplies', 'countSupplies', 'reportMovements'],
};

export default function Today() {
  const t = useTexts();
  const cases = useRead<Page<z.output<typeof caseLine>>>('/reopenings', { closed: false });
  const items = cases.data?.items ?? [];
  return (
    <>
      <Heading title={t.today.title} />
      <Reading of={cases} empty={items.length === 0 && t.today.noCase}>
        {items.map(({ caseNumber }) => (
          <OneCase key={caseNumber} caseNumber={caseNumber} />
        ))}
      </Reading>
    </>
  );
}

function OneCase({ caseNumber }: { readonly caseNumber: string }) {
  const found = useRead<CaseAnswer>(`/reopenings/${caseNumber}`);
  return (
    <Reading of={found}>
      {found.data?.view && (
        <UnderRules hash={found.data.rules}>
          <Due of={{ ...found.data, view: found.data.view }} />
        </UnderRules>
      )}
    </Reading>
  );
}

function Due({ of }: { readonly of: Of }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { me } = useSession();
  const desk = useDesk();
  const { view } = of;
  const begin = (type: CommandType, duty?: AgendaItem) => desk({ type, view, rules: of.rules, duty });
  const mine = view.agenda.filter((duty) => isMine(duty, me)).sort((a, b) => (a.due ?? Infinity) - (b.due ?? Infinity));
  const now = mine.filter(({ opens }) => opens <= view.clock);
  const later = mine.filter(({ opens }) => opens > view.clock);
  const running = view.phase === 'operating' || view.phase === 'suspended';
  return (
    <Card
      title={<Link to={`/cases/${view.caseNumber}`}>{view.enterprise.name}</Link>}
      extra={names.phase(view.phase)}
      style={{ marginBottom: 16 }}
    >
      <AsOf time={of.asOf} />
      <h2 style={{ fontSize: 16 }}>{t.today.due}</h2>
      {now.length === 0 && <Nothing words={t.today.nothing} />}
      <ul className="lines">
        {now.map((duty) => (
          <OneDuty key={duty.id} duty={duty} begin={begin} />
        ))}
      </ul>
      {later.length > 0 && (
        <>
          <h2 style={{ fontSize: 16 }}>{t.today.later}</h2>
          <ul>
            {later.map(({ id, kind, opens }) => (
              <li key={id}>
                {names.duty(kind)} <span className="muted">{`${t.work.opens} ${at(opens)}`}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      {running && (
        <>
          <h2 style={{ fontSize: 16 }}>{t.today.quick}</h2>
          <div style={{ display: 'flex', flexWrap: 'wrap', gap: 8 }}>
            {(QUICK[me.role] ?? []).map((type) => (
              <Button key={type} onClick={() => begin(type)}>
                {names.command(type)}
              </Button>
            ))}
          </div>
        </>
      )}
    </Card>
  );
}

function OneDuty({
  duty,
  begin,
}: {
  readonly duty: AgendaItem;
  readonly begin: (type: CommandType, duty: AgendaItem) => void;
}) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { me } = useSession();
  const rules = useRules();
  const which = duty.kind === 'report' || duty.kind === 'test' ? duty.id.slice(duty.kind.length + 1) : '';
  const [date = '', test = ''] = which.split('/');
  return (
    <li className={duty.overdue ? 'line line-late' : 'line'}>
      <div className="line-main">
        <h3>
          {names.duty(duty.kind)} {date} {test && names.test(test)}
        </h3>
        {duty.kind === 'report' && <div className="muted">{t.today.reportHint}</div>}
        {duty.due !== null && (
          <span className={duty.overdue ? 'late' : 'muted'}>
            {duty.overdue ? t.work.overdue : t.work.due} {at(duty.due)}
          </span>
        )}
      </div>
      {actsOf({ duty, me, rules }).map((type, index) => (
        <Button key={type} size="large" type={index === 0 ? 'primary' : 'default'} onClick={() => begin(type, duty)}>
          {names.command(type)}
        </Button>
      ))}
    </li>
  );
}
