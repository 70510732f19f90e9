/** What an act is about, above its form: the requirement with its evidence, the defects to be mended, the question, the finding, the suspension. */
import { Descriptions } from 'antd';
import { Fragment, type ReactNode } from 'react';
import { ACTS, type ActRow, type Shown } from '../../../../domain/case/acts';
import type { CaseView } from '../../../../contracts/case/views';
import { Files } from '../files';
import { By, Said, Words } from '../said';
import { textIn, useEntries } from '../entries';
import { useMoments } from '../../design/moment';
import { useNames } from '../../programme/names';
import { Reading } from '../../design/parts';
import { useRead } from '../../http/reads';
import { useTexts } from '../../words';
import { Reviewed } from './reviewed';
import type { ToDo } from './view';
import type { CaseAnswer } from './view';

type Acted = Pick<ToDo, 'type' | 'view' | 'duty'>;

export function About({ type, view, duty }: Acted) {
  const which = duty ? duty.id.slice(duty.kind.length + 1) : '';
  const { shows = [] } = ACTS[type] as ActRow;
  return shows.map((what) => <Fragment key={what}>{PARTS[what]?.(view, which)}</Fragment>);
}

/** The checklist stands in the form itself. */
const PARTS: { readonly [S in Shown]?: (view: CaseView, which: string) => ReactNode } = {
  requirement: (view, which) => <Requirement view={view} id={which} />,
  materials: (view) => <Reviewed view={view} />,
  notice: (view) => <Defects view={view} />,
  question: (view, which) => <Question view={view} id={which} />,
  finding: (view, which) => <Of view={view} types={['finding-set']} member="finding" id={which} />,
  deviation: (view, which) => <Of view={view} types={['deviation-found']} member="deviation" id={which} />,
  suspension: (view, which) => <Of view={view} types={['suspended']} member="suspension" id={which} />,
};

/** The case again, for the words: the form was opened with the case as it stood, without them. */
function useReferred(caseNumber: string) {
  const found = useRead<CaseAnswer>(`/reopenings/${caseNumber}`);
  const { texts = {}, documents = {}, people = {} } = found.data ?? {};
  return { found, of: { texts, documents, people } };
}

function Requirement({ view, id }: { readonly view: CaseView; readonly id: string }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { found, of } = useReferred(view.caseNumber);
  const set = useEntries(view.caseNumber, ['requirement-set']);
  const requirement = view.requirements.find((one) => one.id === id);
  if (!requirement) return null;
  const { source, blocks, text, dueOn, evidence, recheck } = requirement;
  const entry = set.data?.items.find(({ details }) => details['requirement'] === id);
  const finding = entry && textIn(entry, 'finding');
  const from = source.from === 'survey' ? names.preparation(source.preparation) : names.department(source.department);
  return (
    <section className="about" aria-label={t.case.requirement}>
      <Reading of={found}>
        <h3>{t.common.brackets(t.case.requirement, from)}</h3>
        <Descriptions
          column={1}
          size="small"
          items={[
            ...(finding && set.data
              ? [{ key: 'finding', label: t.case.weakLink, children: <Words of={set.data} text={finding} /> }]
              : []),
            { key: 'text', label: t.case.whatIsAsked, children: <Words of={of} text={text.text} /> },
            { key: 'due', label: t.case.due, children: dueOn },
            {
              key: 'by',
              label: t.case.setBy,
              children: entry && set.data && (
                <>
                  <By by={entry.by} of={set.data} /> · {t.case.requirementFrom[source.from]} · {at(entry.at)}
                </>
              ),
            },
            { key: 'recheck', label: t.case.recheckedHow, children: names.value(recheck) },
            { key: 'evidence', label: t.case.evidenceKind, children: names.value(evidence) },
            { key: 'blocks', label: t.case.holdsUp, children: t.case.blocks[blocks] },
          ]}
        />
        <Evidence caseNumber={view.caseNumber} id={id} />
      </Reading>
    </section>
  );
}

/** What was shown for a requirement and what rechecks have said, newest first. */
export function Evidence({ caseNumber, id }: { readonly caseNumber: string; readonly id: string }) {
  const t = useTexts();
  return (
    <Said
      caseNumber={caseNumber}
      title={t.case.evidence}
      types={['evidence-submitted', 'requirement-failed', 'requirement-passed']}
      only={({ details }) => details['requirement'] === id}
    />
  );
}

function Defects({ view }: { readonly view: CaseView }) {
  const t = useTexts();
  const names = useNames();
  const { found, of } = useReferred(view.caseNumber);
  const { status, defects } = view.review;
  if (status !== 'rectifying' || defects.length === 0) return null;
  return (
    <section className="about" aria-label={t.case.noticeTitle}>
      <Reading of={found}>
        <h3>{t.case.noticeTitle}</h3>
        <ol>
          {defects.map(({ department, material, version, text }, index) => {
            const versions = view.materials[material] ?? [];
            const document = versions[version - 1]?.document;
            return (
              <li key={index}>
                <strong>{names.material(material)}</strong> {t.common.version(version)}{' '}
                <span className="muted">{names.department(department)}</span>
                {versions.length > version && (
                  <span className="muted"> · {t.case.renewed(t.common.version(versions.length))}</span>
                )}
                <Words of={of} text={text.text} />
                {document !== undefined && <Files of={of} documents={[document]} />}
              </li>
            );
          })}
        </ol>
      </Reading>
    </section>
  );
}

function Question({ view, id }: { readonly view: CaseView; readonly id: string }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { found, of } = useReferred(view.caseNumber);
  const asked = view.review.consultations.find((one) => one.id === id);
  if (!asked) return null;
  return (
    <section className="about" aria-label={t.case.consultation}>
      <Reading of={found}>
        <h3>{t.common.brackets(t.case.consultation, names.department(asked.department))}</h3>
        <Words of={of} text={asked.question.text} />
        <span className="muted">{at(asked.askedAt)}</span>
      </Reading>
    </section>
  );
}

/** The entry with which it began. */
function Of({
  view,
  types,
  member,
  id,
}: {
  readonly view: CaseView;
  readonly types: Parameters<typeof Said>[0]['types'];
  readonly member: string;
  readonly id: string;
}) {
  const t = useTexts();
  return (
    <Said
      caseNumber={view.caseNumber}
      title={t.acting.about}
      types={types}
      only={({ details }) => id === '' || details[member] === id}
    />
  );
}
