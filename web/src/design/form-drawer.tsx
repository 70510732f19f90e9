/** A form for an act outside a case: in a drawer, sent once under one key, refused in the problem's own words. */
import { useRef, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Button, Drawer, Form, Grid, Space } from 'antd';
import { act } from '../http/api';
import { useTexts } from '../words';
import { FormFoot, useRefusal } from '../http/refusal';

interface FormOf<Values> {
  readonly title: string;
  /** Undefined: closed. */
  readonly open: boolean;
  readonly close: () => void;
  readonly path: string;
  /** What is sent for what was filled in. */
  readonly bodyOf?: (values: Values) => unknown;
  readonly initial?: Partial<Values>;
  /** Words for what the API has answered. */
  readonly done: (answer: never) => string;
  readonly submit?: string;
  readonly children: ReactNode;
}

export function FormDrawer<Values extends object>(props: FormOf<Values>) {
  const wide = Grid.useBreakpoint().md ?? true;
  return (
    <Drawer open={props.open} onClose={props.close} title={props.title} size={wide ? 560 : '100%'} destroyOnHidden>
      {props.open && <Inside {...props} />}
    </Drawer>
  );
}

function Inside<Values extends object>({ close, path, bodyOf, initial, done, submit, children }: FormOf<Values>) {
  const t = useTexts();
  const client = useQueryClient();
  const { message } = App.useApp();
  const [form] = Form.useForm<Values>();
  const [busy, setBusy] = useState(false);
  const refusal = useRefusal(form);
  const sent = useRef({ words: '', key: '' });
  const send = async (values: Values) => {
    const body = bodyOf ? bodyOf(values) : values;
    const words = JSON.stringify([path, body]);
    // The same words again are the same act, whatever became of the answer.
    if (sent.current.words !== words) sent.current = { words, key: crypto.randomUUID() };
    setBusy(true);
    refusal.clear();
    try {
      const answer = await act<never>(path, body, sent.current.key);
      void message.success(done(answer));
      await client.invalidateQueries();
      close();
    } catch (refused) {
      refusal.refused(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Form
      form={form}
      layout="vertical"
      {...(initial && { initialValues: initial })}
      onFinish={(values) => void send(values)}
      onFinishFailed={refusal.missed}
    >
      {children}
      <FormFoot refused={refusal}>
        <Space>
          <Button type="primary" htmlType="submit" loading={busy}>
            {submit ?? t.acting.submit}
          </Button>
          <Button onClick={close}>{t.common.cancel}</Button>
        </Space>
      </FormFoot>
    </Form>
  );
}
