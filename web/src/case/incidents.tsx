/** What followed positives, suspensions, and what the self-management team has found. */
import { Button, Card, Tag } from 'antd';
import { useState } from 'react';
import { INCIDENT_STEPS } from '../../../domain/case/commands';
import { useMoments } from '../design/moment';
import { useNames } from '../programme/names';
import { Nothing, Reading } from '../design/parts';
import { useRead } from '../http/reads';
import { useTexts } from '../words';
import type { Part } from './of';
import { Said, Words } from './said';

interface Involved {
  readonly people: readonly {
    readonly person: string;
    readonly name: string | null;
    readonly status: string;
    readonly workshop: string | null;
  }[];
}

export function Incidents({ of: { view } }: Part) {
  const t = useTexts();
  const names = useNames();
  const { at } = useMoments();
  const [shown, setShown] = useState<string | null>(null);
  const { incidents, operation } = view;
  const nothing = incidents.length === 0 && operation.suspensions.length === 0;
  return (
    <>
      {nothing && <Nothing words={t.case.noIncidents} />}
      {operation.suspensions.map(({ id, scope, since, reason }) => (
        <Card key={id} size="small" title={t.case.suspensions} style={{ marginBottom: 12 }}>
          <Tag color="red">{names.value(scope)}</Tag> {names.value(reason)} <span className="muted">{at(since)}</span>
        </Card>
      ))}
      {[...incidents].reverse().map(({ id, round, cause, people, status, openedAt, done }) => (
        <Card
          key={id}
          size="small"
          title={`${names.value(cause)} ${names.value('positive')} · ${round}`}
          extra={<Tag color={status === 'confirmed' ? 'red' : 'default'}>{t.case.incidentStatus[status]}</Tag>}
          style={{ marginBottom: 12 }}
        >
          <p className="muted">
            {at(openedAt)} · {t.common.people(people)}
          </p>
          <p>
            {INCIDENT_STEPS.map((step) => (
              <Tag key={step} color={done.includes(step) ? 'green' : 'default'}>
                {done.includes(step) ? '✓ ' : ''}
                {names.duty(`incident-${step}`)}
              </Tag>
            ))}
          </p>
          <Button size="small" aria-expanded={shown === id} onClick={() => setShown(shown === id ? null : id)}>
            {t.case.people}
          </Button>
          {shown === id && <People caseNumber={view.caseNumber} incident={id} />}
        </Card>
      ))}
      <Said
        caseNumber={view.caseNumber}
        title={t.case.stepsAndOpinions}
        types={['incident-step', 'suspended', 'lifted']}
      />
    </>
  );
}

function People({ caseNumber, incident }: { readonly caseNumber: string; readonly incident: string }) {
  const names = useNames();
  const found = useRead<Involved>(`/reopenings/${caseNumber}/incidents/${incident}`);
  return (
    <Reading of={found}>
      <ul>
        {found.data?.people.map(({ person, name, status, workshop }) => (
          <li key={person}>
            {name ?? person} {workshop} <Tag>{names.value(status)}</Tag>
          </li>
        ))}
      </ul>
    </Reading>
  );
}

export function Inspections({ of }: Part) {
  const { view } = of;
  const t = useTexts();
  const { at } = useMoments();
  const { inspections, findings, team } = view.inspection;
  return (
    <>
      <Card>
        <p>
          {t.case.selfTeam} {t.common.people(team.length)} · {t.case.inspections(inspections)}
        </p>
        <h3>{t.case.findings}</h3>
        {findings.length === 0 && <span className="muted">{t.case.noFindings}</span>}
        <ul>
          {findings.map(({ id, text, since }) => (
            <li key={id}>
              <Words of={of} text={text.text} /> <span className="muted">{at(since)}</span>
            </li>
          ))}
        </ul>
      </Card>
      <Said
        caseNumber={view.caseNumber}
        title={t.case.inspected}
        types={['inspected', 'finding-set', 'finding-closed']}
      />
    </>
  );
}
