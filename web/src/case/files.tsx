/** Files that were handed in, to be opened by those who may see the case. */
import { PaperClipOutlined } from '@ant-design/icons';
import type { Part } from './of';

export function Files({ of, documents }: Part & { readonly documents: readonly string[] }) {
  if (documents.length === 0) return null;
  return (
    <div>
      {documents.map((id) => (
        <a key={id} href={`/documents/${id}`} download style={{ marginRight: 12 }}>
          <PaperClipOutlined /> {of.documents[id]?.name ?? id}
        </a>
      ))}
    </div>
  );
}
