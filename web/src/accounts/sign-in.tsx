/** Signing in. */
import { useState } from 'react';
import { Button, Card, Form, Input } from 'antd';
import { act } from '../http/api';
import { useSpeech } from '../words';
import { FormFoot, useRefusal } from '../http/refusal';

interface Credentials {
  readonly login: string;
  readonly password: string;
}

export function SignIn({ done }: { readonly done: () => void }) {
  const { t, other, turn } = useSpeech();
  const [form] = Form.useForm<Credentials>();
  const refusal = useRefusal(form);
  const [busy, setBusy] = useState(false);
  const submit = async (credentials: Credentials) => {
    setBusy(true);
    refusal.clear();
    try {
      await act('/sign-in', credentials);
      done();
    } catch (refused) {
      refusal.refused(refused);
    } finally {
      setBusy(false);
    }
  };
  return (
    <main style={{ maxWidth: 400, margin: '10vh auto 0' }}>
      <Card>
        <h1 style={{ marginTop: 0, fontSize: 22 }}>{t.signIn.title}</h1>
        <Form
          form={form}
          layout="vertical"
          requiredMark={false}
          onFinish={(values: Credentials) => void submit(values)}
          onFinishFailed={refusal.missed}
        >
          <Form.Item
            name="login"
            label={t.signIn.login}
            rules={[{ required: true, message: t.common.required(t.signIn.login) }]}
          >
            <Input autoComplete="username" autoCapitalize="none" size="large" />
          </Form.Item>
          <Form.Item
            name="password"
            label={t.signIn.password}
            rules={[{ required: true, message: t.common.required(t.signIn.password) }]}
          >
            <Input.Password autoComplete="current-password" size="large" />
          </Form.Item>
          <FormFoot refused={refusal}>
            <Button type="primary" htmlType="submit" size="large" block loading={busy}>
              {t.signIn.submit}
            </Button>
          </FormFoot>
        </Form>
        <p className="muted">{t.signIn.demonstration}</p>
        <Button type="link" onClick={turn}>
          {other}
        </Button>
      </Card>
    </main>
  );
}
