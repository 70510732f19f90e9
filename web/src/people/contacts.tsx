/** An enterprise's emergency contacts 应急联系人: whom the emergency plan calls; phones masked until somebody says what for. */
import { useState } from 'react';
import { App, Button, Card, Form, Input, Radio, Space } from 'antd';
import type { z } from 'zod';
import type { contactsBody, contactsView } from '../../../contracts/people/people';
import type { Role } from '../../../domain/ledger/entry';
import { PEOPLE_ACTS } from '../../../domain/people/acts';
import { act, Refusal } from '../http/api';
import { FormDrawer } from '../design/form-drawer';
import { FormRows } from '../design/form-rows';
import { Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { useWords } from '../http/trouble';

type Contacts = z.output<typeof contactsView>['contacts'];

/** Who reads the list, and who keeps it; the API decides for which enterprise. */
const READERS: readonly Role[] = PEOPLE_ACTS.revealContacts.by;
const KEEPERS: readonly Role[] = PEOPLE_ACTS.setContacts.by;

export function Contacts({ enterprise }: { readonly enterprise: string }) {
  const t = useTexts();
  const { me } = useSession();
  const [setting, setSetting] = useState(false);
  const [shown, setShown] = useState<Contacts | null>(null);
  const address = `/enterprises/${enterprise}/emergency-contacts`;
  const reads = READERS.includes(me.role);
  const found = useRead<z.output<typeof contactsView>>(address, {}, reads);
  // A liaison of an earlier case sees the case, not the people any more.
  if (!reads || found.error instanceof Refusal) return null;
  const contacts = shown ?? found.data?.contacts ?? [];
  const done = () => {
    setShown(null);
    return t.contacts.saved;
  };
  return (
    <Card title={t.contacts.title} styles={{ body: { padding: 12 } }}>
      <Reading of={found}>
        {contacts.length === 0 && <p className="muted">{t.contacts.none}</p>}
        <ul className="lines">
          {contacts.map(({ duty, name, phone }, index) => (
            <li key={index} className="line">
              <div className="line-main">
                <strong>{name}</strong> <span className="muted">{duty}</span>
              </div>
              <span>{shown ? <a href={`tel:${phone}`}>{phone}</a> : phone}</span>
            </li>
          ))}
        </ul>
        <Space wrap>
          {contacts.length > 0 && shown === null && <Reveal address={address} show={setShown} />}
          {KEEPERS.includes(me.role) && <Button onClick={() => setSetting(true)}>{t.contacts.set}</Button>}
        </Space>
      </Reading>
      <Setting address={address} open={setting} close={() => setSetting(false)} known={contacts} done={done} />
    </Card>
  );
}

/** The whole numbers, for a purpose that the ledger keeps. */
function Reveal({ address, show }: { readonly address: string; readonly show: (contacts: Contacts) => void }) {
  const t = useTexts();
  const words = useWords();
  const { modal, message } = App.useApp();
  const reveal = () => {
    let purpose: keyof typeof t.contacts.purposes | undefined;
    void modal.confirm({
      title: t.contacts.title,
      content: (
        <>
          <p>{t.roster.revealHint}</p>
          <Radio.Group
            onChange={({ target }) => (purpose = target.value as typeof purpose)}
            options={Object.entries(t.contacts.purposes).map(([value, label]) => ({ value, label }))}
          />
        </>
      ),
      okText: t.roster.reveal,
      cancelText: t.common.cancel,
      onOk: async () => {
        if (purpose === undefined) {
          void message.error(t.contacts.whatFor);
          throw new Error(t.contacts.whatFor);
        }
        try {
          const answer = await act<z.output<typeof contactsView>>(`${address}/reveal`, { purpose });
          show(answer.contacts);
        } catch (error) {
          void message.error(words(error));
        }
      },
    });
  };
  return <Button onClick={reveal}>{t.contacts.reveal}</Button>;
}

interface SettingOf {
  readonly address: string;
  readonly open: boolean;
  readonly close: () => void;
  readonly known: Contacts;
  readonly done: () => string;
}

/** The list is set as a whole; a number that is shown masked has to be typed again. */
function Setting({ address, open, close, known, done }: SettingOf) {
  const t = useTexts();
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  const masked = (phone: string | undefined) => (phone?.includes('*') ? phone : undefined);
  return (
    <FormDrawer<z.input<typeof contactsBody>>
      title={t.contacts.set}
      open={open}
      close={close}
      path={address}
      initial={{
        contacts:
          known.length > 0
            ? known.map(({ duty, name, phone }) => ({ duty, name, phone: masked(phone) ? '' : phone }))
            : [{ duty: '', name: '', phone: '' }],
      }}
      done={done}
    >
      <p className="muted">{t.contacts.hint}</p>
      <FormRows name="contacts">
        {(index) => (
          <>
            <Form.Item name={[index, 'duty']} label={t.contacts.duty} rules={needed(t.contacts.duty)}>
              <Input maxLength={60} />
            </Form.Item>
            <Form.Item name={[index, 'name']} label={t.contacts.name} rules={needed(t.contacts.name)}>
              <Input maxLength={60} />
            </Form.Item>
            <Form.Item name={[index, 'phone']} label={t.contacts.phone} rules={needed(t.contacts.phone)}>
              <Input maxLength={60} inputMode="tel" placeholder={masked(known[index]?.phone)} />
            </Form.Item>
          </>
        )}
      </FormRows>
    </FormDrawer>
  );
}
