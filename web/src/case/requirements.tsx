/** The improvement requirements: what is asked, what it holds up, what was shown for it. */
import { useState } from 'react';
import { Button, Tag } from 'antd';
import { actsOn } from './acting/acts';
import { useNames } from '../programme/names';
import { Nothing } from '../design/parts';
import { useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { Evidence } from './acting/about';
import { Files } from './files';
import type { ActingPart } from './of';
import { Words } from './said';

const COLOURS = { open: 'orange', 'to-recheck': 'blue', passed: 'green', dropped: 'default' } as const;

export function Requirements({ of, begin }: ActingPart) {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const rules = useRules();
  const { requirements, agenda } = of.view;
  const acts = (id: string) =>
    agenda
      .filter((duty) => duty.id === `evidence/${id}` || duty.id === `recheck/${id}`)
      .flatMap((duty) => actsOn(duty, { view: of.view, me, rules }).map((type) => [type, duty] as const));
  const [shown, setShown] = useState<string | null>(null);
  if (requirements.length === 0) return <Nothing words={t.case.noRequirements} />;
  return (
    <ul className="lines">
      {requirements.map(({ id, text, source, blocks, dueOn, status, documents }) => (
        <li key={id} className="line">
          <div className="line-main">
            <Words of={of} text={text.text} />
            <span className="muted">
              {t.case.requirementFrom[source.from]}{' '}
              {source.from === 'survey' ? names.preparation(source.preparation) : names.department(source.department)} ·{' '}
              {t.case.blocks[blocks]} · {t.case.due} {dueOn}
            </span>
            <Files of={of} documents={documents.map(({ document }) => document)} />
            <div>
              <Button
                size="small"
                type="link"
                aria-expanded={shown === id}
                onClick={() => setShown(shown === id ? null : id)}
              >
                {t.case.evidence}
              </Button>
            </div>
            {shown === id && <Evidence caseNumber={of.view.caseNumber} id={id} />}
          </div>
          <Tag color={COLOURS[status]}>{t.case.requirementStatus[status]}</Tag>
          {acts(id).map(([type, duty]) => (
            <Button key={type} onClick={() => begin(type, duty)}>
              {names.command(type)}
            </Button>
          ))}
        </li>
      ))}
    </ul>
  );
}
