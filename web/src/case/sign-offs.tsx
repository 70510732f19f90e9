/** The departments' sign-offs: verdicts, conditions, defects, seals, and why each seal still stands. */
import { Card, Tag } from 'antd';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { useRules } from '../programme/rules';
import { useTexts } from '../words';
import type { Department } from '../../../domain/programme/edition';
import { textIn, useEntries } from './entries';
import type { Of, Part } from './of';
import { Said, Words } from './said';

const OPINIONS = ['approved', 'approved-with-conditions', 'returned'] as const;
const ANSWERS = ['consultation-answered'] as const;

export function SignOffs({ of }: Part) {
  const t = useTexts();
  const { at } = useMoments();
  const names = useNames();
  const rules = useRules();
  const { review } = of.view;
  return (
    <>
      <p>
        <strong>{review.round > 0 ? t.case.round(review.round) : t.case.tabs.signOffs}</strong>{' '}
        <Tag>{t.case.status[review.status]}</Tag>
        {review.round > 0 && <span className="muted">{at(review.since)}</span>}
      </p>
      <div className="cards">
        {rules.departments.map((department) => (
          <Seal key={department.id} of={of} department={department} />
        ))}
      </div>
      {review.status === 'rectifying' && (
        <Card title={t.case.noticeTitle} style={{ marginTop: 16 }}>
          <ol>
            {review.defects.map(({ department, material, text }, index) => (
              <li key={index}>
                {names.department(department)} · {names.material(material)}
                <Words of={of} text={text.text} />
              </li>
            ))}
          </ol>
        </Card>
      )}
      {review.consultations.length > 0 && (
        <Card title={t.case.consultation} style={{ marginTop: 16 }}>
          {review.consultations.map(({ id, department, of: whom, question, askedAt, answeredAt }) => (
            <div key={id} className="line">
              <div className="line-main">
                {names.department(department)} → {whom === 'enterprise' ? names.owner(whom) : names.department(whom)}
                <Words of={of} text={question.text} />
                <Answer of={of} consultation={id} />
              </div>
              <span className="muted">{at(askedAt)}</span>
              <Tag color={answeredAt === null ? 'orange' : 'green'}>
                {answeredAt === null ? t.case.waitingAnswer : t.case.answered}
              </Tag>
            </div>
          ))}
        </Card>
      )}
      <Said
        caseNumber={of.view.caseNumber}
        title={t.case.allOpinions}
        types={['approved', 'approved-with-conditions', 'returned', 'vetoed', 'taken-back', 'notice-issued']}
      />
    </>
  );
}

function Seal({ of, department }: { readonly of: Of; readonly department: Department }) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const { review } = of.view;
  const { id, name, materials } = department;
  const act = review.verdicts[id];
  const seal = review.signatures[id];
  const asked = review.departmentsAsked.includes(id);
  const who = act ?? seal;
  return (
    <Card size="small" title={name} extra={<Standing sealed={seal !== undefined && (!asked || act !== undefined)} />}>
      {act && <Tag color={act.verb === 'return' ? 'red' : 'green'}>{verbOf(act.verb, names.entry)}</Tag>}
      {who && (
        <p className="muted">
          {of.people[who.by]?.name} · {at(who.at)}
          {seal && ` · ${t.common.round(seal.round)}`}
        </p>
      )}
      {who && <Opinion of={of} department={id} round={act ? review.round : (seal?.round ?? 0)} />}
      {!who && <p className="muted">{t.case.noSeal}</p>}
      {seal && !asked && <p>{t.case.sealStands(t.common.list(materials.map(names.material)))}</p>}
      {asked && !act && seal && <p>{t.case.sealAsked}</p>}
      {act?.verb !== undefined && (
        <ul>
          {(act.conditions ?? []).map(({ text, dueOn }, index) => (
            <li key={`c${index}`}>
              {t.case.condition}
              <Words of={of} text={text.text} /> <span className="muted">{dueOn}</span>
            </li>
          ))}
          {(act.defects ?? []).map(({ material, text }, index) => (
            <li key={`d${index}`}>
              {t.common.colon(t.case.defect, names.material(material))} <Words of={of} text={text.text} />
            </li>
          ))}
        </ul>
      )}
    </Card>
  );
}

/** What the department wrote under the verdict that stands. */
function Opinion({ of, department, round }: { readonly of: Of; readonly department: string; readonly round: number }) {
  const { data } = useEntries(of.view.caseNumber, OPINIONS);
  const verdict = data?.items.findLast(
    ({ details }) => details['department'] === department && details['round'] === round,
  );
  const opinion = verdict && textIn(verdict, 'opinion');
  return data && opinion !== undefined ? <Words of={data} text={opinion} /> : null;
}

function Answer({ of, consultation }: { readonly of: Of; readonly consultation: string }) {
  const t = useTexts();
  const { data } = useEntries(of.view.caseNumber, ANSWERS);
  const answer = data?.items.find(({ details }) => details['consultation'] === consultation);
  const text = answer && textIn(answer, 'answer');
  if (!data || text === undefined) return null;
  return (
    <div>
      <strong>{t.case.answer}</strong>
      <Words of={data} text={text} />
    </div>
  );
}

function Standing({ sealed }: { readonly sealed: boolean }) {
  const t = useTexts();
  return sealed ? <Tag color="green">{t.case.seal}</Tag> : null;
}

const ENTRY_OF = {
  approve: 'approved',
  'approve-with-conditions': 'approved-with-conditions',
  return: 'returned',
} as const;

/** What an enterprise sees of a round in course has no verb but `acted`. */
function verbOf(verb: string, entry: (type: string) => string): string {
  return entry((ENTRY_OF as Readonly<Record<string, string>>)[verb] ?? verb);
}
