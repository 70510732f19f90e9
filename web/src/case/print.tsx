/** The forms that are printed and filed: approval form, notice of reopening, combined rectification notice; A4, with a code to verify them. */
import { useQuery } from '@tanstack/react-query';
import { Alert, Button } from 'antd';
import QRCode from 'qrcode';
import { useEffect, type ReactNode } from 'react';
import { useParams } from 'react-router';
import type { z } from 'zod';
import type { enterpriseView } from '../../../contracts/enterprises/enterprises';
import type { verificationView } from '../../../contracts/ledger/verification';
import type { CaseAnswer } from './acting/view';
import type { Of } from './of';
import { entriesOf, type Entries } from './entries';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { UnderRules, useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { Missing } from '../design/missing';
import { opinionOf } from './print-entries';

type Enterprise = z.output<typeof enterpriseView>;

interface Papers {
  readonly of: Of;
  readonly enterprise: Enterprise;
  readonly entries: Entries;
}

export default function Print() {
  const { case: caseNumber = '', form = '' } = useParams();
  const found = useRead<CaseAnswer>(`/reopenings/${caseNumber}`);
  const view = found.data?.view ?? null;
  const enterprise = useRead<Enterprise>(`/enterprises/${view?.enterprise.id ?? ''}`, {}, view !== null);
  const entries = useQuery({
    queryKey: ['entries', caseNumber],
    queryFn: ({ signal }) => entriesOf(caseNumber, signal),
  });
  const paper = PAPERS[form];
  if (!paper) return <Missing />;
  const ready = found.data && view && enterprise.data && entries.data;
  return (
    <Reading
      of={
        [found, entries, enterprise].find((one) => one.error !== null) ??
        (ready ? entries : { ...entries, isPending: true })
      }
    >
      {ready && (
        <UnderRules hash={found.data.rules}>
          {paper({ of: { ...found.data, view }, enterprise: enterprise.data, entries: entries.data })}
        </UnderRules>
      )}
    </Reading>
  );
}

const PAPERS: { readonly [form: string]: (papers: Papers) => ReactNode } = {
  approval: (papers) => <Approval {...papers} />,
  reopening: (papers) => <Reopening {...papers} />,
  rectification: (papers) => <Rectification {...papers} />,
};

function Paper({ title, of, children }: { readonly title: string; readonly of: Of; readonly children: ReactNode }) {
  const t = useTexts();
  const { at } = useMoments();
  const { me, programme } = useSession();
  const { caseNumber } = of.view;
  const verification = useRead<z.output<typeof verificationView>>(`/reopenings/${caseNumber}/verification`);
  const address = verification.data ? new URL(`/console${verification.data.path}`, window.location.href).href : '';
  const code = useQuery({
    queryKey: ['code', address],
    // 3 mm of quiet around it and 30 % of error correction: readable after copying.
    queryFn: () => QRCode.toDataURL(address, { errorCorrectionLevel: 'H', margin: 2, width: 240 }),
    enabled: address !== '',
  });
  useEffect(() => {
    document.title = `${title} ${caseNumber}`;
  }, [title, caseNumber]);
  return (
    <>
      <p className="unprinted" style={{ textAlign: 'center' }}>
        <Button type="primary" onClick={() => window.print()}>
          {t.print.doPrint}
        </Button>
      </p>
      <article className="paper">
        {me.mode === 'trial' && <div className="mark">{t.print.trial}</div>}
        <h1>{title}</h1>
        {children}
        <div className="foot">
          <div>
            {code.data && <img src={code.data} alt={t.print.verify} width={96} height={96} />}
            <div>{t.print.verifyHint}</div>
            <small style={{ overflowWrap: 'anywhere' }}>{address}</small>
            {verification.data && <Proven {...verification.data} />}
          </div>
          <div style={{ textAlign: 'right' }}>
            <div>{programme.town}</div>
            <div>
              {t.print.issued} {at(of.view.clock)}
            </div>
          </div>
        </div>
      </article>
    </>
  );
}

/** What is compared with another paper, and with what `GET /seals` says: neither can be made anew by whoever has the database. */
function Proven({ rootKey, seal }: Pick<z.output<typeof verificationView>, 'rootKey' | 'seal'>) {
  const t = useTexts();
  return (
    <>
      <div>{t.common.colon(t.print.rootKey, rootKey)}</div>
      {seal && (
        <small style={{ display: 'block', overflowWrap: 'anywhere' }}>
          {t.common.colon(t.print.lastSeal, t.print.seal(seal.number, seal.day))} {seal.hash} {seal.key}
        </small>
      )}
    </>
  );
}

function Facts({ of, enterprise }: Pick<Papers, 'of' | 'enterprise'>) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  return (
    <tbody>
      <tr>
        <th scope="row">{t.print.caseNumber}</th>
        <td>{of.caseNumber}</td>
        <th scope="row">{t.print.opened}</th>
        <td>{at(of.view.openedAt)}</td>
      </tr>
      <tr>
        <th scope="row">{t.print.enterprise}</th>
        <td>{enterprise.name}</td>
        <th scope="row">{t.print.uscc}</th>
        <td>{enterprise.uscc}</td>
      </tr>
      <tr>
        <th scope="row">{t.print.kind}</th>
        <td>{names.kind(enterprise.kind)}</td>
        <th scope="row">{t.print.village}</th>
        <td>{names.village(enterprise.village)}</td>
      </tr>
    </tbody>
  );
}

function Approval({ of, enterprise, entries }: Papers) {
  const t = useTexts();
  const { at } = useMoments();
  const { departments } = useRules();
  const { review } = of.view;
  const passed = review.status === 'passed';
  return (
    <Paper title={t.print.approval} of={of}>
      {!passed && <Alert type="warning" title={t.print.notYet} style={{ marginBottom: 12 }} />}
      <table>
        <Facts of={of} enterprise={enterprise} />
        <tbody>
          {departments.map(({ id, name, checklist }) => {
            const verdict = opinionOf(entries, id, review);
            return (
              <tr key={id}>
                <th scope="row">
                  {name}
                  {t.print.opinion}
                </th>
                <td colSpan={3}>
                  <div className="opinion">
                    {verdict ? <strong>{t.print[verdict.verdict]}</strong> : t.print.unsigned}{' '}
                    {verdict?.opinion && <span className="words">{verdict.opinion}</span>}
                    {verdict?.notApplicable.map(({ item, reason }) => (
                      <div key={item}>
                        {t.common.colon(
                          t.print.notApplicable,
                          t.common.brackets(checklist.find((one) => one.id === item)?.name ?? '', reason),
                        )}
                      </div>
                    ))}
                    {verdict?.conditions.map(({ text, dueOn }) => (
                      <div key={text}>{t.common.colon(t.print.conditions, t.common.brackets(text, dueOn))}</div>
                    ))}
                  </div>
                  {verdict && (
                    <div style={{ textAlign: 'right' }}>
                      {t.print.signedBy} {verdict.by} · {at(verdict.at)}
                    </div>
                  )}
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </Paper>
  );
}

function Reopening({ of, enterprise, entries }: Papers) {
  const t = useTexts();
  const { on } = useMoments();
  const passedAt = entries.items.find(
    ({ type, details }) => type === 'phase-entered' && details['to'] === 'stationing',
  )?.at;
  if (passedAt === undefined) return <Alert type="warning" showIcon title={t.print.notSigned} />;
  return (
    <Paper title={t.print.reopening} of={of}>
      <p style={{ fontSize: 16, lineHeight: 2, textIndent: '2em' }}>
        {t.print.approvedText(enterprise.name, on(passedAt))}
      </p>
      <table>
        <Facts of={of} enterprise={enterprise} />
      </table>
    </Paper>
  );
}

function Rectification({ of, enterprise, entries }: Papers) {
  const t = useTexts();
  const names = useNames();
  const { on } = useMoments();
  const notice = entries.items.findLast(({ type }) => type === 'notice-issued');
  const defects = (notice?.details['defects'] ?? []) as {
    department: string;
    material: string;
    text: { text: string };
  }[];
  const due = of.view.agenda.find(({ kind }) => kind === 'rectification')?.due;
  if (!notice) return <Alert type="info" showIcon title={t.print.noNotice} />;
  return (
    <Paper title={t.print.rectification} of={of}>
      <p>{t.print.rectificationText(enterprise.name)}</p>
      <table>
        <thead>
          <tr>
            <th scope="col">{t.print.department}</th>
            <th scope="col">{t.print.material}</th>
            <th scope="col">{t.print.defect}</th>
          </tr>
        </thead>
        <tbody>
          {defects.map(({ department, material, text }, index) => (
            <tr key={index}>
              <td>{names.department(department)}</td>
              <td>{names.material(material)}</td>
              <td className="words">{entries.texts[text.text]}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {due !== null && due !== undefined && (
        <p>
          {t.print.duePrint} {on(due)}
        </p>
      )}
    </Paper>
  );
}
