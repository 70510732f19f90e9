/** Reads as the pages use them: one answer, or a list page by page; shapes are what the contracts' views describe. */
import { useInfiniteQuery, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { read, type Query } from './api';

/** Kept while the reader looks at something else for a moment; changes are announced by the API itself. */
const FRESH_MS = 30_000;

export function useRead<T>(path: string, query: Query = {}, enabled = true): UseQueryResult<T> {
  return useQuery({
    queryKey: [path, query],
    queryFn: ({ signal }) => read<T>(path, query, signal),
    enabled,
    staleTime: FRESH_MS,
  });
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | number | null;
  readonly asOf: string | null;
}

export function usePages<T>(path: string, query: Query = {}, enabled = true) {
  const found = useInfiniteQuery({
    queryKey: [path, query, 'pages'],
    queryFn: ({ signal, pageParam }) =>
      read<Page<T>>(path, { ...query, cursor: pageParam === null ? undefined : pageParam }, signal),
    initialPageParam: null as string | number | null,
    getNextPageParam: (last) => last.next,
    enabled,
    staleTime: FRESH_MS,
  });
  const items = found.data?.pages.flatMap((page) => page.items) ?? [];
  const asOf = found.data?.pages.at(-1)?.asOf ?? null;
  return { ...found, items, asOf };
}
