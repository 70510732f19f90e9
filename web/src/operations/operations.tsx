/** For operators: what is stuck, what could not be sent, ready-made views of the Temporal UI, and a search of the ledger. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Alert, Button, Card, Input, Select, Space, Table, Tag } from 'antd';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { auditEntry, operationsView } from '../../../contracts/operations/operations';
import { CHANNEL_IDS } from '../../../contracts/telling/channel-ids';
import type { deliveryLine } from '../../../contracts/telling/notices';
import { ENTRY_TYPES, type EntryType } from '../../../domain/ledger/entry';
import { TELLING_ACTS } from '../../../domain/telling/acts';
import { act } from '../http/api';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Heading, More, Reading, Wide } from '../design/parts';
import { usePages, useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useSpeech, useTexts } from '../words';
import { useWords } from '../http/trouble';

type OperationsView = z.output<typeof operationsView>;

export default function Operations() {
  const t = useTexts();
  return (
    <>
      <Heading title={t.operations.title} />
      <Health />
      <Dead />
      <Audit />
    </>
  );
}

function Health() {
  const { t, language } = useSpeech();
  const { at } = useMoments();
  const found = useRead<OperationsView>('/operations');
  const { data } = found;
  return (
    <Reading of={found}>
      {data && (
        <>
          {(data.needsAttention === null || data.workflows === null) && (
            <Alert type="warning" showIcon title={t.operations.away} style={{ marginBottom: 12 }} />
          )}
          {data.ledgerRefuses.length > 0 && (
            <Card title={t.operations.refuses} style={{ marginBottom: 16 }}>
              {data.ledgerRefuses.map(({ caseNumber, enterprise, code, since }) => (
                <div key={caseNumber}>
                  <p className="late">
                    <Link to={`/cases/${caseNumber}`}>{enterprise}</Link> {caseNumber}
                  </p>
                  <p>
                    {t.common.colon(t.operations.since(at(Date.parse(since))), t.operations.refusals[code].what)}
                    {t.operations.refusals[code].todo}
                  </p>
                </div>
              ))}
            </Card>
          )}
          <Reconciler of={data.reconciler} />
          <Card title={t.operations.attention} style={{ marginBottom: 16 }}>
            {data.needsAttention?.length === 0 && <span className="muted">{t.operations.noAttention}</span>}
            {data.needsAttention?.map(({ caseNumber, enterprise }) => (
              <p key={caseNumber} className="late">
                <Link to={`/cases/${caseNumber}`}>{enterprise}</Link> {caseNumber}
              </p>
            ))}
          </Card>
          <div className="charts" style={{ marginBottom: 16 }}>
            <Card title={t.operations.workflows}>
              {data.workflows?.map(({ type, status, count }) => (
                <p key={`${type} ${status}`}>
                  {type} <Tag color={status === 'Failed' ? 'red' : 'default'}>{status}</Tag> {count}
                </p>
              ))}
            </Card>
            <Card title={t.operations.messages}>
              {data.messages.map(({ channel, state, count }) => (
                <p key={`${channel} ${state}`}>
                  {t.bulletins.channelNames[channel]}{' '}
                  <Tag color={state === 'dead' ? 'red' : 'default'}>{t.bulletins.delivery[state]}</Tag> {count}
                </p>
              ))}
            </Card>
            <Card title={t.operations.links}>
              {data.links.map(({ name, query, url }) => (
                <p key={query}>
                  {url ? (
                    <a href={url} target="_blank" rel="noreferrer">
                      {name[language]}
                    </a>
                  ) : (
                    name[language]
                  )}{' '}
                  <code>{query}</code>
                </p>
              ))}
              {data.temporalUi === null && <span className="muted">{t.operations.noLinks}</span>}
            </Card>
          </div>
        </>
      )}
    </Reading>
  );
}

function Reconciler({ of: { lastPass, isLate, discrepancies } }: { readonly of: OperationsView['reconciler'] }) {
  const t = useTexts();
  const { at } = useMoments();
  const when = (time: string) => at(Date.parse(time));
  const seconds = (milliseconds: number) => (milliseconds / 1000).toFixed(1);
  return (
    <Card title={t.operations.reconciler} style={{ marginBottom: 16 }}>
      {isLate && <Alert type="error" showIcon title={t.operations.reconcilerLate} style={{ marginBottom: 12 }} />}
      <p className="muted">
        {lastPass
          ? t.operations.reconcilerAt(when(lastPass.endedAt), seconds(lastPass.tookMs))
          : t.operations.reconcilerNever}
      </p>
      {discrepancies.length === 0 && <span className="muted">{t.operations.noDiscrepancies}</span>}
      {discrepancies.map(({ kind, subject, why, caseNumber, enterprise, since, goneSince }) => (
        <div key={`${kind} ${subject}`}>
          <p className={goneSince === null ? 'late' : 'muted'}>
            {caseNumber && <Link to={`/cases/${caseNumber}`}>{enterprise}</Link>} {subject}{' '}
            <Tag color={goneSince === null ? 'red' : 'default'}>{t.operations.whys[why]}</Tag>
            {goneSince !== null && t.operations.goneSince(when(goneSince))}
          </p>
          <p>
            {t.common.colon(t.operations.since(when(since)), t.operations.discrepancies[kind].what)}
            {t.operations.discrepancies[kind].todo}
          </p>
        </div>
      ))}
    </Card>
  );
}

type Delivery = z.output<typeof deliveryLine>;

function Dead() {
  const t = useTexts();
  const words = useWords();
  const { me } = useSession();
  const resends = TELLING_ACTS.resendMessage.by.includes(me.role);
  const closes = TELLING_ACTS.closeMessage.by.includes(me.role);
  const { message } = App.useApp();
  const client = useQueryClient();
  const [channel, setChannel] = useState<string | undefined>();
  const found = usePages<Delivery>('/outbox', { state: 'dead', channel });
  const hand = async (one: Delivery, what: 'resend' | 'close') => {
    try {
      await act(`/outbox/${one.message ?? ''}/${what}`);
      void message.success(t.stock.done);
      await client.invalidateQueries({ queryKey: ['/outbox'] });
    } catch (error) {
      void message.error(words(error));
    }
  };
  return (
    <Card
      title={t.operations.dead}
      style={{ marginBottom: 16 }}
      extra={
        <Select
          aria-label={t.operations.channel}
          allowClear
          placeholder={t.operations.channel}
          value={channel ?? null}
          onChange={(one: string | null) => setChannel(one ?? undefined)}
          options={CHANNEL_IDS.map((value) => ({ value, label: t.bulletins.channelNames[value] ?? value }))}
          style={{ width: 140 }}
        />
      }
    >
      <Reading of={found} empty={found.items.length === 0 && t.operations.noDead}>
        <ul className="lines">
          {found.items.map((one) => (
            <li key={one.key} className="line">
              <div className="line-main">
                {t.bulletins.channelNames[one.channel]} → {one.to}{' '}
                {one.case && <Link to={`/cases/${one.case}`}>{one.case}</Link>}
                <div className="late">{one.reason}</div>
                <div className="words muted">{one.subject}</div>
              </div>
              {one.message && (resends || closes) && (
                <Space>
                  {resends && <Button onClick={() => void hand(one, 'resend')}>{t.operations.resend}</Button>}
                  {closes && <Button onClick={() => void hand(one, 'close')}>{t.operations.close}</Button>}
                </Space>
              )}
            </li>
          ))}
        </ul>
        <More of={found} />
      </Reading>
    </Card>
  );
}

type AuditEntry = z.output<typeof auditEntry>;

function Audit() {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const [type, setType] = useState<EntryType | undefined>();
  const [stream, setStream] = useState('');
  const [account, setAccount] = useState('');
  const found = usePages<AuditEntry>('/audit', { type, stream, account });
  return (
    <Card title={t.operations.audit}>
      <div className="heading" role="search">
        <Select
          aria-label={t.operations.type}
          placeholder={t.operations.type}
          allowClear
          showSearch={{ optionFilterProp: 'label' }}
          value={type ?? null}
          onChange={(one: EntryType | null) => setType(one ?? undefined)}
          options={ENTRY_TYPES.map((value) => ({ value, label: names.entry(value) }))}
          style={{ width: 200 }}
        />
        <Input.Search
          aria-label={t.operations.stream}
          placeholder={t.operations.stream}
          allowClear
          onSearch={setStream}
          style={{ width: 180 }}
        />
        <Input.Search
          aria-label={t.operations.account}
          placeholder={t.operations.account}
          allowClear
          onSearch={setAccount}
          style={{ width: 180 }}
        />
      </div>
      <Reading of={found}>
        <Wide label={t.operations.audit}>
          <Table<AuditEntry>
            rowKey={(one) => `${one.stream} ${one.sequence}`}
            size="small"
            pagination={false}
            dataSource={found.items}
            locale={{ emptyText: t.operations.noEntries }}
            columns={[
              { title: t.operations.at, render: (_, { recordedAt }) => at(recordedAt) },
              { title: t.operations.stream, render: (_, { stream: name, sequence }) => `${name} #${sequence}` },
              { title: t.operations.entry, render: (_, one) => names.entry(one.type) },
              { title: t.operations.by, render: (_, { by }) => by.name ?? names.role(by.role) },
            ]}
          />
        </Wide>
        <More of={found} />
      </Reading>
    </Card>
  );
}
