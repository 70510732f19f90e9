/** The button behind which a duty is done: it asks the case first, so that what is sent is about what stands now. */
import { lazy, Suspense, useState } from 'react';
import { App, Button, Dropdown } from 'antd';
import { useNavigate } from 'react-router';
import type { CommandType } from '../../../domain/commands';
import type { DutyKind } from '../../../domain/duty';
import { read } from '../api';
import { useNames } from '../names';
import { useSession } from '../session';
import { useTexts } from '../texts';
import { useWords } from '../trouble';
import type { ToDo } from './act';
import { actsOf } from './acts';
import type { CaseAnswer } from './view';

/** Forms are half of the console: they come when one is opened. */
const ActDrawer = lazy(() => import('./act').then((module) => ({ default: module.ActDrawer })));

interface Owed {
  readonly id: string;
  readonly kind: DutyKind;
}

export function Acting({ caseNumber, duty }: { readonly caseNumber: string; readonly duty: Owed }) {
  const t = useTexts();
  const names = useNames();
  const words = useWords();
  const { me, programme } = useSession();
  const { message } = App.useApp();
  const navigate = useNavigate();
  const [busy, setBusy] = useState(false);
  const [toDo, setToDo] = useState<ToDo | null>(null);
  const acts = actsOf({ me, rules: programme.rules, duty });
  const begin = async (type: CommandType) => {
    setBusy(true);
    try {
      const { view } = await read<CaseAnswer>(`/reopenings/${caseNumber}`);
      if (view) setToDo({ type, view, duty });
    } catch (error) {
      void message.error(words(error));
    } finally {
      setBusy(false);
    }
  };
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
            items: acts.map((key) => ({ key, label: names.command(key), danger: key === 'veto' })),
            onClick: ({ key }) => void begin(key as CommandType),
          }}
        >
          <Button type="primary" loading={busy}>
            {t.work.act} ▾
          </Button>
        </Dropdown>
      )}
      {toDo && (
        <Suspense>
          <ActDrawer toDo={toDo} done={() => setToDo(null)} />
        </Suspense>
      )}
    </>
  );
}
