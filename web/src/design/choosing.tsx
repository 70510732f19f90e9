/** Choosing an account, or an employee of the case's enterprise, by name. */
import { useState } from 'react';
import { Select } from 'antd';
import type { Role } from '../../../domain/ledger/entry';
import { useNames } from '../programme/names';
import { useRead, type Page } from '../http/reads';
import { useTexts } from '../words';

interface Choosing {
  readonly id?: string;
  readonly value?: string;
  readonly onChange?: (value: string) => void;
}

interface AccountLine {
  readonly id: string;
  readonly name: string;
  readonly role: Role;
  readonly department?: string;
}

export function AccountSelect({
  role,
  department,
  ...field
}: Choosing & { readonly role?: Role | undefined; readonly department?: string | undefined }) {
  const t = useTexts();
  const names = useNames();
  // 200: the largest page; a town has fewer accounts of a role.
  const found = useRead<Page<AccountLine>>('/accounts', { role, department, limit: 200 });
  const options = (found.data?.items ?? []).map((one) => ({
    value: one.id,
    label: t.common.brackets(one.name, one.department ? names.department(one.department) : names.role(one.role)),
  }));
  return (
    <Select
      {...field}
      options={options}
      loading={found.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t.acting.chooseAccount}
    />
  );
}

interface PersonLine {
  readonly id: string;
  readonly name: string | null;
  readonly workshop: string | null;
  readonly team: string | null;
}

interface ChoosingPeople {
  readonly id?: string;
  readonly value?: string | string[];
  readonly onChange?: (value: string | string[]) => void;
}

export function PersonSelect({
  enterprise,
  many,
  ...field
}: ChoosingPeople & { readonly enterprise: string; readonly many: boolean }) {
  const t = useTexts();
  const [q, setQ] = useState('');
  const found = useRead<Page<PersonLine>>(`/enterprises/${enterprise}/roster`, { q, left: false, limit: 50 });
  const options = (found.data?.items ?? []).map(({ id, name, workshop, team }) => ({
    value: id,
    label: [name ?? id, workshop, team].filter(Boolean).join(' · '),
  }));
  return (
    <Select
      {...field}
      {...(many && { mode: 'multiple' as const })}
      options={options}
      loading={found.isPending}
      showSearch={{ filterOption: false, onSearch: setQ }}
      placeholder={t.acting.choosePerson}
    />
  );
}
