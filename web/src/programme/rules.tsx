/** The rules under which a case runs, by the hash that it says: read once, for what a hash names never changes. */
import { createContext, useContext, type ReactNode } from 'react';
import { useQuery, type QueryClient } from '@tanstack/react-query';
import { Skeleton } from 'antd';
import { pathOfRules } from '../../../programme/rules';
import type { Edition } from '../../../domain/programme/edition';
import { read } from '../http/api';
import { Trouble } from '../http/trouble';

const RulesContext = createContext<Edition | null>(null);

const queryOf = (hash: string) => ({
  queryKey: ['rules', hash],
  queryFn: ({ signal }: { readonly signal: AbortSignal }) => read<Edition>(pathOfRules(hash), {}, signal),
  // Never read again, whatever has changed.
  staleTime: 'static' as const,
  gcTime: Infinity,
});

/** Shows what is about a case under the case's own rules. */
export function UnderRules({ hash, children }: { readonly hash: string; readonly children: ReactNode }) {
  const found = useQuery(queryOf(hash));
  if (found.data) return <RulesContext value={found.data}>{children}</RulesContext>;
  if (found.error) return <Trouble error={found.error} retry={() => void found.refetch()} />;
  return <Skeleton active />;
}

/** Undefined as long as they are on their way. */
export function useRulesBy(hash: string): Edition | undefined {
  return useQuery(queryOf(hash)).data;
}

/** For what happens after a press. @throws Refusal, Unreachable */
export function readRules(client: QueryClient, hash: string): Promise<Edition> {
  return client.fetchQuery(queryOf(hash));
}

/** The rules of the case that is shown here; null where none is. */
export const useRulesHere = (): Edition | null => useContext(RulesContext);

export function useRules(): Edition {
  const rules = useRulesHere();
  if (!rules) throw new Error('only below UnderRules');
  return rules;
}
