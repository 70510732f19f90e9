/**
 * Choosing files or taking photos; each is uploaded at once, and its id is what the act names. Any file can be chosen: browsers of
 * Kylin and WPS do not know a good workbook by its type, and the API looks at the content.
 */
import { useState } from 'react';
import { PaperClipOutlined } from '@ant-design/icons';
import { Alert, Button, Tag } from 'antd';
import { upload, type StoredDocument } from '../http/api';
import { useTexts } from '../words';
import { useWords } from '../http/trouble';

interface Field {
  readonly id?: string;
  readonly value?: string | string[];
  readonly onChange?: (value: string | string[] | undefined) => void;
  readonly many: boolean;
}

export function Upload({ id, value, onChange, many }: Field) {
  const t = useTexts();
  const words = useWords();
  const [names, setNames] = useState<ReadonlyMap<string, string>>(new Map());
  const [state, setState] = useState<{ busy: boolean; error: unknown }>({ busy: false, error: null });
  const chosen = value === undefined ? [] : Array.isArray(value) ? value : [value];
  const set = (ids: string[]) => onChange?.(many ? ids : ids.at(-1));
  const take = async (files: readonly File[]) => {
    setState({ busy: true, error: null });
    try {
      const stored: StoredDocument[] = [];
      for (const file of files) stored.push(await upload(file));
      setNames((known) => new Map([...known, ...stored.map((one) => [one.id, one.name] as const)]));
      set([...(many ? chosen : []), ...stored.map((one) => one.id)]);
      setState({ busy: false, error: null });
    } catch (error) {
      setState({ busy: false, error });
    }
  };
  return (
    <div>
      <label className="upload">
        <PaperClipOutlined /> {state.busy ? t.acting.uploading : t.acting.upload}
        <input
          id={id}
          type="file"
          multiple={many}
          disabled={state.busy}
          onChange={({ target }) => {
            void take([...(target.files ?? [])]);
            target.value = '';
          }}
        />
      </label>
      <div role="status">
        {chosen.map((one) => (
          <Tag
            key={one}
            closable={{ 'aria-label': t.common.remove }}
            onClose={() => set(chosen.filter((other) => other !== one))}
          >
            {names.get(one) ?? t.acting.uploaded}
          </Tag>
        ))}
      </div>
      {state.error !== null && (
        <Alert
          type="error"
          title={words(state.error)}
          action={
            <Button size="small" onClick={() => setState({ busy: false, error: null })}>
              {t.common.close}
            </Button>
          }
        />
      )}
    </div>
  );
}
