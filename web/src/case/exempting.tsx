/** Exempting somebody of the newest round from tests: epidemic control's own form. */
import { useEffect, useState } from 'react';
import { Button, DatePicker, Form, Select } from 'antd';
import dayjs from 'dayjs';
import type { z } from 'zod';
import { EXEMPTIONS, type exemptionBody } from '../../../contracts/people/people';
import type { roundPerson } from '../../../contracts/testing/rounds';
import { FormDrawer } from '../design/form-drawer';
import { usePages } from '../http/reads';
import { useRules } from '../programme/rules';
import { useSession } from '../accounts/session';
import { useTexts } from '../words';
import { accountOf } from './acting/view';
import { mayExempt } from '../../../domain/testing/acts';

interface Exempting {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly round: string;
}

export function Exempting({ caseNumber, enterprise, round }: Exempting) {
  const t = useTexts();
  const { me } = useSession();
  const rules = useRules();
  const [open, setOpen] = useState(false);
  if (!mayExempt(rules, accountOf(me))) return null;
  const needed = (label: string) => [{ required: true, message: t.common.required(label) }];
  return (
    <>
      <Button style={{ marginBottom: 12 }} onClick={() => setOpen(true)}>
        {t.case.exempt}
      </Button>
      <FormDrawer<z.input<typeof exemptionBody>>
        title={t.case.exempt}
        open={open}
        close={() => setOpen(false)}
        path={`/enterprises/${enterprise}/roster/exempt`}
        done={() => t.stock.done}
      >
        <Form.Item name="person" label={t.stock.employee} rules={needed(t.stock.employee)}>
          <Tested caseNumber={caseNumber} round={round} />
        </Form.Item>
        {(['from', 'to'] as const).map((name) => (
          <Form.Item
            key={name}
            name={name}
            label={t.case.exemptDays[name]}
            rules={needed(t.case.exemptDays[name])}
            getValueProps={(value?: string) => ({ value: value ? dayjs(value) : null })}
            normalize={(value: dayjs.Dayjs | null) => value?.format('YYYY-MM-DD')}
          >
            <DatePicker style={{ width: '100%' }} />
          </Form.Item>
        ))}
        <Form.Item name="reason" label={t.case.exemptReason} rules={needed(t.case.exemptReason)}>
          <Select options={EXEMPTIONS.map((value) => ({ value, label: t.case.exemptReasons[value] }))} />
        </Form.Item>
      </FormDrawer>
    </>
  );
}

interface Choosing {
  readonly value?: string;
  readonly onChange?: (value: string) => void;
  readonly id?: string;
}

/** The people of the round, in their order. */
function Tested({ caseNumber, round, ...field }: Choosing & Pick<Exempting, 'caseNumber' | 'round'>) {
  const t = useTexts();
  // The largest page; "more" comes by itself until everyone is there.
  const found = usePages<z.output<typeof roundPerson>>(`/reopenings/${caseNumber}/rounds/${round}`, { limit: 200 });
  const { hasNextPage, isFetchingNextPage, fetchNextPage } = found;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, fetchNextPage]);
  const options = found.items.map(({ person, name, workshop, team }) => ({
    value: person,
    label: [name ?? person, workshop, team].filter(Boolean).join(' · '),
  }));
  return (
    <Select
      {...field}
      options={options}
      loading={found.isPending}
      showSearch={{ optionFilterProp: 'label' }}
      placeholder={t.acting.choosePerson}
    />
  );
}
