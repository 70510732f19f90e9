/** What a person sees when something could not be read or done: the problem's own words and what to do. */
import { WarningOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { Refusal, Unreachable } from './api';
import { useSpeech } from '../words';

/** What a problem says in the reader's language, without its places. */
export function useDetail(): (error: unknown) => string {
  const { language, t } = useSpeech();
  return (error) => {
    if (error instanceof Refusal) return language === 'zh' ? error.problem.detail : error.problem.detailEn;
    return error instanceof Unreachable ? t.common.unreachable : t.common.broken;
  };
}

/** The problem in the reader's language, with the first of its places. */
export function useWords(): (error: unknown) => string {
  const { language } = useSpeech();
  const detail = useDetail();
  return (error) => {
    const errors = error instanceof Refusal ? (error.problem.errors ?? []) : [];
    const fields = errors.map(({ pointer, reason }) => `${pointer}: ${inLanguage(reason, language)}`);
    return [detail(error), ...fields.slice(0, 5)].join(' ');
  };
}

/** Reasons stand as `English 中文`. */
export function inLanguage(both: string, language: 'zh' | 'en'): string {
  const at = both.search(/[\u3400-\u9fff《（“]/);
  if (at <= 0) return both;
  const [english, chinese] = [both.slice(0, at).trim(), both.slice(at).trim()];
  return language === 'zh' || english === '' ? chinese : english;
}

/** In place of a page or a part that could not be read. */
export function Trouble({ error, retry }: { readonly error: unknown; readonly retry?: () => void }) {
  const { t } = useSpeech();
  const words = useWords();
  const forbidden = error instanceof Refusal && error.problem.status === 403;
  return (
    <section className="trouble" role="alert">
      <WarningOutlined style={{ fontSize: 40, color: '#a3211a' }} />
      <h2>{forbidden ? t.common.noPermission : words(error)}</h2>
      <p className="muted">{forbidden ? words(error) : t.common.whatToDo}</p>
      {retry && !forbidden && <Button onClick={retry}>{t.common.retry}</Button>}
    </section>
  );
}
