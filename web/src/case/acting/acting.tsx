/** The button behind which a duty is done: it asks the case first, so that what is sent is about what stands now. */
import { useState } from 'react';
import { App, Button, Dropdown } from 'antd';
import { useNavigate } from 'react-router';
import { ACTS } from '../../../../domain/case/acts';
import type { CommandType } from '../../../../domain/case/commands';
import type { DutyKind } from '../../../../domain/case/duty';
import { read } from '../../http/api';
import { useNames } from '../../programme/names';
import { useRulesBy } from '../../programme/rules';
import { useSession } from '../../accounts/session';
import { useTexts } from '../../words';
import { useWords } from '../../http/trouble';
import { actsOf } from './acts';
import { useDesk } from './desk';
import type { CaseAnswer } from './view';

interface Owed {
  readonly id: string;
  readonly kind: DutyKind;
  /** The hash of the rules of its case. */
  readonly rules: string;
}

export function Acting({ caseNumber, duty }: { readonly caseNumber: string; readonly duty: Owed }) {
  const t = useTexts();
  const names = useNames();
  const words = useWords();
  const { me } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const desk = useDesk();
  const rules = useRulesBy(duty.rules);
  const acts = rules ? actsOf({ me, rules, duty }) : [];
  const begin = async (type: CommandType) => {
    setBusy(true);
    try {
      const answer = await read<CaseAnswer>(`/reopenings/${caseNumber}`);
      if (answer.view) desk({ type, view: answer.view, rules: answer.rules, duty });
    } catch (error) {
      void message.error(words(error));
    } finally {
      setBusy(false);
    }
  };
  if (!rules) return <Button loading>{t.work.act}</Button>;
  const [first, ...others] = acts;
  if (first === undefined) return <Button onClick={() => void navigate('/stock')}>{t.work.open}</Button>;
  return (
    <>
      {others.length === 0 ? (
        <Button type="primary" loading={busy} onClick={() => void begin(first)}>
          {t.work.act}
        </Button>
      ) : (
        <Dropdown
          trigger={['click']}
          menu={{
            items: acts.map((key) => ({ key, label: names.command(key), danger: ACTS[key].dangerous ?? false })),
            onClick: ({ key }) => void begin(key as CommandType),
          }}
        >
          <Button type="primary" loading={busy}>
            {t.work.act} ▾
          </Button>
        </Dropdown>
      )}
    </>
  );
}
