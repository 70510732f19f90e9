/**
 * The field's words for what the code names, in the reader's language: phases, duties, acts, owners, values. Where a case is shown,
 * departments, materials, items and tests have the names of the case's own rules; elsewhere those that the town has for them.
 */
import { COMMAND_NAMES, DUTY_NAMES, KIND_NAMES, ownerName, PHASE_NAMES } from '../../../contracts/words/glossary';
import {
  COMMAND_NAMES_ENGLISH,
  DUTY_NAMES_ENGLISH,
  ownerNameEnglish,
  PHASE_NAMES_ENGLISH,
} from '../../../contracts/words/glossary-english';
import type { CommandType } from '../../../domain/case/commands';
import type { DutyKind } from '../../../domain/case/duty';
import type { EnterpriseKind } from '../../../domain/programme/for-whom';
import type { Phase } from '../../../domain/case/state';
import { useRulesHere } from './rules';
import { useSession } from '../accounts/session';
import { useSpeech } from '../words';

export function useNames() {
  const { language, t } = useSpeech();
  const { programme } = useSession();
  const rules = useRulesHere();
  const { villages } = programme;
  const { departments } = rules ?? programme;
  const items = rules?.supplies.items ?? programme.items;
  const zh = language === 'zh';
  const named = (list: readonly { readonly id: string; readonly name: string }[], id: string) =>
    list.find((one) => one.id === id)?.name ?? id;
  const values: Readonly<Record<string, string>> = t.values;
  return {
    phase: (phase: Phase) => (zh ? PHASE_NAMES : PHASE_NAMES_ENGLISH)[phase],
    duty: (kind: DutyKind) => (zh ? DUTY_NAMES : DUTY_NAMES_ENGLISH)[kind],
    command: (type: CommandType) => (zh ? COMMAND_NAMES : COMMAND_NAMES_ENGLISH)[type],
    owner: (owner: string) => (zh ? ownerName : ownerNameEnglish)(owner, { departments }),
    /** Of a line that carries the words of its own rules. */
    ownerSaid: (owner: string, said: string | undefined) =>
      owner.startsWith('department/') && said !== undefined
        ? said
        : (zh ? ownerName : ownerNameEnglish)(owner, { departments }),
    department: (id: string) => named(departments, id),
    material: (id: string) => named(rules?.materials ?? [], id),
    preparation: (id: string) => named(rules?.preparations ?? [], id),
    village: (id: string) => named(villages, id),
    item: (id: string) => named(items, id),
    unit: (id: string) => items.find((one) => one.id === id)?.unit ?? '',
    test: (id: string) => named(rules?.tests ?? [], id),
    kind: (kind: EnterpriseKind) => (zh ? KIND_NAMES[kind] : (values[kind] ?? kind)),
    value: (value: string) => values[value] ?? value,
    /** The two answers to a question that is answered yes or no. */
    verdict: (field: string, value: boolean) => values[`${field}-${value}`] ?? values[String(value)] ?? String(value),
    people: t.common.people,
    /** `2026-04-02/morning-antigen` */
    round: (round: string) => {
      const [date = '', test = ''] = round.split('/');
      return `${date} ${named(rules?.tests ?? [], test)}`;
    },
    order: t.case.order,
    consignment: t.case.consignment,
    loop: (loop: string) => (t.loops as Readonly<Record<string, string>>)[loop] ?? loop,
    /** Roles that owe duties have their name in the glossary. */
    role: (role: string) =>
      (t.roles as Readonly<Record<string, string>>)[role] ?? (zh ? ownerName : ownerNameEnglish)(role, { departments }),
    /** `report/2026-04-02`: what kind of thing is left, and which. */
    outstanding: (item: string) => {
      const [kind = '', ...which] = item.split('/');
      return `${(t.outstanding as Readonly<Record<string, string>>)[kind] ?? kind} ${which.join(' ')}`;
    },
    entry: (type: string) => (t.entries as Readonly<Record<string, string>>)[type] ?? type,
  };
}
export type Names = ReturnType<typeof useNames>;
