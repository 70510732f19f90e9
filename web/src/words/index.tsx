/** The language in which the console speaks: Chinese unless the reader has switched it; kept on the device. */
import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import type { Language } from '../../../contracts/words/languages';
import { en } from './en';
import { zh, type Texts } from './zh';

export const LANGUAGE_NAMES: { readonly [L in Language]: string } = { zh: '中文', en: 'English' };

const KEPT = 'fugong.language';

interface Speech {
  readonly language: Language;
  readonly t: Texts;
  /** The name of the language that `turn` turns to, in itself. */
  readonly other: string;
  readonly turn: () => void;
}

const SpeechContext = createContext<Speech>({ language: 'zh', t: zh, other: LANGUAGE_NAMES.en, turn: () => undefined });

export function SpeechProvider({ children }: { readonly children: ReactNode }) {
  const [language, setLanguage] = useState<Language>(() => (localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh'));
  useEffect(() => {
    localStorage.setItem(KEPT, language);
    document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
  }, [language]);
  const speech = useMemo<Speech>(
    () => ({
      language,
      t: language === 'zh' ? zh : en,
      other: LANGUAGE_NAMES[language === 'zh' ? 'en' : 'zh'],
      turn: () => setLanguage((now) => (now === 'zh' ? 'en' : 'zh')),
    }),
    [language],
  );
  return <SpeechContext value={speech}>{children}</SpeechContext>;
}

export const useSpeech = (): Speech => useContext(SpeechContext);
export const useTexts = (): Texts => useContext(SpeechContext).t;
