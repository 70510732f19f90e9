/** The rows of a table that were refused, each with its reason: the whole table was left alone. */
import { Alert, Table } from 'antd';
import type { FieldMistake } from '../../../contracts/words/problems';
import { Refusal } from '../http/api';
import { useSpeech } from '../words';
import { inLanguage } from '../http/trouble';

export function RowErrors({
  errors,
  title,
}: {
  readonly errors: readonly FieldMistake[];
  /** What is said of all of them, when it is not that they are wrong. */
  readonly title?: string | undefined;
}) {
  const { t, language } = useSpeech();
  if (errors.length === 0) return null;
  return (
    <>
      <Alert type="error" showIcon title={title ?? t.acting.rowErrors} style={{ marginBottom: 8 }} />
      <Table
        size="small"
        pagination={{ pageSize: 20 }}
        rowKey={(one) => one.pointer + one.reason}
        dataSource={[...errors]}
        columns={[
          { title: t.acting.row, render: (_, { pointer }) => pointer.split('/').slice(2).join(' · ') },
          { title: t.acting.problem, render: (_, { reason }) => inLanguage(reason, language) },
        ]}
      />
    </>
  );
}

/** What is wrong with lines of a table, of a refusal that is about one. */
export function rowErrorsOf(error: unknown): readonly FieldMistake[] {
  const errors = error instanceof Refusal ? (error.problem.errors ?? []) : [];
  return errors.filter(({ pointer }) => pointer.startsWith('/rows/'));
}
