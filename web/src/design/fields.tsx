/** One field of an act's form, made from its schema: what it names is chosen from what there is, in the field's own words. */
import { Button, Checkbox, DatePicker, Form, Input, InputNumber, Radio, Select } from 'antd';
import dayjs from 'dayjs';
import type { CaseView } from '../../../contracts/case/views';
import type { CommandType } from '../../../domain/case/commands';
import type { Edition } from '../../../domain/programme/edition';
import { heldFor } from '../../../domain/programme/for-whom';
import type { Role } from '../../../domain/ledger/entry';
import { useNames, type Names } from '../programme/names';
import { useRulesHere } from '../programme/rules';
import { useSpeech, useTexts } from '../words';
import { inLanguage } from '../http/trouble';
import { ACTS, type ActRow } from '../../../domain/case/acts';
import { AccountSelect, PersonSelect } from './choosing';
import type { Schema } from './schema';
import { Upload } from './upload';

export interface FieldsOf {
  /** Undefined for an act outside a case. */
  readonly act: CommandType | undefined;
  readonly view: CaseView | undefined;
  /** The department of the person who acts. */
  readonly department: string | undefined;
  /** Whose accounts are meant where one is named. */
  readonly account: { readonly role?: Role; readonly department?: string | undefined };
}

/** A word that the rules ask for although the schema does not. */
function demands(act: CommandType | undefined, name: string): boolean {
  const row: ActRow | undefined = act && (ACTS[act] as ActRow);
  return (row?.demands as readonly string[] | undefined)?.includes(name) ?? false;
}

type Path = readonly (string | number)[];

interface FieldProps {
  readonly name: string;
  readonly path: Path;
  readonly schema: Schema;
  readonly required: boolean;
  readonly of: FieldsOf;
}

/** Fields without words of their own in the schema are enumerations; their names stand in the texts. */
export function useLabel(): (name: string, schema: Schema) => string {
  const { language, t } = useSpeech();
  const fields: Readonly<Record<string, string>> = t.fields;
  // `to` is a person in one act and a day in another.
  return (name, { description, format }) =>
    (format === 'date' ? undefined : fields[name]) ?? (description ? inLanguage(description, language) : name);
}

export function Fields({
  schema,
  path,
  of,
  hidden,
}: {
  readonly schema: Schema;
  readonly path: Path;
  readonly of: FieldsOf;
  readonly hidden: ReadonlySet<string>;
}) {
  return Object.entries(schema.properties ?? {})
    .filter(([name]) => !hidden.has(name))
    .map(([name, member]) => (
      <Field
        key={name}
        name={name}
        path={[...path, name]}
        schema={member}
        required={(schema.required?.includes(name) ?? false) || (path.length === 0 && demands(of.act, name))}
        of={of}
      />
    ));
}

function Field(props: FieldProps) {
  const { schema, name } = props;
  if (schema.type === 'array' && schema.items?.type === 'object') return <Group {...props} items={schema.items} />;
  if (schema.type === 'object' && name === 'readiness') return <Readiness {...props} />;
  return <Simple {...props} />;
}

function Simple({ name, path, schema, required, of }: FieldProps) {
  const t = useTexts();
  const label = useLabel()(name, schema);
  const names = useNames();
  const choices = choicesOf(name, of, names, useRulesHere());
  // A group of boxes may be empty; what it must hold, the rules say.
  const says = schema.type === 'boolean' || schema.enum || choices ? t.common.choose : t.common.required;
  const rules = required && schema.type !== 'array' ? [{ required: true, message: says(label) }] : [];
  const dated = schema.format === 'date';
  return (
    <Form.Item
      name={[...path]}
      label={required ? label : t.common.brackets(label, t.common.optional)}
      required={required}
      rules={rules}
      {...(dated && {
        getValueProps: (value?: string) => ({ value: value ? dayjs(value) : null }),
        normalize: (value: dayjs.Dayjs | null) => value?.format('YYYY-MM-DD'),
      })}
    >
      {inputOf(schema, choices, of, names, name)}
    </Form.Item>
  );
}

type Choices = readonly { readonly value: string | number; readonly label: string }[] | undefined;

function inputOf(schema: Schema, choices: Choices, of: FieldsOf, names: Names, name: string) {
  const list = schema.type === 'array';
  const inner = list ? (schema.items ?? schema) : schema;
  switch (inner['x-names']) {
    case 'account':
      return <AccountSelect {...of.account} />;
    case 'person':
      return <PersonSelect enterprise={of.view?.enterprise.id ?? ''} many={list} />;
    case 'document':
      return <Upload many={list} />;
    case 'text':
      return (
        <Input.TextArea
          autoSize={{ minRows: name === 'person' || name === 'visitors' || name === 'area' ? 1 : 3 }}
          maxLength={inner.maxLength ?? 4000}
        />
      );
    case undefined:
      break;
  }
  if (choices && list) return <Checkbox.Group className="choices" options={[...choices]} />;
  if (choices) return <Select options={[...choices]} showSearch={{ optionFilterProp: 'label' }} />;
  if (inner.enum) {
    const named = name === 'loop' ? names.loop : names.value;
    const options = inner.enum.map((value) => ({ value, label: named(value) }));
    return options.length > 4 ? <Select options={options} /> : <Radio.Group options={options} />;
  }
  // Two answers, neither of them given before a person has chosen.
  if (schema.type === 'boolean')
    return (
      <Radio.Group
        optionType="button"
        options={[true, false].map((value) => ({ value, label: names.verdict(name, value) }))}
      />
    );
  if (schema.type === 'integer')
    return <InputNumber min={schema.minimum ?? 0} precision={0} inputMode="numeric" style={{ width: '100%' }} />;
  if (schema.format === 'date') return <DatePicker style={{ width: '100%' }} />;
  return <Input maxLength={schema.maxLength ?? 200} />;
}

/** What a field that names something of the programme or of the case may name. */
function choicesOf(name: string, { act, view, department }: FieldsOf, names: Names, rules: Edition | null): Choices {
  // An act outside a case names nothing of a programme.
  if (!view || !rules) return undefined;
  const ids = (list: readonly { readonly id: string; readonly name: string }[]) =>
    list.map(({ id, name: label }) => ({ value: id, label }));
  const { checklist = [], materials: reviewed = [] } = rules.departments.find(({ id }) => id === department) ?? {};
  const asked = heldFor(checklist, view.enterprise);
  switch (name) {
    case 'material':
      // A department returns what it reviews, and nothing else.
      return ids(act === 'returnPlan' ? rules.materials.filter(({ id }) => reviewed.includes(id)) : rules.materials);
    case 'preparation':
      return ids(heldFor(rules.preparations, view.enterprise));
    case 'department':
      return ids(rules.departments);
    case 'of':
      return [
        { value: 'enterprise', label: names.owner('enterprise') },
        ...ids(rules.departments.filter(({ id }) => id !== department)),
      ];
    case 'checklist':
      return ids(asked);
    case 'item':
      if (act === 'complete') return view.outstanding.map((value) => ({ value, label: names.outstanding(value) }));
      return ids(act === 'approve' || act === 'approveWithConditions' ? asked : rules.supplies.items);
    case 'round':
      return view.operation.rounds.map(({ id: value }) => {
        const [date = '', test = ''] = value.split('/');
        return { value, label: `${date} ${names.test(test)}` };
      });
    case 'order':
      return view.supply.orders.map(({ id: value }) => ({ value, label: names.order(value) }));
    case 'consignment':
      return [...new Set(view.supply.orders.flatMap(({ consignments }) => consignments.map(({ id }) => id)))].map(
        (value) => ({ value, label: names.consignment(value) }),
      );
    case 'suspension':
      return view.operation.suspensions.map(({ id, scope }) => ({ value: id, label: `${names.value(scope)} ${id}` }));
    default:
      return undefined;
  }
}

function Group({ name, path, schema, of, items }: FieldProps & { readonly items: Schema }) {
  const t = useTexts();
  const label = useLabel()(name, schema);
  return (
    <fieldset className="field-group">
      <legend>{label}</legend>
      <Form.List name={[...path]}>
        {(rows, { add, remove }) => (
          <>
            {rows.map(({ key, name: index }) => (
              <div key={key} className="field-row">
                <Fields schema={items} path={[index]} of={of} hidden={NOTHING} />
                <Button
                  size="small"
                  danger
                  onClick={() => remove(index)}
                  aria-label={`${t.common.remove} ${label} ${index + 1}`}
                >
                  {t.common.remove}
                </Button>
              </div>
            ))}
            <Button onClick={() => add({})} block style={{ marginBottom: 12 }}>
              {t.common.add} {label}
            </Button>
          </>
        )}
      </Form.List>
    </fieldset>
  );
}

/** Inside a list the names of fields are relative to it, and all are shown. */
const NOTHING: ReadonlySet<string> = new Set();

/** The programme's preparations for this kind of enterprise, each ready or lacking. */
function Readiness({ path, of }: FieldProps) {
  const t = useTexts();
  const names = useNames();
  const rules = useRulesHere();
  const preparations = of.view && rules ? heldFor(rules.preparations, of.view.enterprise) : [];
  return (
    <fieldset className="field-group">
      <legend>{t.case.readiness}</legend>
      {preparations.map(({ id, name }) => (
        <Form.Item
          key={id}
          name={[...path, id]}
          label={name}
          rules={[{ required: true, message: t.common.choose(name) }]}
        >
          <Radio.Group
            options={['ready', 'lacking'].map((value) => ({ value, label: names.value(value) }))}
            optionType="button"
          />
        </Form.Item>
      ))}
    </fieldset>
  );
}
