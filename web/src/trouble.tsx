/** What a person sees when something could not be read or done: the problem's own words and what to do. */
import { WarningOutlined } from '@ant-design/icons';
import { Alert, Button } from 'antd';
import { Refusal, Unreachable } from './api';
import { useSpeech } from './texts';

/** The problem in the reader's language. */
export function useWords(): (error: unknown) => string {
  const { language, t } = useSpeech();
  return (error) => {
    if (error instanceof Refusal) {
      const { problem } = error;
      const words = language === 'zh' ? problem.detail : problem.detailEn;
      const fields = (problem.errors ?? []).map(({ pointer, reason }) => `${pointer}: ${inLanguage(reason, language)}`);
      return [words, ...fields.slice(0, 5)].join(' ');
    }
    if (error instanceof Unreachable) return t.common.unreachable;
    return t.common.broken;
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

/** Above a form that was refused; read out by screen readers at once. */
export function RefusedAlert({ error, title }: { readonly error: unknown; readonly title: string }) {
  const words = useWords();
  return (
    <Alert type="error" showIcon role="alert" title={title} description={words(error)} style={{ marginBottom: 16 }} />
  );
}
