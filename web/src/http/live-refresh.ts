/** Live refresh: the API says that something has changed, and what is on screen is read again. */
import { useEffect } from 'react';
import { useQueryClient } from '@tanstack/react-query';

export function useChanges(): void {
  const client = useQueryClient();
  useEffect(() => {
    const source = new EventSource('/events');
    const refresh = () =>
      void client.invalidateQueries({ predicate: (query) => query.queryKey[0] !== '/openapi.json' });
    // After a lost connection as well: what was missed meanwhile is unknown.
    let opened = false;
    source.addEventListener('open', () => {
      if (opened) refresh();
      opened = true;
    });
    source.addEventListener('changed', refresh);
    return () => source.close();
  }, [client]);
}
