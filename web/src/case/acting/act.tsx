/** One act, from its form to its outcome: prefilled, kept as a draft, sent once, and refused in the problem's own words. */
import { useEffect, useMemo, useRef, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { FormInstance } from 'antd';
import { Alert, App, Button, Checkbox, Drawer, Form, Grid, Skeleton, Space } from 'antd';
import { ACTS } from '../../../../domain/case/acts';
import type { CommandType } from '../../../../domain/case/commands';
import type { Edition } from '../../../../domain/programme/edition';
import { routeOf } from '../../../../contracts/case/routes';
import { Refusal, command } from '../../http/api';
import { draftOf, dropDraft, keepDraft, keyFor } from '../../http/drafts';
import { useNames } from '../../programme/names';
import { UnderRules, useRules } from '../../programme/rules';
import { useSession } from '../../accounts/session';
import { useTexts } from '../../words';
import { FormFoot, useRefusal } from '../../http/refusal';
import { Trouble } from '../../http/trouble';
import { prefill, type Values } from './acts';
import { Fields, type FieldsOf } from '../../design/fields';
import { NextSteps } from './next-steps';
import { About } from './about';
import { RowErrors, rowErrorsOf } from '../../design/row-errors';
import { useDescription, type Schema } from '../../design/schema';
import { Sheet, SHEETS, SingleTubes } from './sheet';
import type { ToDo } from './view';

/** `done`: told when it has taken effect, or when the person has closed the form. */
export function ActDrawer({ toDo, done }: { readonly toDo: ToDo | null; readonly done: () => void }) {
  const names = useNames();
  const wide = Grid.useBreakpoint().md ?? true;
  return (
    <Drawer
      open={toDo !== null}
      onClose={done}
      size={wide ? 640 : '100%'}
      title={toDo && `${names.command(toDo.type)} · ${toDo.view.enterprise.name}`}
      destroyOnHidden
    >
      {toDo && (
        <UnderRules key={`${toDo.type} ${toDo.duty?.id ?? ''}`} hash={toDo.rules}>
          <Act {...toDo} done={done} />
        </UnderRules>
      )}
    </Drawer>
  );
}

function Act({ type, view, duty, done }: Omit<ToDo, 'rules'> & { readonly done: () => void }) {
  const description = useDescription();
  const schema = description.schemaOf(type);
  if (description.error && !description.data)
    return <Trouble error={description.error} retry={() => void description.refetch()} />;
  if (!description.data) return <Skeleton active />;
  return <ActForm type={type} view={view} duty={duty} schema={schema ?? {}} done={done} />;
}

function ActForm({
  type,
  view,
  duty,
  schema,
  done,
}: Omit<ToDo, 'rules'> & { readonly schema: Schema; readonly done: () => void }) {
  const t = useTexts();
  const { me } = useSession();
  const { notification } = App.useApp();
  const [form] = Form.useForm<Values>();
  const dangerous = ACTS[type].dangerous ?? false;
  const [sure, setSure] = useState(!dangerous);
  const rules = useRules();
  const { fixed, initial } = useMemo(() => prefill(type, { view, me, rules, duty }), []); // As the case stood when the form was opened.
  const draft = `${me.id}.${view.caseNumber}.${type}.${duty?.id ?? ''}`;
  const restored = useMemo(() => draftOf(draft) as Values | undefined, [draft]);
  const sending = useSending(type, view.caseNumber, draft);
  const refusal = useRefusal(form);
  const keep = () => keepDraft(draft, form.getFieldsValue(true));
  useKeptRows(form, keep);
  const submit = async (values: Values) => {
    refusal.clear();
    const refused = await sending.send(cleaned({ ...values, ...fixed }, schema));
    if (refused !== undefined) return refusal.refused(refused);
    notification.success({ title: t.acting.done, placement: 'bottomRight' });
    done();
  };
  const rows = rowErrorsOf(sending.error);
  const asked = sending.error instanceof Refusal && sending.error.problem.code === 'singles-unconfirmed';
  const hidden = new Set([
    ...Object.keys(fixed),
    ...unasked(fixed['round'], rules),
    ...(SHEETS.has(type) ? ['rows', 'table', 'workbook', 'sheet', 'list', 'confirmedSingles'] : []),
  ]);
  const of: FieldsOf = { act: type, view, department: me.department, account: ACCOUNTS[type]?.(me.department) ?? {} };
  return (
    <Form
      form={form}
      layout="vertical"
      initialValues={{ ...initial, ...restored }}
      onFinish={(values) => void submit(values)}
      onFinishFailed={refusal.missed}
      onValuesChange={keep}
    >
      {restored && (
        <Alert
          type="info"
          showIcon
          title={t.acting.draftRestored}
          style={{ marginBottom: 16 }}
          action={
            <Button
              size="small"
              onClick={() => {
                dropDraft(draft);
                form.setFieldsValue(Object.fromEntries(Object.keys(restored).map((key) => [key, initial[key]])));
              }}
            >
              {t.acting.discard}
            </Button>
          }
        />
      )}
      <NextSteps type={type} view={view} />
      <About type={type} view={view} duty={duty} />
      <Fields schema={schema} path={[]} of={of} hidden={hidden} />
      {SHEETS.has(type) && <Sheet type={type} view={view} duty={duty} />}
      {SHEETS.has(type) && <SingleTubes form={form} asked={asked} />}
      {dangerous && (
        <Form.Item>
          <Checkbox checked={sure} onChange={({ target }) => setSure(target.checked)}>
            {t.acting.confirmDanger}
          </Checkbox>
        </Form.Item>
      )}
      <RowErrors errors={rows} title={asked ? t.acting.singlesAsked : undefined} />
      <FormFoot refused={refusal}>
        {sending.waiting && (
          <Alert type="info" showIcon role="status" title={t.acting.pending} style={{ marginBottom: 12 }} />
        )}
        <Space>
          <Button type="primary" htmlType="submit" loading={sending.busy} disabled={!sure} danger={dangerous}>
            {t.acting.submit}
          </Button>
          <Button onClick={done}>{t.common.cancel}</Button>
        </Space>
      </FormFoot>
    </Form>
  );
}

/** Rows are set by the sheet, which the form does not tell as a change of its own. */
function useKeptRows(form: FormInstance<Values>, keep: () => void): void {
  const rows: unknown = Form.useWatch('rows', { form, preserve: true });
  const latest = useRef(keep);
  latest.current = keep;
  useEffect(() => {
    if (rows !== undefined) latest.current();
  }, [rows]);
}

/** Of an antigen round nobody takes samples. */
function unasked(round: unknown, { tests }: Edition): string[] {
  const test = typeof round === 'string' ? round.split('/')[1] : undefined;
  return tests.find(({ id }) => id === test)?.kind === 'antigen' ? ['sampling', 'sampler'] : [];
}

/** Whose accounts an act names, where it can only be some. */
const ACCOUNTS: { readonly [T in CommandType]?: (department: string | undefined) => FieldsOf['account'] } = {
  assignLiaison: () => ({ role: 'liaison' }),
  nameStandIn: () => ({ role: 'liaison' }),
  handOver: () => ({ role: 'liaison' }),
  dispatchOrder: () => ({ role: 'volunteer' }),
  transfer: (department) => ({ role: 'reviewer', department }),
};

function useSending(type: CommandType, caseNumber: string, draft: string) {
  const client = useQueryClient();
  const [state, setState] = useState<{ busy: boolean; waiting: boolean; error: unknown }>({
    busy: false,
    waiting: false,
    error: null,
  });
  /** Gives what stood in the way; undefined: it is done. */
  const send = async (body: Values): Promise<unknown> => {
    setState({ busy: true, waiting: false, error: null });
    try {
      const waiting = () => setState({ busy: true, waiting: true, error: null });
      await command(caseNumber, routeOf(type), body, keyFor(draft, body), waiting);
      dropDraft(draft);
      setState({ busy: false, waiting: false, error: null });
      await client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== '/openapi.json' });
      return undefined;
    } catch (error) {
      setState({ busy: false, waiting: false, error });
      return error;
    }
  };
  return { ...state, send };
}

/** An optional field left empty is not there. */
function cleaned(values: Values, schema?: Schema): Values {
  const kept = Object.entries(values).flatMap(([key, value]) => {
    if (value === undefined || value === null || value === '') return [];
    if (Array.isArray(value) && value.length === 0 && schema?.required?.includes(key) === false) return [];
    if (Array.isArray(value))
      return [[key, value.map((one: unknown) => (isObject(one) ? cleaned(one) : one))] as const];
    return [[key, isObject(value) ? cleaned(value) : value] as const];
  });
  return Object.fromEntries(kept);
}

const isObject = (value: unknown): value is Values =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
