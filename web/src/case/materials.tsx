/** The plan's materials with all their versions, and what has changed between two of them. */
import { useState } from 'react';
import { Button, Card, Modal, Select, Skeleton, Space, Tag } from 'antd';
import { useQuery } from '@tanstack/react-query';
import { useMoments } from '../design/moment';
import { useRules } from '../programme/rules';
import { useTexts } from '../words';
import { Trouble } from '../http/trouble';
import { difference } from './difference';
import { Files } from './files';
import type { Of, Part } from './of';
import { Said } from './said';

export function Materials({ of }: Part) {
  const t = useTexts();
  const { at } = useMoments();
  const rules = useRules();
  const [compared, setCompared] = useState<string | null>(null);
  const { materials, review } = of.view;
  return (
    <>
      <div className="cards">
        {rules.materials.map(({ id, name }) => {
          const versions = materials[id] ?? [];
          return (
            <Card
              key={id}
              title={name}
              size="small"
              extra={
                versions.length > 1 && (
                  <Button size="small" onClick={() => setCompared(id)}>
                    {t.case.compare}
                  </Button>
                )
              }
            >
              {versions.length === 0 && <span className="muted">{t.case.materialMissing}</span>}
              {versions.map((version, index) => (
                <div key={version.document}>
                  {t.common.version(index + 1)}{' '}
                  {review.frozenVersions[id] === index + 1 && <Tag color="blue">{t.case.frozen}</Tag>}
                  <span className="muted">
                    {t.case.uploaded} {at(version.at)}
                  </span>
                  <Files of={of} documents={[version.document]} />
                </div>
              ))}
            </Card>
          );
        })}
        {compared !== null && <Compare of={of} material={compared} close={() => setCompared(null)} />}
      </div>
      <Said caseNumber={of.view.caseNumber} title={t.case.guidance} types={['guidance-given']} />
    </>
  );
}

function Compare({ of, material, close }: { readonly of: Of; readonly material: string; readonly close: () => void }) {
  const t = useTexts();
  const versions = of.view.materials[material] ?? [];
  const [pair, setPair] = useState([versions.length - 1, versions.length] as const);
  const options = versions.map((_, index) => ({ value: index + 1, label: t.common.version(index + 1) }));
  const [from, to] = pair.map((number) => versions[number - 1]?.document ?? '') as [string, string];
  const isText = [from, to].every((id) => of.documents[id]?.mediaType === 'text/plain');
  return (
    <Modal open title={t.case.compare} onCancel={close} footer={null} width={800}>
      <p className="muted">{t.case.compareHint}</p>
      <Space>
        <Select
          aria-label={t.common.version(pair[0])}
          value={pair[0]}
          options={options}
          onChange={(value) => setPair([value, pair[1]])}
        />
        →
        <Select
          aria-label={t.common.version(pair[1])}
          value={pair[1]}
          options={options}
          onChange={(value) => setPair([pair[0], value])}
        />
      </Space>
      <div style={{ marginTop: 12 }}>
        {isText ? <Lines from={from} to={to} /> : <Files of={of} documents={[from, to]} />}
      </div>
      {!isText && <p>{t.case.notText}</p>}
    </Modal>
  );
}

/** A text that a person compares line by line on a screen; longer ones are downloaded. */
async function linesOf(id: string): Promise<string[]> {
  const response = await fetch(`/documents/${id}`);
  if (!response.ok) throw new Error(String(response.status));
  return (await response.text()).split('\n');
}

function Lines({ from, to }: { readonly from: string; readonly to: string }) {
  const t = useTexts();
  const found = useQuery({
    queryKey: ['difference', from, to],
    queryFn: async () => difference(await linesOf(from), await linesOf(to)),
    staleTime: Infinity,
  });
  if (found.error) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active />;
  if (found.data.every(({ kind }) => kind === 'same')) return <p>{t.case.same}</p>;
  return found.data.map(({ kind, line }, index) => (
    <div key={index} className={`difference ${kind}`}>
      {kind === 'gone' ? '− ' : kind === 'new' ? '+ ' : '  '}
      {line}
    </div>
  ));
}
