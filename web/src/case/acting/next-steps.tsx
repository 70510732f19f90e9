/** What follows if this is sent: who acts next, and what is final. Told before it is sent. */
import { Alert } from 'antd';
import { ACTS } from '../../../../domain/case/acts';
import type { CommandType } from '../../../../domain/case/commands';
import type { CaseView } from '../../../../contracts/case/views';
import { useNames } from '../../programme/names';
import { useSession } from '../../accounts/session';
import { useTexts } from '../../words';
import type { Texts } from '../../words/zh';

export function NextSteps({ type, view }: { readonly type: CommandType; readonly view: CaseView }) {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const others = view.agenda
    .filter(({ kind, owner }) => kind === 'sign-off' && owner !== `department/${me.department ?? ''}`)
    .map(({ owner }) => names.owner(owner));
  const words = wordsOf(type, others, t);
  return words === undefined ? null : (
    <Alert type={ACTS[type].dangerous ? 'warning' : 'info'} showIcon title={words} style={{ marginBottom: 16 }} />
  );
}

function wordsOf(type: CommandType, others: readonly string[], { acting, common }: Texts): string | undefined {
  const approved = others.length > 0 ? acting.nextSignOff(common.list(others)) : acting.nextLast;
  const words: { readonly [T in CommandType]?: string } = {
    approve: approved,
    approveWithConditions: approved,
    returnPlan: acting.nextReturn,
    veto: acting.nextVeto,
    withdraw: acting.nextWithdraw,
  };
  return words[type];
}
