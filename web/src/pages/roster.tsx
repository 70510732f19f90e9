/** An enterprise's roster: its people, their numbers masked; importing a table after a look at what would happen. */
import { useState } from 'react';
import { App, Button, Card, Form, Input, Radio, Space, Table, Tag } from 'antd';
import { useParams } from 'react-router';
import type { z } from 'zod';
import type { importView, personView, revealView } from '../../../contracts/people';
import { act } from '../api';
import { useNames } from '../names';
import { Heading, More, Reading, Wide } from '../parts';
import { usePages } from '../reading';
import { useTexts } from '../texts';
import { RefusedAlert, useWords } from '../trouble';
import { RowErrors, rowErrorsOf } from '../acting/row-errors';
import { Upload } from '../acting/upload';
import { useQueryClient } from '@tanstack/react-query';

type Person = z.output<typeof personView>;

export default function Roster() {
  const t = useTexts();
  const names = useNames();
  const { enterprise = '' } = useParams();
  const [q, setQ] = useState('');
  const found = usePages<Person>(`/enterprises/${enterprise}/roster`, { q });
  return (
    <>
      <Heading title={t.roster.title}>
        <Input.Search
          aria-label={t.roster.name}
          placeholder={t.roster.name}
          allowClear
          onSearch={setQ}
          style={{ maxWidth: 240 }}
        />
      </Heading>
      <Reading of={found}>
        <Import enterprise={enterprise} />
        <Wide label={t.roster.title}>
          <Table<Person>
            rowKey="id"
            dataSource={found.items}
            pagination={false}
            size="small"
            locale={{ emptyText: t.roster.none }}
            columns={[
              { title: t.roster.name, render: (_, { name }) => name ?? t.roster.erased },
              { title: t.roster.document, render: (_, one) => <Masked person={one} field="document" /> },
              { title: t.roster.phone, render: (_, one) => <Masked person={one} field="phone" /> },
              { title: t.roster.workshop, dataIndex: 'workshop' },
              { title: t.roster.team, dataIndex: 'team' },
              { title: t.roster.loop, render: (_, { loop }) => <Tag>{names.value(loop)}</Tag> },
              { title: t.roster.joined, dataIndex: 'joinedOn' },
              { title: t.roster.left, render: (_, { leftOn }) => leftOn ?? '—' },
            ]}
          />
        </Wide>
        <More of={found} />
      </Reading>
    </>
  );
}

/** The number as it is shown to everyone; the whole one only for a purpose, which the ledger keeps. */
function Masked({ person, field }: { readonly person: Person; readonly field: 'document' | 'phone' }) {
  const t = useTexts();
  const words = useWords();
  const { modal, message } = App.useApp();
  const [shown, setShown] = useState<string | null>(null);
  const reveal = () => {
    let purpose: keyof typeof t.roster.purposes = 'contact';
    void modal.confirm({
      title: person.name,
      content: (
        <>
          <p>{t.roster.revealHint}</p>
          <Radio.Group
            defaultValue={purpose}
            onChange={({ target }) => (purpose = target.value as typeof purpose)}
            options={Object.entries(t.roster.purposes).map(([value, label]) => ({ value, label }))}
          />
        </>
      ),
      okText: t.roster.reveal,
      cancelText: t.common.cancel,
      onOk: async () => {
        try {
          const { value } = await act<z.output<typeof revealView>>(`/people/${person.id}/reveal`, { field, purpose });
          setShown(value);
        } catch (error) {
          void message.error(words(error));
        }
      },
    });
  };
  if (person[field] === null) return '—';
  return (
    <Space>
      {shown ?? person[field]}
      {shown === null && (
        <Button
          size="small"
          type="link"
          aria-label={`${t.roster.reveal} ${person.name ?? ''} ${t.roster[field]}`}
          onClick={reveal}
        >
          {t.roster.reveal}
        </Button>
      )}
    </Space>
  );
}

type Preview = z.output<typeof importView>;

function Import({ enterprise }: { readonly enterprise: string }) {
  const t = useTexts();
  const { message } = App.useApp();
  const client = useQueryClient();
  const [source, setSource] = useState<{ table?: string; workbook?: string }>({});
  const [preview, setPreview] = useState<Preview | null>(null);
  const [error, setError] = useState<unknown>(null);
  const [busy, setBusy] = useState(false);
  const change = (next: typeof source) => {
    setSource(next);
    setPreview(null);
    setError(null);
  };
  const send = async (dryRun: boolean) => {
    setBusy(true);
    setError(null);
    try {
      const done = await act<Preview>(`/enterprises/${enterprise}/roster/import`, { ...source, dryRun });
      if (dryRun) setPreview(done);
      else {
        change({});
        void message.success(t.roster.imported(done.added, done.updated));
        await client.invalidateQueries();
      }
    } catch (refused) {
      setError(refused);
    } finally {
      setBusy(false);
    }
  };
  const rows = rowErrorsOf(error);
  const ready = Boolean(source.table ?? source.workbook);
  return (
    <Card title={t.roster.import} size="small" style={{ marginBottom: 16 }}>
      <p className="muted">{t.roster.hint}</p>
      <Form layout="vertical">
        <Form.Item label={t.acting.pasteTable} htmlFor="roster-table">
          <Input.TextArea
            id="roster-table"
            rows={4}
            value={source.table ?? ''}
            onChange={({ target }) => change(target.value ? { table: target.value } : {})}
          />
        </Form.Item>
        <Space wrap>
          <Upload
            many={false}
            {...(source.workbook !== undefined && { value: source.workbook })}
            onChange={(value) => change(typeof value === 'string' ? { workbook: value } : {})}
          />
          <a href="/tables/roster-template">{t.acting.template}</a>
          <Button disabled={!ready} loading={busy && !preview} onClick={() => void send(true)}>
            {t.roster.preview}
          </Button>
          <Button
            type="primary"
            disabled={!preview}
            loading={busy && preview !== null}
            onClick={() => void send(false)}
          >
            {t.roster.confirm}
          </Button>
        </Space>
      </Form>
      {preview && <p role="status">{t.roster.previewed(preview.added, preview.updated, preview.unchanged)}</p>}
      {error !== null && rows.length === 0 && <RefusedAlert error={error} title={t.acting.refused} />}
      <RowErrors errors={rows} />
    </Card>
  );
}
