/** The rows of a sheet: results of a test round or of a recheck, corrections, movements. People are listed; only exceptions are typed. */
import { useEffect, useId, useState } from 'react';
import { Button, Checkbox, Form, Input, Segmented, Select, Skeleton } from 'antd';
import type { FormInstance } from 'antd';
import type { z } from 'zod';
import type { CommandType } from '../../../../domain/case/commands';
import type { CaseView } from '../../../../contracts/case/views';
import type { roundPerson } from '../../../../contracts/testing/rounds';
import { useNames } from '../../programme/names';
import { usePages, useRead } from '../../http/reads';
import { useTexts } from '../../words';
import type { Texts } from '../../words/zh';
import { Trouble } from '../../http/trouble';
import { Upload } from '../../design/upload';
import type { AgendaItem } from './view';

export const SHEETS: ReadonlySet<CommandType> = new Set([
  'reportTests',
  'correctTests',
  'reportRecheck',
  'reportMovements',
]);

type Person = z.output<typeof roundPerson>;
type Row = { person: string; result?: string; tube?: string; reason?: string; corrects?: string };

interface SheetOf {
  readonly type: CommandType;
  readonly view: CaseView;
  readonly duty?: Pick<AgendaItem, 'id' | 'kind'> | undefined;
}

/** Fills `rows` (or `table`, `workbook`), `sheet` and `round` of the form. */
export function Sheet({ type, view, duty }: SheetOf) {
  const t = useTexts();
  const form = Form.useFormInstance<Record<string, unknown>>();
  const about = duty ? duty.id.slice(duty.kind.length + 1) : undefined;
  useEffect(() => {
    const name = type === 'reportMovements' ? 'list' : 'sheet';
    if (!form.getFieldValue(name)) form.setFieldValue(name, `s-${crypto.randomUUID()}`);
  }, [form, type]);
  return (
    <>
      {['sheet', 'list', 'table', 'workbook'].map((name) => (
        <Form.Item key={name} name={name} hidden noStyle>
          <Hidden />
        </Form.Item>
      ))}
      {type === 'reportMovements' ? (
        <Pasted form={form} />
      ) : type === 'reportRecheck' ? (
        <Recheck view={view} incident={about ?? ''} form={form} />
      ) : (
        <Results view={view} form={form} corrects={type === 'correctTests'} given={about} />
      )}
      <Form.Item name="rows" rules={[{ validator: () => filled(form.getFieldsValue(true) as Filled, t) }]}>
        <Hidden />
      </Form.Item>
    </>
  );
}

interface Filled {
  readonly rows?: readonly Row[];
  readonly table?: string;
  readonly workbook?: string;
}

/** Rejects, in the reader's words, a sheet of which nobody is, or somebody without the reason that belongs to the result. */
async function filled({ rows = [], table, workbook }: Filled, { acting }: Texts): Promise<void> {
  if (table ?? workbook) return;
  if (rows.length === 0) throw new Error(acting.noRows);
  const unexplained = rows.filter(({ result, reason }) => result === 'not-tested' && reason === undefined).length;
  if (unexplained > 0) throw new Error(acting.noReasons(unexplained));
}

/** Keeps a value that other controls set. */
function Hidden() {
  return null;
}

function Results({
  view,
  form,
  corrects,
  given,
}: {
  readonly view: CaseView;
  readonly form: FormInstance;
  readonly corrects: boolean;
  readonly given: string | undefined;
}) {
  const t = useTexts();
  const chosen = Form.useWatch('round', form) as string | undefined;
  const round = given ?? chosen;
  const [way, setWay] = useState<'list' | 'paste'>('list');
  return (
    <>
      {!corrects && (
        <Segmented<'list' | 'paste'>
          value={way}
          onChange={(value: 'list' | 'paste') => {
            setWay(value);
            form.setFieldsValue({ rows: undefined, table: undefined, workbook: undefined });
          }}
          options={[
            { value: 'list', label: t.acting.listed },
            { value: 'paste', label: t.acting.pasteTable },
          ]}
          style={{ marginBottom: 12 }}
        />
      )}
      {way === 'paste' ? (
        <Pasted form={form} />
      ) : (
        round && <Listed view={view} round={round} form={form} corrects={corrects} />
      )}
    </>
  );
}

const RESULTS = ['negative', 'positive', 'pending', 'invalid', 'not-tested'];
const REASONS = ['absent', 'ill', 'refused', 'no-kit', 'other'];

function Listed({
  view,
  round,
  form,
  corrects,
}: {
  readonly view: CaseView;
  readonly round: string;
  readonly form: FormInstance;
  readonly corrects: boolean;
}) {
  const t = useTexts();
  const names = useNames();
  // The largest page; "more" comes by itself until everyone is there.
  const found = usePages<Person>(`/reopenings/${view.caseNumber}/rounds/${round}`, { limit: 200 });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const rows = (Form.useWatch('rows', { form, preserve: true }) ?? []) as Row[];
  if (found.error) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  if (found.isPending) return <Skeleton active />;
  const owing = found.items.filter(({ state }) => state === 'owes');
  const people = corrects
    ? owing.filter(({ resultId }) => resultId !== null)
    : owing.filter(({ result }) => result === null || result === 'pending');
  const chosen = new Map(rows.map((row) => [row.person, row]));
  const set = (person: Person, part: Partial<Row>) => {
    const { result, ...rest } = { ...chosen.get(person.person), ...part };
    const next = new Map(chosen);
    if (result === undefined) next.delete(person.person);
    else
      next.set(person.person, {
        person: person.person,
        result,
        ...(corrects && person.resultId && { corrects: person.resultId }),
        ...(result === 'not-tested' && rest.reason !== undefined && { reason: rest.reason }),
        ...(rest.tube && { tube: rest.tube }),
      });
    form.setFieldValue('rows', [...next.values()]);
  };
  const rest = () =>
    form.setFieldValue('rows', [
      ...rows,
      ...people.filter(({ person }) => !chosen.has(person)).map(({ person }) => ({ person, result: 'negative' })),
    ]);
  return (
    <>
      <p>
        {!corrects && (
          <Button type="primary" ghost onClick={rest}>
            {t.acting.allNegative}
          </Button>
        )}{' '}
        <span role="status">{t.acting.people(chosen.size, people.length)}</span>
      </p>
      {!corrects && <p className="muted">{t.acting.sheetHint}</p>}
      <ul className="lines" style={{ marginBottom: 16 }}>
        {people.map((person) => (
          <li key={person.person} className="line">
            <span className="line-main">
              {person.name ?? person.person}{' '}
              <span className="muted">
                {[person.workshop, person.team, person.document].filter(Boolean).join(' · ')}
              </span>
            </span>
            <Select
              aria-label={`${person.name ?? person.person} ${names.value('result')}`}
              style={{ width: 130 }}
              allowClear
              placeholder={t.acting.unset}
              value={chosen.get(person.person)?.result ?? null}
              onChange={(result: string | null) =>
                set(person, result ? { result } : ({ result: undefined } as unknown as Partial<Row>))
              }
              options={RESULTS.map((value) => ({ value, label: names.value(value) }))}
            />
            {chosen.get(person.person)?.result === 'not-tested' && (
              <Select
                aria-label={`${person.name ?? ''} ${t.fields['reason'] ?? ''}`}
                style={{ width: 120 }}
                placeholder={t.acting.unset}
                status={chosen.get(person.person)?.reason === undefined ? 'error' : ''}
                value={chosen.get(person.person)?.reason ?? null}
                onChange={(reason: string | null) => set(person, reason === null ? {} : { reason })}
                options={REASONS.map((value) => ({ value, label: names.value(value) }))}
              />
            )}
          </li>
        ))}
      </ul>
    </>
  );
}

interface IncidentPeople {
  readonly people: readonly { readonly person: string; readonly name: string | null; readonly status: string }[];
}

function Recheck({
  view,
  incident,
  form,
}: {
  readonly view: CaseView;
  readonly incident: string;
  readonly form: FormInstance;
}) {
  const names = useNames();
  const found = useRead<IncidentPeople>(`/reopenings/${view.caseNumber}/incidents/${incident}`);
  const rows = (Form.useWatch('rows', { form, preserve: true }) ?? []) as Row[];
  if (found.error) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton active />;
  const held = found.data.people.filter(({ status }) => status === 'held');
  const set = (person: string, result: string) =>
    form.setFieldValue('rows', [...rows.filter((row) => row.person !== person), { person, result }]);
  return (
    <ul className="lines" style={{ marginBottom: 16 }}>
      {held.map(({ person, name }) => (
        <li key={person} className="line">
          <span className="line-main">{name ?? person}</span>
          <Segmented
            aria-label={name ?? person}
            value={rows.find((row) => row.person === person)?.result ?? ''}
            onChange={(result) => set(person, result)}
            options={['negative', 'positive'].map((value) => ({ value, label: names.value(value) }))}
          />
        </li>
      ))}
    </ul>
  );
}

/** Asked for once the sheet was refused for what looks like a tube that lost its people; another sheet has to be asked about anew. */
export function SingleTubes({ form, asked }: { readonly form: FormInstance; readonly asked: boolean }) {
  const t = useTexts();
  const rows: unknown = Form.useWatch('rows', { form, preserve: true });
  const table: unknown = Form.useWatch('table', { form, preserve: true });
  const workbook: unknown = Form.useWatch('workbook', { form, preserve: true });
  useEffect(() => form.setFieldValue('confirmedSingles', undefined), [form, rows, table, workbook]);
  if (!asked) return null;
  return (
    <Form.Item name="confirmedSingles" valuePropName="checked">
      <Checkbox>{t.acting.confirmSingles}</Checkbox>
    </Form.Item>
  );
}

/** A table from a spreadsheet, pasted or as a file. */
export function Pasted({ form }: { readonly form: FormInstance }) {
  const t = useTexts();
  const id = useId();
  const table = Form.useWatch('table', { form, preserve: true }) as string | undefined;
  const workbook = Form.useWatch('workbook', { form, preserve: true }) as string | undefined;
  return (
    <>
      <label htmlFor={id}>{t.acting.pasteTable}</label>
      <Input.TextArea
        id={id}
        rows={6}
        value={table ?? ''}
        onChange={({ target }) =>
          form.setFieldsValue({ table: target.value || undefined, workbook: undefined, rows: undefined })
        }
        style={{ fontFamily: 'monospace', marginBottom: 12 }}
      />
      <p>
        {t.acting.uploadWorkbook}{' '}
        <Upload
          many={false}
          {...(workbook !== undefined && { value: workbook })}
          onChange={(value) => form.setFieldsValue({ workbook: value, table: undefined, rows: undefined })}
        />{' '}
        <a href="/tables/result-template">{t.acting.template}</a>
      </p>
    </>
  );
}
