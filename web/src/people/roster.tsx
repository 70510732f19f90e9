/** An enterprise's roster: its people, their numbers masked; importing a table after a look at what would happen. */
import { useState } from 'react';
import { App, Button, Card, Dropdown, Form, Input, Radio, Space, Table, Tag } from 'antd';
import { useParams } from 'react-router';
import type { z } from 'zod';
import type { importView, personView, revealView } from '../../../contracts/people/people';
import type { Role } from '../../../domain/ledger/entry';
import { PEOPLE_ACTS } from '../../../domain/people/acts';
import { act } from '../http/api';
import { useNames } from '../programme/names';
import { Heading, More, Reading, Wide } from '../design/parts';
import { usePages } from '../http/reads';
import { useTexts } from '../words';
import { Contacts } from './contacts';
import { OutsideForm } from '../design/outside-form';
import { FormFoot, useRefusal } from '../http/refusal';
import { useSession } from '../accounts/session';
import { useWords } from '../http/trouble';
import { RowErrors, rowErrorsOf } from '../design/row-errors';
import { Upload } from '../design/upload';
import { useQueryClient } from '@tanstack/react-query';

type Person = z.output<typeof personView>;

export default function Roster() {
  const t = useTexts();
  const names = useNames();
  const { enterprise = '' } = useParams();
  const [q, setQ] = useState('');
  const { me } = useSession();
  const files = FILERS.includes(me.role);
  const [acting, setActing] = useState<Acting | null>(null);
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
        {files && <Import enterprise={enterprise} />}
        <Wide label={t.roster.title}>
          <Table<Person>
            rowKey="id"
            dataSource={found.items}
            pagination={false}
            size="small"
            locale={{ emptyText: t.roster.none }}
            columns={[
              { title: t.roster.name, className: 'whole', render: (_, { name }) => name ?? t.roster.erased },
              ...(actsOf(me.role).length > 0
                ? [{ title: t.work.act, render: (_: unknown, one: Person) => <Acts person={one} begin={setActing} /> }]
                : []),
              { title: t.roster.document, render: (_, one) => <Masked person={one} field="document" /> },
              { title: t.roster.phone, render: (_, one) => <Masked person={one} field="phone" /> },
              { title: t.roster.workshop, dataIndex: 'workshop' },
              { title: t.roster.team, dataIndex: 'team' },
              { title: t.roster.loop, render: (_, { loop }) => <Tag>{names.loop(loop)}</Tag> },
              { title: t.roster.joined, dataIndex: 'joinedOn' },
              { title: t.roster.left, render: (_, { leftOn }) => leftOn ?? '—' },
            ]}
          />
        </Wide>
        <More of={found} />
      </Reading>
      <div style={{ marginTop: 16 }}>
        <Contacts enterprise={enterprise} />
      </div>
      {acting && (
        <ActOnPerson key={acting.what} enterprise={enterprise} acting={acting} close={() => setActing(null)} />
      )}
    </>
  );
}

/** The enterprise itself, and an official on its behalf. */
const FILERS: readonly Role[] = PEOPLE_ACTS.importRoster.by;

const ACTS = ['absence', 'change', 'leave'] as const;
const actsOf = (role: Role) => ACTS.filter((what) => (PEOPLE_ACTS[what].by as readonly Role[]).includes(role));

interface Acting {
  readonly what: (typeof ACTS)[number];
  readonly person: Person;
}

function Acts({ person, begin }: { readonly person: Person; readonly begin: (acting: Acting) => void }) {
  const t = useTexts();
  const { me } = useSession();
  if (person.leftOn !== null || person.name === null) return null;
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: actsOf(me.role).map((what) => ({ key: what, label: t.roster.acts[what], danger: what === 'leave' })),
        onClick: ({ key }) => begin({ what: key as Acting['what'], person }),
      }}
    >
      <Button size="small" aria-label={`${t.work.act} ${person.name}`}>
        {t.work.act} ▾
      </Button>
    </Dropdown>
  );
}

/** What a change of somebody may change; only what is another than before is sent. */
const CHANGED = ['loop', 'workshop', 'team', 'chronic', 'partyMember'] as const;

interface OnPerson {
  readonly enterprise: string;
  readonly acting: Acting;
  readonly close: () => void;
}

function ActOnPerson({ enterprise, acting: { what, person }, close }: OnPerson) {
  const t = useTexts();
  const changed = (values: Record<string, unknown>) =>
    Object.fromEntries(
      CHANGED.filter((name) => values[name] && values[name] !== person[name])
        .concat(CHANGED.filter((name) => values[name] === false && person[name] === true))
        .map((name) => [name, values[name]]),
    );
  const now = Object.fromEntries(CHANGED.map((name) => [name, person[name] ?? undefined]));
  return (
    <OutsideForm
      title={`${t.roster.acts[what]} · ${person.name ?? ''}`}
      open
      close={close}
      address={`/enterprises/{enterprise}/roster/${what}`}
      path={`/enterprises/${enterprise}/roster/${what}`}
      fixed={what === 'leave' ? { people: [person.id] } : { person: person.id }}
      // The day says it; the moment is now.
      unasked={['at']}
      {...(what === 'change' && { initial: now, bodyOf: changed })}
      done={() => t.stock.done}
    />
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
  const refusal = useRefusal();
  const [busy, setBusy] = useState(false);
  const change = (next: typeof source) => {
    setSource(next);
    setPreview(null);
    setError(null);
    refusal.clear();
  };
  const send = async (dryRun: boolean) => {
    setBusy(true);
    setError(null);
    refusal.clear();
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
      refusal.refused(refused);
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
        </Space>
        {preview && <p role="status">{t.roster.previewed(preview.added, preview.updated, preview.unchanged)}</p>}
        <RowErrors errors={rows} />
        <FormFoot refused={refusal}>
          <Space wrap>
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
        </FormFoot>
      </Form>
    </Card>
  );
}
