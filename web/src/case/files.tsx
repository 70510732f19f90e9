/** Files that were handed in: pictures as they are, to be opened large; others by their name; for those who may read them. */
import { PaperClipOutlined } from '@ant-design/icons';
import { Image } from 'antd';
import type { CaseAnswer } from './acting/view';
import { useTexts } from '../words';

/** A thumb's width: three stand beside each other on a phone. */
const THUMB = 96;

interface Handed {
  readonly of: Pick<CaseAnswer, 'documents'>;
  readonly documents: readonly string[];
}

export function Files({ of, documents }: Handed) {
  const t = useTexts();
  if (documents.length === 0) return null;
  const known = documents.flatMap((id) => {
    const file = of.documents[id];
    return file ? [{ id, ...file }] : [];
  });
  const [pictures, others] = [known.filter(isPicture), known.filter((one) => !isPicture(one))];
  return (
    <div>
      {pictures.length > 0 && (
        <Image.PreviewGroup>
          <div className="thumbs">
            {pictures.map(({ id, name }) => (
              <Image key={id} src={`/documents/${id}`} alt={name} width={THUMB} height={THUMB} />
            ))}
          </div>
        </Image.PreviewGroup>
      )}
      {others.map(({ id, name }) => (
        <a key={id} href={`/documents/${id}`} download style={{ marginRight: 12 }}>
          <PaperClipOutlined aria-hidden /> {name}
        </a>
      ))}
      {known.length < documents.length && <span className="muted">{t.case.filesWithheld}</span>}
    </div>
  );
}

function isPicture({ mediaType }: { readonly mediaType: string }): boolean {
  return mediaType.startsWith('image/');
}
