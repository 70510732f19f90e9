/** What a department reviews in this round: its materials in the versions that the submission froze, to be opened from the form. */
import { PaperClipOutlined } from '@ant-design/icons';
import type { CaseView } from '../../../../contracts/case/views';
import { useNames } from '../../programme/names';
import { useRules } from '../../programme/rules';
import { useSession } from '../../accounts/session';
import { useTexts } from '../../words';

export function Reviewed({ view }: { readonly view: CaseView }) {
  const t = useTexts();
  const names = useNames();
  const { me } = useSession();
  const rules = useRules();
  const materials = rules.departments.find(({ id }) => id === me.department)?.materials ?? [];
  return (
    <section className="field-group">
      <strong>{t.acting.materials}</strong>
      <ul>
        {materials.map((material) => {
          const version = view.review.frozenVersions[material] ?? 0;
          const document = view.materials[material]?.[version - 1]?.document;
          return (
            <li key={material}>
              {document ? (
                <a href={`/documents/${document}`} download>
                  <PaperClipOutlined aria-hidden /> {names.material(material)} {t.common.version(version)}
                </a>
              ) : (
                names.material(material)
              )}
            </li>
          );
        })}
      </ul>
    </section>
  );
}
