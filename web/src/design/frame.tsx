/** The frame around every page: bar, menu, trial mark, connection, and the page's place for keyboard and screen readers. */
import { Component, useEffect, useRef, useState, type ReactNode } from 'react';
import { BellOutlined, MenuOutlined } from '@ant-design/icons';
import { Badge, Button, Drawer, Grid, Menu } from 'antd';
import { useLocation, useNavigate } from 'react-router';
import { Connection } from '../http/connection';
import { useChanges } from '../http/live-refresh';
import { menuOf } from './menu';
import { useRead } from '../http/reads';
import { useSession } from '../accounts/session';
import { useSpeech } from '../words';
import { Trouble } from '../http/trouble';

export function Frame({ children }: { readonly children: ReactNode }) {
  const { t } = useSpeech();
  const { me, programme } = useSession();
  const [open, setOpen] = useState(false);
  const wide = Grid.useBreakpoint().md ?? true;
  const place = useRef<HTMLElement>(null);
  const { pathname } = useLocation();
  const navigate = useNavigate();
  const unread = useRead<{ unread: number }>('/my/notices', { limit: 1, unread: true });
  useChanges();
  useNewPage(place, pathname);
  const menu = <Choices at={pathname} chosen={() => setOpen(false)} />;
  return (
    <div className="frame">
      <a className="skip" href="#main" onClick={() => place.current?.focus()}>
        {t.skip}
      </a>
      <header className="bar">
        {!wide && <Button type="text" icon={<MenuOutlined />} aria-label={t.menu.open} onClick={() => setOpen(true)} />}
        <p className="bar-title">
          {programme.town} · {t.title}
        </p>
        {wide && <span>{me.name}</span>}
        <Badge count={unread.data?.unread ?? 0} size="small">
          <Button
            type="text"
            icon={<BellOutlined />}
            aria-label={t.menu.notices}
            onClick={() => void navigate('/notices')}
          />
        </Badge>
      </header>
      {me.mode === 'trial' && (
        <div className="trial" role="note">
          <strong>{t.trial}</strong> {t.trialHint}
        </div>
      )}
      <Connection />
      <div className="body">
        {wide ? (
          <nav className="side" aria-label={t.menu.open}>
            {menu}
          </nav>
        ) : (
          <Drawer open={open} placement="left" size={260} title={me.name} onClose={() => setOpen(false)}>
            <nav aria-label={t.menu.open}>{menu}</nav>
          </Drawer>
        )}
        <main id="main" ref={place} tabIndex={-1}>
          <Boundary key={pathname}>{children}</Boundary>
        </main>
      </div>
    </div>
  );
}

/** A new page begins at its top, with its name as the window's, and is announced by its focus. */
function useNewPage(place: React.RefObject<HTMLElement | null>, pathname: string): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) place.current?.focus({ preventScroll: true });
    first.current = false;
    window.scrollTo(0, 0);
  }, [place, pathname]);
}

function Choices({ at, chosen }: { readonly at: string; readonly chosen: () => void }) {
  const { t, other, turn } = useSpeech();
  const { me, signOut } = useSession();
  const navigate = useNavigate();
  const pages = menuOf(me, t);
  const here = pages.findLast(({ key }) => at === key || (key !== '/' && at.startsWith(key)))?.key ?? '';
  return (
    <Menu
      mode="inline"
      selectedKeys={[here]}
      items={[
        // The picture says nothing that the word does not.
        ...pages.map(({ key, icon, label }) => ({ key, icon: <span aria-hidden>{icon}</span>, label })),
        { type: 'divider' as const },
        { key: 'language', label: other },
        { key: 'signOut', label: t.menu.signOut },
      ]}
      onClick={({ key }) => {
        chosen();
        if (key === 'language') turn();
        else if (key === 'signOut') void signOut();
        else void navigate(key);
      }}
    />
  );
}

/** A page that fails leaves frame and menu as they are. */
class Boundary extends Component<{ readonly children: ReactNode }, { readonly error: unknown }> {
  override state = { error: null as unknown };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    const { error } = this.state;
    return error ? <Trouble error={error} retry={() => window.location.reload()} /> : this.props.children;
  }
}
