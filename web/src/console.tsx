/** The console as a whole: theme, language, session, and which page stands at which address. */
import { lazy, Suspense, type ReactNode } from 'react';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { App, ConfigProvider, Spin } from 'antd';
import enUS from 'antd/locale/en_US';
import zhCN from 'antd/locale/zh_CN';
import { BrowserRouter, Route, Routes } from 'react-router';
import { Refusal } from './http/api';
import { Desk } from './case/acting/desk';
import { Frame } from './design/frame';
import { Missing } from './design/missing';
import { Work } from './case/work';
import { SessionProvider } from './accounts/session';
import { SpeechProvider, useSpeech } from './words';

/* The first page is "my work"; the others come when they are opened. */
const Board = lazy(() => import('./figures/board'));
const Bulletin = lazy(() => import('./telling/bulletin'));
const Bulletins = lazy(() => import('./telling/bulletins'));
const Case = lazy(() => import('./case'));
const Enterprises = lazy(() => import('./enterprises/enterprises'));
const Lodging = lazy(() => import('./people/lodging'));
const Notices = lazy(() => import('./telling/notices'));
const Operations = lazy(() => import('./operations/operations'));
const Print = lazy(() => import('./case/print'));
const Roster = lazy(() => import('./people/roster'));
const Statistics = lazy(() => import('./figures/statistics'));
const Stock = lazy(() => import('./supplies/stock'));
const Today = lazy(() => import('./figures/today'));
const Verify = lazy(() => import('./ledger/verify'));
const Visits = lazy(() => import('./testing/visits'));
const Write = lazy(() => import('./telling/write-bulletin'));

/** A refusal stays one; only silence is worth another try. */
const retry = (failures: number, error: unknown) => !(error instanceof Refusal) && failures < 2;

const client = new QueryClient({ defaultOptions: { queries: { retry, refetchOnWindowFocus: true } } });

/** Dark enough for white words on it (WCAG 2.2 AA: 7.6 : 1) and for itself on white. */
const theme = {
  token: {
    colorPrimary: '#a3211a',
    colorLink: '#a3211a',
    colorError: '#cf1322',
    colorTextDescription: '#595959',
    colorTextTertiary: '#595959',
    colorTextPlaceholder: '#6b6b6b',
  },
};

function Themed({ children }: { readonly children: ReactNode }) {
  const { language } = useSpeech();
  return (
    <ConfigProvider theme={theme} button={{ autoInsertSpace: false }} locale={language === 'zh' ? zhCN : enUS}>
      <App>{children}</App>
    </ConfigProvider>
  );
}

export function Console() {
  return (
    <QueryClientProvider client={client}>
      <SpeechProvider>
        <Themed>
          <BrowserRouter basename="/console">
            <Suspense fallback={<Spin fullscreen />}>
              <Routes>
                <Route path="/verify/:case/:code" element={<Verify />} />
                <Route path="*" element={<SignedIn />} />
              </Routes>
            </Suspense>
          </BrowserRouter>
        </Themed>
      </SpeechProvider>
    </QueryClientProvider>
  );
}

function SignedIn() {
  const { t } = useSpeech();
  return (
    <SessionProvider>
      <Frame>
        <Desk>
          <Suspense fallback={<Spin description={t.common.loading} />}>
            <Routes>
              <Route path="/" element={<Work />} />
              <Route path="/today" element={<Today />} />
              <Route path="/board" element={<Board />} />
              <Route path="/cases/:case" element={<Case />} />
              <Route path="/cases/:case/print/:form" element={<Print />} />
              <Route path="/enterprises" element={<Enterprises />} />
              <Route path="/enterprises/:enterprise/roster" element={<Roster />} />
              <Route path="/statistics" element={<Statistics />} />
              <Route path="/stock" element={<Stock />} />
              <Route path="/lodging" element={<Lodging />} />
              <Route path="/visits" element={<Visits />} />
              <Route path="/bulletins" element={<Bulletins />} />
              <Route path="/bulletins/new" element={<Write />} />
              <Route path="/bulletins/:bulletin" element={<Bulletin />} />
              <Route path="/notices" element={<Notices />} />
              <Route path="/operations" element={<Operations />} />
              <Route path="*" element={<Missing />} />
            </Routes>
          </Suspense>
        </Desk>
      </Frame>
    </SessionProvider>
  );
}
