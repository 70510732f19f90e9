/** One's own messages, and how one wants to be told. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App, Badge, Button, Card, Checkbox, Radio, Switch } from 'antd';
import { Link } from 'react-router';
import type { z } from 'zod';
import type { myNotice, preferencesView } from '../../../contracts/telling/notices';
import { LANGUAGES } from '../../../contracts/words/languages';
import { act } from '../http/api';
import { useMoments } from '../design/moment';
import { Heading, More, Reading } from '../design/parts';
import { usePages, useRead } from '../http/reads';
import { LANGUAGE_NAMES, useTexts } from '../words';
import { useWords } from '../http/trouble';

type Notice = z.output<typeof myNotice>;
type Preferences = z.output<typeof preferencesView>;

export default function Notices() {
  const t = useTexts();
  const { at } = useMoments();
  const client = useQueryClient();
  const found = usePages<Notice>('/my/notices');
  const unread = found.items.filter(({ readAt }) => readAt === null).map(({ id }) => id);
  const mark = async (notices: readonly string[]) => {
    await act('/my/notices/read', { notices: notices.slice(0, 200) });
    await client.invalidateQueries({ queryKey: ['/my/notices'] });
  };
  return (
    <>
      <Heading title={t.notices.title}>
        {unread.length > 0 && <Button onClick={() => void mark(unread)}>{t.notices.markAll}</Button>}
      </Heading>
      <Reading of={found} empty={found.items.length === 0 && t.notices.none}>
        <ul className="lines">
          {found.items.map((one) => (
            <li key={one.id} className={one.urgent ? 'line line-late' : 'line'}>
              <div className="line-main">
                <h2>
                  {one.readAt === null && <Badge color="#a3211a" text={t.notices.unread} />} {one.subject}
                </h2>
                <div className="words">{one.text}</div>
                <span className="muted">{at(one.sentAt)}</span>
              </div>
              <Address of={one} read={() => void (one.readAt === null && mark([one.id]))} />
            </li>
          ))}
        </ul>
        <More of={found} />
      </Reading>
      <Preferences />
    </>
  );
}

function Address({ of, read }: { readonly of: Notice; readonly read: () => void }) {
  const t = useTexts();
  const to = of.bulletin ? `/bulletins/${of.bulletin}` : of.case ? `/cases/${of.case}` : null;
  return to === null ? null : (
    <Link to={to} onClick={read}>
      {t.work.open}
    </Link>
  );
}

function Preferences() {
  const t = useTexts();
  const words = useWords();
  const { message } = App.useApp();
  const client = useQueryClient();
  const found = useRead<Preferences>('/my/preferences');
  const [busy, setBusy] = useState(false);
  const set = async (changes: Partial<Preferences>) => {
    if (!found.data) return;
    const { channels, digest, language } = { ...found.data, ...changes };
    setBusy(true);
    try {
      await act('/my/preferences', { channels, digest, language });
      await client.invalidateQueries({ queryKey: ['/my/preferences'] });
      void message.success(t.notices.saved);
    } catch (error) {
      void message.error(words(error));
    } finally {
      setBusy(false);
    }
  };
  return (
    <Card title={t.notices.preferences} style={{ marginTop: 16 }}>
      <Reading of={found}>
        {found.data && (
          <>
            <p>
              <Checkbox
                disabled={busy || !found.data.hasEmail}
                checked={found.data.channels.includes('email')}
                onChange={({ target }) => void set({ channels: target.checked ? ['email'] : [] })}
              >
                {t.notices.email}
              </Checkbox>
            </p>
            <p>
              <label>
                <Switch disabled={busy} checked={found.data.digest} onChange={(digest) => void set({ digest })} />{' '}
                {t.notices.digest(t.common.list(found.data.digestAt))}
              </label>
            </p>
            <Radio.Group
              disabled={busy}
              aria-label={t.notices.language}
              value={found.data.language}
              onChange={({ target }) => void set({ language: target.value as Preferences['language'] })}
              options={LANGUAGES.map((value) => ({ value, label: LANGUAGE_NAMES[value] }))}
            />
          </>
        )}
      </Reading>
    </Card>
  );
}
