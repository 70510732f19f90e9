/** One bulletin: to read; for its writers also previews, publishing, receipts, urging and withdrawing. */
import { useEffect, useMemo, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Alert, Button, Card, DatePicker, Form, Input, Space, Statistic, Table, Tabs, Tag } from 'antd';
import type dayjs from 'dayjs';
import MarkdownIt from 'markdown-it';
import { useParams } from 'react-router';
import type { z } from 'zod';
import type { previewView, receiptsView, urgedView } from '../../../contracts/telling/bulletins';
import { TELLING_ACTS, type TellingAct } from '../../../domain/telling/acts';
import { act } from '../http/api';
import { FormDrawer } from '../design/form-drawer';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Heading, Reading, Wide } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { useWords } from '../http/trouble';
import type { BulletinView } from './bulletins';

/** Without HTML of the writer's own, as the channels have it. */
const markdown = new MarkdownIt({ html: false, linkify: false });

export default function Bulletin() {
  const { bulletin = '' } = useParams();
  const { me } = useSession();
  const client = useQueryClient();
  const found = useRead<BulletinView>(`/bulletins/${bulletin}`);
  const { data } = found;
  const published = data?.state === 'published';
  useEffect(() => {
    // Having opened it counts as having read it: the receipt says "read in the console".
    if (published)
      void act(`/bulletins/${bulletin}/read`).then(
        () => client.invalidateQueries({ queryKey: ['/my/notices'] }),
        () => undefined,
      );
  }, [bulletin, published, client]);
  return (
    <Reading of={found}>
      {data && (
        <>
          <Text of={data} />
          {TELLING_ACTS.draftBulletin.by.includes(me.role) && <Writing of={data} />}
        </>
      )}
    </Reading>
  );
}

function Text({ of }: { readonly of: BulletinView }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const html = useMemo(() => markdown.render(of.body), [of.body]);
  return (
    <article>
      <Heading title={of.title}>
        <Tag>{names.value(of.kind)}</Tag>
        {of.state !== 'published' && <Tag color="orange">{t.bulletins.state[of.state]}</Tag>}
      </Heading>
      {of.withdrawal !== null && (
        <Alert type="warning" showIcon title={t.common.colon(t.bulletins.withdrawn, of.withdrawal)} />
      )}
      <p className="muted">
        {at(of.publishedAt ?? of.publishAt)}
        {of.effectiveOn && ` · ${t.bulletins.effectiveOn} ${of.effectiveOn}`}
      </p>
      <Card>
        {of.cover && <img src={`/documents/${of.cover}`} alt="" style={{ maxWidth: '100%' }} />}
        <div className="bulletin" dangerouslySetInnerHTML={{ __html: html }} />
        {of.attachments.map((id, index) => (
          <p key={id}>
            <a href={`/documents/${id}`} download>
              {t.bulletins.attachments} {index + 1}
            </a>
          </p>
        ))}
      </Card>
    </article>
  );
}

function Writing({ of }: { readonly of: BulletinView }) {
  const t = useTexts();
  const words = useWords();
  const client = useQueryClient();
  const { me } = useSession();
  const { message } = App.useApp();
  const may = (name: TellingAct) => TELLING_ACTS[name].by.includes(me.role);
  const [form, setForm] = useState<'publish' | 'withdraw' | null>(null);
  const draft = of.state === 'draft';
  const urge = async () => {
    try {
      const { urged } = await act<z.output<typeof urgedView>>(`/bulletins/${of.id}/urge`);
      void message.success(t.bulletins.urged(urged));
      await client.invalidateQueries();
    } catch (error) {
      void message.error(words(error));
    }
  };
  return (
    <>
      <Space wrap style={{ margin: '16px 0' }}>
        {may('scheduleBulletin') && draft && (
          <Button type="primary" onClick={() => setForm('publish')}>
            {t.bulletins.publish}
          </Button>
        )}
        {may('urgeBulletin') && of.state === 'published' && (
          <Button onClick={() => void urge()}>{t.bulletins.urge}</Button>
        )}
        {may('withdrawBulletin') && (of.state === 'published' || of.state === 'scheduled') && (
          <Button danger={TELLING_ACTS.withdrawBulletin.dangerous === true} onClick={() => setForm('withdraw')}>
            {t.bulletins.withdraw}
          </Button>
        )}
      </Space>
      {of.state === 'published' || of.state === 'withdrawn' ? (
        <Receipts bulletin={of.id} />
      ) : (
        <Preview bulletin={of.id} />
      )}
      <FormDrawer<{ at?: dayjs.Dayjs }>
        title={t.bulletins.publish}
        open={form === 'publish'}
        close={() => setForm(null)}
        path={`/bulletins/${of.id}/publish`}
        bodyOf={({ at }) => (at ? { at: at.toISOString() } : {})}
        done={() => t.bulletins.published}
        submit={t.bulletins.publish}
      >
        <Alert type="warning" showIcon title={t.bulletins.confirmPublish} style={{ marginBottom: 16 }} />
        <Form.Item name="at" label={t.bulletins.publishAt}>
          <DatePicker showTime={{ format: 'HH:mm' }} style={{ width: '100%' }} />
        </Form.Item>
      </FormDrawer>
      <FormDrawer<{ reason: string }>
        title={t.bulletins.withdraw}
        open={form === 'withdraw'}
        close={() => setForm(null)}
        path={`/bulletins/${of.id}/withdraw`}
        done={() => t.bulletins.withdrawn}
        submit={t.bulletins.withdraw}
      >
        <Form.Item
          name="reason"
          label={t.bulletins.withdrawReason}
          rules={[{ required: true, message: t.common.required(t.stock.reason) }]}
        >
          <Input maxLength={200} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

function Preview({ bulletin }: { readonly bulletin: string }) {
  const t = useTexts();
  const found = useRead<z.output<typeof previewView>>(`/bulletins/${bulletin}/preview`);
  const { data } = found;
  return (
    <Card title={t.bulletins.preview}>
      <Reading of={found}>
        <p>{data && t.bulletins.reachable(data.enterprises, data.unreachable)}</p>
        <Tabs
          items={
            data?.channels.map(({ channel, subject, text, problem }) => ({
              key: channel,
              label: t.bulletins.channelNames[channel] ?? channel,
              children: (
                <>
                  {problem !== null && <Alert type="error" showIcon title={problem} style={{ marginBottom: 8 }} />}
                  <strong>{subject}</strong>
                  <div className="words">{text}</div>
                </>
              ),
            })) ?? []
          }
        />
      </Reading>
    </Card>
  );
}

type ReceiptsView = z.output<typeof receiptsView>;

function Receipts({ bulletin }: { readonly bulletin: string }) {
  const t = useTexts();
  const { at } = useMoments();
  const found = useRead<ReceiptsView>(`/bulletins/${bulletin}/receipts`);
  const { data } = found;
  return (
    <Card title={t.bulletins.receipts}>
      <Reading of={found}>
        {data && (
          <>
            <div className="cards">
              {(['enterprises', 'reached', 'read', 'unreachable'] as const).map((key) => (
                <Statistic key={key} title={t.bulletins[key]} value={data.totals[key]} />
              ))}
            </div>
            <Wide label={t.bulletins.receipts}>
              <Table
                rowKey={(one) => `${one.enterprise} ${one.account ?? ''}`}
                size="small"
                pagination={{ pageSize: 50, hideOnSinglePage: true }}
                dataSource={data.recipients}
                columns={[
                  { title: t.bulletins.enterprises, dataIndex: 'name' },
                  {
                    title: t.operations.state,
                    render: (_, { state, readAt }) => `${t.bulletins.receipt[state]} ${readAt ? at(readAt) : ''}`,
                  },
                  {
                    title: t.bulletins.channels,
                    render: (_, { channels }) =>
                      channels.map(({ channel, state, reason }) => (
                        <div key={channel}>
                          {t.bulletins.channelNames[channel]} {t.bulletins.delivery[state]} {reason}
                        </div>
                      )),
                  },
                ]}
              />
            </Wide>
            {data.elsewhere.length > 0 && <h3>{t.bulletins.elsewhere}</h3>}
            {data.elsewhere.map(({ channel, to, part, state, reason }) => (
              <p key={`${channel} ${to} ${part}`}>
                {t.bulletins.channelNames[channel]} {to} · {t.bulletins.delivery[state]} {reason}
              </p>
            ))}
          </>
        )}
      </Reading>
    </Card>
  );
}
