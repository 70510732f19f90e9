/** Batch sign-off: the same approval for several cases, each sent and recorded on its own; what is refused stays in the list. */
import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { Alert, Button, Checkbox, Modal, Progress } from 'antd';
import { heldFor } from '../../../../domain/programme/for-whom';
import { routeOf } from '../../../../contracts/case/routes';
import { command, read } from '../../http/api';
import { dropDraft, keyFor } from '../../http/drafts';
import { readRules } from '../../programme/rules';
import { useSession } from '../../accounts/session';
import { useTexts } from '../../words';
import { useWords } from '../../http/trouble';
import { prefill } from './acts';
import type { CaseAnswer, DutyLine } from './view';

export function Batch({ chosen, done }: { readonly chosen: readonly DutyLine[]; readonly done: () => void }) {
  const t = useTexts();
  const words = useWords();
  const client = useQueryClient();
  const { me } = useSession();
  // As they were chosen: the list behind gets shorter with each that is done.
  const [lines, setLines] = useState<readonly DutyLine[]>([]);
  const [sure, setSure] = useState(false);
  const [sent, setSent] = useState(0);
  const [busy, setBusy] = useState(false);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const approve = async (line: DutyLine) => {
    const { view, rules: hash } = await read<CaseAnswer>(`/reopenings/${line.caseNumber}`);
    if (!view) return;
    const rules = await readRules(client, hash);
    const checklist = rules.departments.find(({ id }) => id === me.department)?.checklist ?? [];
    // Of each only what its kind of enterprise is asked; what does not apply for a reason is said in the form of the one case.
    const items = heldFor(checklist, view.enterprise).map(({ id }) => id);
    const body = { ...prefill('approve', { view, me, rules, duty: line }).fixed, checklist: items };
    const draft = `${me.id}.${line.caseNumber}.approve.${line.id}`;
    await command(line.caseNumber, routeOf('approve'), body, keyFor(draft, body), () => undefined);
    dropDraft(draft);
  };
  const run = async () => {
    setBusy(true);
    const failed: string[] = [];
    for (const [index, line] of lines.entries()) {
      await approve(line).catch((error: unknown) => failed.push(t.common.colon(line.enterpriseName, words(error))));
      setSent(index + 1);
    }
    setRefused(failed);
    setBusy(false);
    await client.invalidateQueries({ queryKey: ['/duties'] });
    if (failed.length === 0) close();
  };
  const close = () => {
    setLines([]);
    setSure(false);
    setSent(0);
    setRefused([]);
    done();
  };
  return (
    <>
      <Button disabled={chosen.length === 0} onClick={() => setLines(chosen)}>
        {t.work.batch(chosen.length)}
      </Button>
      <Modal
        open={lines.length > 0}
        title={t.work.batchTitle}
        okText={t.acting.submit}
        cancelText={t.common.cancel}
        okButtonProps={{ disabled: !sure || busy || refused.length > 0, loading: busy }}
        onOk={() => void run()}
        onCancel={close}
      >
        <p>{t.work.batchHint}</p>
        <ul>
          {lines.map(({ caseNumber, enterpriseName }) => (
            <li key={caseNumber}>
              {enterpriseName} <span className="muted">{caseNumber}</span>
            </li>
          ))}
        </ul>
        <Checkbox checked={sure} onChange={({ target }) => setSure(target.checked)}>
          {t.work.batchConfirm}
        </Checkbox>
        {sent > 0 && (
          <Progress
            percent={Math.round((100 * sent) / lines.length)}
            format={() => t.work.batchDone(sent, lines.length)}
          />
        )}
        {refused.map((one) => (
          <Alert key={one} type="error" role="alert" title={one} style={{ marginTop: 8 }} />
        ))}
      </Modal>
    </>
  );
}
