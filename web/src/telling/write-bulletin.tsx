/** Writing a bulletin: its words, its audience, its channels; kept as a draft on the device until it is saved. */
import { useState } from 'react';
import { Button, Card, Checkbox, DatePicker, Form, Input, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import { useNavigate } from 'react-router';
import type { z } from 'zod';
import { CHANNEL_IDS } from '../../../contracts/telling/channel-ids';
import type { bulletinBody } from '../../../contracts/telling/bulletins';
import { ENTERPRISE_KINDS } from '../../../domain/programme/for-whom';
import { PHASES } from '../../../domain/case/state';
import { act } from '../http/api';
import { draftOf, dropDraft, keepDraft, keyFor } from '../http/drafts';
import { Upload } from '../design/upload';
import { useNames } from '../programme/names';
import { Heading } from '../design/parts';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { FormFoot, useRefusal } from '../http/refusal';
import type { BulletinView } from './bulletins';

type Body = z.input<typeof bulletinBody>;

const KINDS = ['work-tip', 'hot-qa', 'guidance', 'policy'] as const;

export default function Write() {
  const t = useTexts();
  const navigate = useNavigate();
  const { me } = useSession();
  const [form] = Form.useForm<Body>();
  const refusal = useRefusal(form);
  const [busy, setBusy] = useState(false);
  const draft = `${me.id}.bulletin`;
  const save = async (values: Body) => {
    setBusy(true);
    refusal.clear();
    try {
      const body = Object.fromEntries(
        Object.entries(values).filter(([, value]) => value !== undefined && value !== ''),
      );
      const { id } = await act<BulletinView>('/bulletins', body, keyFor(draft, body));
      dropDraft(draft);
      void navigate(`/bulletins/${id}`, { replace: true });
    } catch (refused) {
      refusal.refused(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Heading title={t.bulletins.write} />
      <Card>
        <Form<Body>
          form={form}
          layout="vertical"
          initialValues={{
            kind: 'work-tip',
            channels: ['console', 'email'],
            ...(draftOf(draft) as Partial<Body> | undefined),
          }}
          onValuesChange={(_changed, values) => keepDraft(draft, values)}
          onFinish={(values) => void save(values)}
          onFinishFailed={refusal.missed}
        >
          <Words />
          <Audience />
          <FormFoot refused={refusal}>
            <Button type="primary" htmlType="submit" loading={busy}>
              {t.bulletins.preview}
            </Button>
          </FormFoot>
        </Form>
      </Card>
    </>
  );
}

function Words() {
  const t = useTexts();
  const names = useNames();
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  return (
    <>
      <Form.Item name="kind" label={t.bulletins.kind}>
        <Radio.Group options={KINDS.map((value) => ({ value, label: names.value(value) }))} />
      </Form.Item>
      <Form.Item name="title" label={t.bulletins.name} rules={needed(t.bulletins.name)}>
        <Input maxLength={60} showCount />
      </Form.Item>
      <Form.Item name="body" label={t.bulletins.body} rules={needed(t.bulletins.body)}>
        <Input.TextArea rows={12} maxLength={12_000} showCount />
      </Form.Item>
      <Form.Item
        name="effectiveOn"
        label={t.bulletins.effectiveOn}
        getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
        normalize={(value: dayjs.Dayjs | null) => value?.format('YYYY-MM-DD')}
      >
        <DatePicker />
      </Form.Item>
      <Form.Item name="cover" label={t.bulletins.cover}>
        <Upload many={false} />
      </Form.Item>
      <Form.Item name="attachments" label={t.bulletins.attachments}>
        <Upload many />
      </Form.Item>
    </>
  );
}

function Audience() {
  const t = useTexts();
  const names = useNames();
  const { programme } = useSession();
  const choices = [
    { key: 'villages', options: programme.villages.map(({ id, name }) => ({ value: id, label: name })) },
    { key: 'kinds', options: ENTERPRISE_KINDS.map((value) => ({ value, label: names.kind(value) })) },
    { key: 'phases', options: PHASES.map((value) => ({ value, label: names.phase(value) })) },
  ] as const;
  return (
    <>
      <fieldset className="field-group">
        <legend>{t.bulletins.audience}</legend>
        {choices.map(({ key, options }) => (
          <Form.Item key={key} name={['audience', key]} label={t.bulletins[key]}>
            <Select
              mode="multiple"
              options={options}
              placeholder={t.bulletins.everyone}
              allowClear
              showSearch={{ optionFilterProp: 'label' }}
            />
          </Form.Item>
        ))}
      </fieldset>
      <Form.Item
        name="channels"
        label={t.bulletins.channels}
        rules={[{ type: 'array', min: 1, message: t.common.required(t.bulletins.channels) }]}
      >
        <Checkbox.Group
          options={CHANNEL_IDS.map((value) => ({ value, label: t.bulletins.channelNames[value] ?? value }))}
        />
      </Form.Item>
    </>
  );
}
