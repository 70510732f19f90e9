/** Rows of a form outside a case: a few fields each, added and removed. */
import type { ReactNode } from 'react';
import { Button, Form, Space } from 'antd';
import { useTexts } from '../words';

/** `children` draws one row; the names of its fields begin with the index. */
export function FormRows({
  name,
  children,
}: {
  readonly name: string;
  readonly children: (index: number) => ReactNode;
}) {
  const t = useTexts();
  return (
    <Form.List name={name}>
      {(rows, { add, remove }) => (
        <>
          {rows.map(({ key, name: index }) => (
            <Space key={key} align="baseline" wrap>
              {children(index)}
              <Button size="small" aria-label={`${t.common.remove} ${index + 1}`} onClick={() => remove(index)}>
                {t.common.remove}
              </Button>
            </Space>
          ))}
          <Button block style={{ marginBottom: 16 }} onClick={() => add({})}>
            {t.common.add}
          </Button>
        </>
      )}
    </Form.List>
  );
}
