/** Where acts are done: one form for the whole console, above its pages, so that none closes because a list below has changed. */
import { createContext, lazy, Suspense, useCallback, useContext, useState, type ReactNode } from 'react';
import type { ToDo } from './view';

/** Forms are half of the console: they come when the first is opened. */
const ActDrawer = lazy(() => import('./act').then((module) => ({ default: module.ActDrawer })));

const DeskContext = createContext<(toDo: ToDo) => void>(() => undefined);

export function Desk({ children }: { readonly children: ReactNode }) {
  const [toDo, setToDo] = useState<ToDo | null>(null);
  const [used, setUsed] = useState(false);
  const begin = useCallback((next: ToDo) => {
    setUsed(true);
    setToDo(next);
  }, []);
  return (
    <DeskContext value={begin}>
      {children}
      {used && (
        <Suspense>
          <ActDrawer toDo={toDo} done={() => setToDo(null)} />
        </Suspense>
      )}
    </DeskContext>
  );
}

/** Opens the form of an act. */
export const useDesk = (): ((toDo: ToDo) => void) => useContext(DeskContext);
