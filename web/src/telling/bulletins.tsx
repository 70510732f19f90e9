/** The bulletins that concern the reader; for officials all of them, and writing one. */
import { Button, Tag } from 'antd';
import { Link, useNavigate } from 'react-router';
import type { z } from 'zod';
import type { bulletinView } from '../../../contracts/telling/bulletins';
import { TELLING_ACTS } from '../../../domain/telling/acts';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Heading, More, Reading } from '../design/parts';
import { usePages } from '../http/reads';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';

export type BulletinView = z.output<typeof bulletinView>;

export default function Bulletins() {
  const t = useTexts();
  const names = useNames();
  const { on } = useMoments();
  const { me } = useSession();
  const navigate = useNavigate();
  const found = usePages<BulletinView>('/bulletins');
  return (
    <>
      <Heading title={t.bulletins.title}>
        {TELLING_ACTS.draftBulletin.by.includes(me.role) && (
          <Button type="primary" onClick={() => void navigate('/bulletins/new')}>
            {t.bulletins.write}
          </Button>
        )}
      </Heading>
      <Reading of={found} empty={found.items.length === 0 && t.bulletins.none}>
        <ul className="lines">
          {found.items.map(({ id, title, kind, state, publishedAt }) => (
            <li key={id} className="line">
              <div className="line-main">
                <h2>
                  <Link to={`/bulletins/${id}`}>{title}</Link>
                </h2>
                <span className="muted">
                  {names.value(kind)} · {on(publishedAt)}
                </span>
              </div>
              {state !== 'published' && <Tag>{t.bulletins.state[state]}</Tag>}
            </li>
          ))}
        </ul>
        <More of={found} />
      </Reading>
    </>
  );
}
