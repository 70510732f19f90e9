/** One case, "有本账": where it stands, who owes what, every step of it, and what one may do. */
import { App, Alert, Button, Dropdown, Space, Tabs, Tag } from 'antd';
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import type { CommandType } from '../../../domain/case/commands';
import { act } from '../http/api';
import type { ToDo } from './acting/view';
import { ACTS } from '../../../domain/case/acts';
import { actsBesides } from './acting/acts';
import { useDesk } from './acting/desk';
import type { CaseAnswer } from './acting/view';
import { mayRead } from '../../../domain/case/audience';
import { seesOrdersOnly } from '../../../domain/case/visibility';
import type { Account } from '../../../domain/ledger/entry';
import type { Edition } from '../../../domain/programme/edition';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { AsOf, Heading, Nothing, Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { UnderRules, useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import type { Me } from '../accounts/me';
import type { CaseView } from '../../../contracts/case/views';
import { useTexts } from '../words';
import type { Texts } from '../words/zh';
import { useWords } from '../http/trouble';
import { Duties } from './duties';
import { Incidents, Inspections } from './incidents';
import { Ledger } from './ledger';
import { Lodging } from './lodging';
import { Materials } from './materials';
import type { Of } from './of';
import { Path } from './path';
import { Reports } from './reports';
import { Requirements } from './requirements';
import { Rounds } from './rounds';
import { SignOffs } from './sign-offs';
import { Supplies } from './supplies';
import { Survey } from './survey';
import { Team } from './team';

export default function Case() {
  const t = useTexts();
  const { case: caseNumber = '' } = useParams();
  const found = useRead<CaseAnswer>(`/reopenings/${caseNumber}`);
  const { data } = found;
  return (
    <Reading of={found} empty={data?.view === null && <Nothing words={t.case.recording} />}>
      {data?.view && (
        <UnderRules hash={data.rules}>
          <Whole of={{ ...data, view: data.view }} />
        </UnderRules>
      )}
    </Reading>
  );
}

const RUNNING_TABS = ['reports', 'rounds', 'supplies', 'lodging', 'incidents', 'inspections'] as const;

function Whole({ of }: { readonly of: Of }) {
  const t = useTexts();
  const { me } = useSession();
  const rules = useRules();
  const [query, setQuery] = useSearchParams();
  const desk = useDesk();
  const begin = (type: CommandType, duty?: ToDo['duty']) => desk({ type, view: of.view, rules: of.rules, duty });
  const whole = !seesOrdersOnly(me);
  const parts = {
    overview: <Duties of={of} begin={begin} />,
    survey: <Survey of={of} />,
    requirements: <Requirements of={of} begin={begin} />,
    materials: <Materials of={of} />,
    signOffs: <SignOffs of={of} />,
    team: <Team of={of} />,
    reports: <Reports of={of} />,
    rounds: <Rounds of={of} />,
    supplies: <Supplies of={of} />,
    lodging: <Lodging of={of} />,
    incidents: <Incidents of={of} />,
    inspections: <Inspections of={of} />,
    ledger: <Ledger of={of} />,
  };
  const reports = readsReports(me, of.view, rules);
  const running = whole && of.view.operation.startsOn !== null;
  const shown = (Object.keys(parts) as (keyof Texts['case']['tabs'])[]).filter((key) => {
    if (key === 'overview' || key === 'ledger') return true;
    if (!whole) return key === 'supplies';
    if (key === 'reports' && !reports) return false;
    return running || !(RUNNING_TABS as readonly string[]).includes(key);
  });
  const tab = shown.find((key) => key === query.get('tab')) ?? 'overview';
  return (
    <>
      <Header of={of} begin={begin} />
      {whole && <Path of={of} />}
      <Tabs
        activeKey={tab}
        onChange={(key) => setQuery(key === 'overview' ? {} : { tab: key })}
        destroyOnHidden
        items={shown.map((key) => ({ key, label: t.case.tabs[key], children: parts[key] }))}
      />
    </>
  );
}

/** Asked of the table that the API asks; by a clock that may be wrong, so that the API's answer stands. */
function readsReports({ id: account, ...who }: Me, view: CaseView, edition: Edition): boolean {
  const reader = { account, ...who } as Account;
  return mayRead({ type: 'day-reported', details: {} }, reader, { case: view, edition, now: view.clock });
}

function Header({ of, begin }: { readonly of: Of; readonly begin: (type: CommandType) => void }) {
  const t = useTexts();
  const names = useNames();
  const { at, span } = useMoments();
  const { view, asOf, needsAttention } = of;
  const open = view.agenda.filter((duty) => duty.opens <= view.clock && duty.due !== null);
  const dues = open.flatMap(({ due }) => (due === null ? [] : [due]));
  const since = Math.min(...open.map((duty) => duty.since));
  const overdue = view.agenda.filter((duty) => duty.overdue).length;
  const [next] = view.agenda.filter((duty) => duty.opens > view.clock).sort((a, b) => a.opens - b.opens);
  return (
    <>
      <Heading title={view.enterprise.name}>
        <Tag color={view.phase === 'suspended' ? 'red' : 'default'}>{names.phase(view.phase)}</Tag>
        <Others of={of} begin={begin} />
      </Heading>
      <AsOf time={asOf} />
      {needsAttention && (
        <Alert
          type="error"
          showIcon
          title={t.common.colon(t.case.attention, t.case.attentionReasons[needsAttention])}
          style={{ marginBottom: 12 }}
        />
      )}
      <p className="muted">
        {view.caseNumber} · {names.kind(view.enterprise.kind)} · {names.village(view.enterprise.village)} ·{' '}
        {t.case.edition} {view.edition.edition} · {t.case.phaseSince} {at(view.phaseSince)}
      </p>
      <p>
        {open.length > 0 ? (
          <>
            {t.case.waitingOn}{' '}
            <strong>{t.common.list([...new Set(open.map(({ owner }) => names.owner(owner)))])}</strong>{' '}
            <span className="muted">
              {t.case.since} {t.common.brackets(at(since), span(since, view.clock))}
            </span>
            {dues.length > 0 && ` · ${t.case.nextDue} ${at(Math.min(...dues))}`}
            {overdue > 0 && <span className="late"> · {t.work.overdueCount(overdue)}</span>}
          </>
        ) : (
          <>
            {t.case.nothingWaits}
            {next && ` · ${t.case.nextOpens(names.duty(next.kind), names.owner(next.owner), at(next.opens))}`}
          </>
        )}
      </p>
    </>
  );
}

/** What may be done besides what is owed, prints, and, in trial mode, letting time pass. */
function Others({ of, begin }: { readonly of: Of; readonly begin: (type: CommandType) => void }) {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const acts = actsBesides({ view: of.view, me, rules: useRules() });
  const prints = ['approval', 'reopening', 'rectification'] as const;
  return (
    <Space wrap>
      {acts.length > 0 && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: acts.map((key) => ({ key, label: names.command(key), danger: ACTS[key].dangerous ?? false })),
            onClick: ({ key }) => begin(key as CommandType),
          }}
        >
          <Button>{t.case.moreActions} ▾</Button>
        </Dropdown>
      )}
      {!seesOrdersOnly(me) && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: prints.map((form) => ({
              key: form,
              label: <Link to={`/cases/${of.view.caseNumber}/print/${form}`}>{t.print[form]}</Link>,
            })),
          }}
        >
          <Button>{t.case.printing} ▾</Button>
        </Dropdown>
      )}
      {me.mode === 'trial' && (me.role === 'official' || me.role === 'operator') && <Forward of={of} />}
    </Space>
  );
}

function Forward({ of }: { readonly of: Of }) {
  const t = useTexts();
  const words = useWords();
  const { at } = useMoments();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [busy, setBusy] = useState(false);
  const forward = async () => {
    setBusy(true);
    try {
      const { clock } = await act<{ clock: string }>(`/reopenings/${of.view.caseNumber}/fast-forward`, {
        to: 'next-due',
      });
      void message.success(t.case.forwarded(at(clock)));
      await client.invalidateQueries();
    } catch (error) {
      void message.error(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button loading={busy} onClick={() => void forward()}>
      {t.case.forward}
    </Button>
  );
}
