/** The enterprises of the town: registering one, starting its case, its roster. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Checkbox, Form, Input, Radio, Select, Space } from 'antd';
import { Link, useNavigate, useSearchParams } from 'react-router';
import type { z } from 'zod';
import type { enterpriseBody, enterpriseView } from '../../../contracts/enterprises/enterprises';
import type { startedView } from '../../../contracts/case/answers';
import { ENTERPRISE_ACTS } from '../../../domain/enterprises/acts';
import type { Role } from '../../../domain/ledger/entry';
import { START } from '../../../domain/case/acts';
import { ENTERPRISE_KINDS } from '../../../domain/programme/for-whom';
import { act } from '../http/api';
import { keyFor, dropDraft } from '../http/drafts';
import { FormDrawer } from '../design/form-drawer';
import { useNames } from '../programme/names';
import { Heading, More, Reading } from '../design/parts';
import { usePages } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { useWords } from '../http/trouble';

type Enterprise = z.output<typeof enterpriseView>;

const REGISTRARS: readonly Role[] = ENTERPRISE_ACTS.register.by;

export default function Enterprises() {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const [query, setQuery] = useSearchParams();
  const [adding, setAdding] = useState(false);
  const found = usePages<Enterprise>('/enterprises', { q: query.get('q') ?? undefined });
  return (
    <>
      <Heading title={t.enterprises.title}>
        {REGISTRARS.includes(me.role) && (
          <Button type="primary" onClick={() => setAdding(true)}>
            {t.enterprises.add}
          </Button>
        )}
        <Input.Search
          aria-label={t.common.search}
          placeholder={t.enterprises.name}
          allowClear
          defaultValue={query.get('q') ?? ''}
          onSearch={(q) => setQuery(q ? { q } : {})}
          style={{ maxWidth: 280 }}
        />
      </Heading>
      <Reading of={found} empty={found.items.length === 0 && t.enterprises.none}>
        <ul className="lines">
          {found.items.map((one) => (
            <li key={one.id} className="line">
              <div className="line-main">
                <h2>{one.name}</h2>
                <span className="muted">
                  {one.uscc} · {names.kind(one.kind)} · {names.village(one.village)}
                </span>
              </div>
              <Space>
                <Link to={`/board?q=${one.uscc}`}>{t.menu.board}</Link>
                {me.role !== 'village' && <Link to={`/enterprises/${one.id}/roster`}>{t.enterprises.roster}</Link>}
                {START.by.includes(me.role) && <Start one={one} />}
              </Space>
            </li>
          ))}
        </ul>
        <More of={found} />
      </Reading>
      <Add open={adding} close={() => setAdding(false)} />
    </>
  );
}

function Start({ one }: { readonly one: Enterprise }) {
  const t = useTexts();
  const words = useWords();
  const navigate = useNavigate();
  const client = useQueryClient();
  const { me } = useSession();
  const { modal, message } = App.useApp();
  const start = async () => {
    const body = { enterprise: one.id };
    const draft = `${me.id}.start.${one.id}`;
    try {
      const { caseNumber } = await act<z.output<typeof startedView>>('/reopenings', body, keyFor(draft, body));
      dropDraft(draft);
      await client.invalidateQueries();
      void message.success(t.enterprises.started);
      void navigate(`/cases/${caseNumber}`);
    } catch (error) {
      void message.error(words(error));
    }
  };
  return (
    <Button
      onClick={() =>
        void modal.confirm({
          title: t.enterprises.startQuestion(one.name),
          content: t.enterprises.startHint,
          okText: t.enterprises.start,
          cancelText: t.common.cancel,
          onOk: start,
        })
      }
    >
      {t.enterprises.start}
    </Button>
  );
}

function Add({ open, close }: { readonly open: boolean; readonly close: () => void }) {
  const t = useTexts();
  const names = useNames();
  const { programme } = useSession();
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  return (
    <FormDrawer<z.input<typeof enterpriseBody>>
      title={t.enterprises.add}
      open={open}
      close={close}
      path="/enterprises"
      initial={{ kind: 'factory' }}
      done={() => t.enterprises.added}
    >
      <Form.Item name="name" label={t.enterprises.name} rules={needed(t.enterprises.name)}>
        <Input maxLength={60} />
      </Form.Item>
      <Form.Item name="uscc" label={t.enterprises.uscc} rules={needed(t.enterprises.uscc)}>
        <Input maxLength={40} />
      </Form.Item>
      <Form.Item name="kind" label={t.enterprises.kind}>
        <Radio.Group options={ENTERPRISE_KINDS.map((value) => ({ value, label: names.kind(value) }))} />
      </Form.Item>
      <Form.Item name="village" label={t.enterprises.village} rules={needed(t.enterprises.village)}>
        <Select
          options={programme.villages.map(({ id, name }) => ({ value: id, label: name }))}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
      <Form.Item name="confirmUscc" valuePropName="checked">
        <Checkbox>{t.enterprises.confirm}</Checkbox>
      </Form.Item>
    </FormDrawer>
  );
}
