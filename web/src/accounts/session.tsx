/** Who is signed in, the town's words, and signing in and out. */
import { createContext, lazy, Suspense, useContext, type ReactNode } from 'react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Spin } from 'antd';
import type { Me } from './me';
import type { SupplyItem } from '../../../domain/programme/edition';
import { act, read, Refusal } from '../http/api';
import { dropAllDrafts } from '../http/drafts';
import { useTexts } from '../words';
import { Trouble } from '../http/trouble';

/** Whoever is signed in already does not need it. */
const SignIn = lazy(() => import('./sign-in').then((module) => ({ default: module.SignIn })));

/** What belongs to the town. The rules in force stand there too, and are nobody's business here: a case has its own (rules.tsx). */
export interface Programme {
  readonly town: string;
  readonly utcOffsetMinutes: number;
  readonly villages: readonly { readonly id: string; readonly name: string }[];
  readonly departments: readonly { readonly id: string; readonly name: string }[];
  readonly items: readonly SupplyItem[];
}

interface Session {
  readonly me: Me;
  readonly programme: Programme;
  readonly signOut: () => Promise<void>;
}

const SessionContext = createContext<Session | null>(null);

const ME = ['/me'];

/** Shows the sign-in page to whoever is not signed in, the children to everyone else. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const t = useTexts();
  const client = useQueryClient();
  const me = useQuery({ queryKey: ME, queryFn: async () => ({ now: await whoAmI() }), staleTime: 60_000 });
  const signedIn = Boolean(me.data?.now);
  const programme = useQuery({
    queryKey: ['/programme'],
    queryFn: ({ signal }) => read<Programme>('/programme', {}, signal),
    enabled: signedIn,
    staleTime: Infinity,
  });
  const error = me.error ?? (signedIn ? programme.error : null);
  if (error && !(me.data && programme.data))
    return <Trouble error={error} retry={() => void client.refetchQueries()} />;
  if (me.data && !me.data.now) {
    return (
      <Suspense>
        <SignIn done={() => void client.resetQueries()} />
      </Suspense>
    );
  }
  if (!me.data?.now || !programme.data) return <Spin fullscreen description={t.common.loading} />;
  const signOut = async () => {
    await act('/sign-out');
    dropAllDrafts();
    client.clear();
    await client.resetQueries({ queryKey: ME });
  };
  return <SessionContext value={{ me: me.data.now, programme: programme.data, signOut }}>{children}</SessionContext>;
}

/** Null for nobody. */
async function whoAmI(): Promise<Me | null> {
  try {
    return await read<Me>('/me');
  } catch (error) {
    if (error instanceof Refusal && error.problem.status === 401) return null;
    throw error;
  }
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('only below SessionProvider');
  return session;
}
