/** A form for an act outside a case, made from the schema that checks its body. */
import { Skeleton } from 'antd';
import { Fields } from './fields';
import { useDescription } from './schema';
import { FormDrawer } from './form-drawer';
import { Trouble } from '../http/trouble';

type Values = Record<string, unknown>;

interface OutsideForm {
  readonly title: string;
  readonly open: boolean;
  readonly close: () => void;
  /** As the API's description has it: `/stays/{stay}/end`. */
  readonly address: string;
  readonly path: string;
  /** Sent as it is, and not shown. */
  readonly fixed?: Values;
  /** Not asked for. */
  readonly unasked?: readonly string[];
  readonly initial?: Values;
  /** What is sent of what was filled in; without it all that is not empty. */
  readonly bodyOf?: (values: Values) => Values;
  readonly done: (answer: never) => string;
}

export function OutsideForm({ address, fixed = {}, unasked = [], initial, bodyOf = filled, ...form }: OutsideForm) {
  const description = useDescription();
  const schema = description.schemaAt(address);
  return (
    <FormDrawer<Values> {...form} {...(initial && { initial })} bodyOf={(values) => ({ ...bodyOf(values), ...fixed })}>
      {description.error && !description.data ? (
        <Trouble error={description.error} retry={() => void description.refetch()} />
      ) : schema ? (
        <Fields schema={schema} path={[]} of={NOBODY} hidden={new Set([...Object.keys(fixed), ...unasked])} />
      ) : (
        <Skeleton active />
      )}
    </FormDrawer>
  );
}

/** No case, and no accounts to choose from. */
const NOBODY = { act: undefined, view: undefined, department: undefined, account: {} };

function filled(values: Values): Values {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
}
