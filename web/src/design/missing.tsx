/** What stands at an address without a page. */
import { Link } from 'react-router';
import { useTexts } from '../words';

export function Missing() {
  const t = useTexts();
  return (
    <section className="trouble">
      <h1>{t.common.notFound}</h1>
      <Link to="/">{t.common.toWork}</Link>
    </section>
  );
}
