/** What a printed form's QR code leads to: whether it is genuine, and where the case stands; for everyone, without names of people. */
import { useQuery } from '@tanstack/react-query';
import { Card, Descriptions, Result, Skeleton } from 'antd';
import { useParams } from 'react-router';
import type { z } from 'zod';
import type { verifiedView } from '../../../contracts/ledger/verification';
import { PHASE_NAMES } from '../../../contracts/words/glossary';
import { PHASE_NAMES_ENGLISH } from '../../../contracts/words/glossary-english';
import { read, Refusal } from '../http/api';
import { useSpeech } from '../words';
import { Trouble } from '../http/trouble';

type Verification = z.output<typeof verifiedView>;

export default function Verify() {
  const { t, language } = useSpeech();
  const { case: caseNumber = '', code = '' } = useParams();
  const found = useQuery({
    queryKey: ['verify', caseNumber, code],
    queryFn: ({ signal }) =>
      read<Verification>(`/verify/${encodeURIComponent(caseNumber)}/${encodeURIComponent(code)}`, {}, signal),
  });
  const { data, error } = found;
  const unknown = error instanceof Refusal && error.problem.status === 404;
  return (
    <main style={{ maxWidth: 640, margin: '32px auto' }}>
      <h1 style={{ fontSize: 20 }}>{t.verify.title}</h1>
      {found.isPending && <Skeleton active />}
      {unknown && <Result status="error" title={t.verify.unknown} />}
      {error !== null && !unknown && <Trouble error={error} retry={() => void found.refetch()} />}
      {data && (
        <Card>
          <Result status="success" title={t.verify.genuine} style={{ padding: '12px 0' }} />
          <Descriptions
            column={1}
            items={[
              { key: 'case', label: t.print.caseNumber, children: data.caseNumber },
              { key: 'enterprise', label: t.print.enterprise, children: data.enterprise },
              {
                key: 'phase',
                label: t.verify.phase,
                children: (language === 'zh' ? PHASE_NAMES : PHASE_NAMES_ENGLISH)[data.phase],
              },
              { key: 'signed', label: t.verify.signedOn, children: data.signedOn ?? '—' },
              { key: 'operating', label: t.verify.operatingOn, children: data.startedOperatingOn ?? '—' },
              ...data.departments.map(({ department, name, signedOn }) => ({
                key: department,
                label: name,
                children: signedOn ?? t.verify.notSigned,
              })),
            ]}
          />
        </Card>
      )}
    </main>
  );
}
