/** Parts that most pages share: their heading, lines, states without content, and what one may see only as of a time. */
import { useEffect, type ReactNode } from 'react';
import { Alert, Button, Empty, Skeleton } from 'antd';
import { useMoments } from './moment';
import { useTexts } from '../words';
import { Trouble } from '../http/trouble';

/** A page's heading, which is the window's name as well. */
export function Heading({ title, children }: { readonly title: string; readonly children?: ReactNode }) {
  const t = useTexts();
  useEffect(() => {
    document.title = `${title} · ${t.title}`;
  }, [title, t]);
  return (
    <div className="heading">
      <h1>{title}</h1>
      {children}
    </div>
  );
}

interface Found {
  readonly isPending: boolean;
  readonly error: unknown;
  readonly data: unknown;
  refetch(): unknown;
}

/** What stands in place of a part while it is read, when it cannot be, and when there is nothing. */
export function Reading({
  of,
  empty,
  children,
}: {
  readonly of: Found;
  readonly empty?: ReactNode | false;
  readonly children: ReactNode;
}) {
  if (of.error && of.data === undefined) return <Trouble error={of.error} retry={() => void of.refetch()} />;
  if (of.isPending) return <Skeleton active />;
  if (empty) return typeof empty === 'string' ? <Nothing words={empty} /> : empty;
  return children;
}

export function Nothing({ words, hint }: { readonly words: string; readonly hint?: string }) {
  return (
    <Empty
      image={Empty.PRESENTED_IMAGE_SIMPLE}
      description={
        <>
          {words}
          {hint && <p className="muted">{hint}</p>}
        </>
      }
    />
  );
}

export function AsOf({ time }: { readonly time: string | null | undefined }) {
  const t = useTexts();
  const { at } = useMoments();
  return time ? <Alert type="info" showIcon title={t.common.asOf(at(time))} style={{ marginBottom: 12 }} /> : null;
}

export function More({
  of,
}: {
  readonly of: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage(): unknown };
}) {
  const t = useTexts();
  if (!of.hasNextPage) return null;
  return (
    <Button block loading={of.isFetchingNextPage} onClick={() => void of.fetchNextPage()}>
      {t.common.more}
    </Button>
  );
}

/** What may be wider than the screen scrolls by itself, by keyboard as well. */
export function Wide({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className="wide" tabIndex={0} role="region" aria-label={label}>
      {children}
    </div>
  );
}
