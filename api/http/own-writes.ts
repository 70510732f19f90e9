/** Lets a read wait for the reader's own writes: for what `Fugong-After` names, as every answer to an act says it. */
import type { IncomingMessage } from 'node:http';
import type { Pool } from '../../db/sql/pool';
import { waitUntilShown } from '../../db/case/shown';
import { Problem } from './error-mapper';

/** What a person waits for without wondering (docs/adr/0003-recording-bursts.md). */
const WAIT_MS = 2000;
/** More streams than one person changes between two reads. */
const MOST_STREAMS = 10;
const MARK = /^([A-Za-z0-9][A-Za-z0-9._/-]{0,79})@(\d{1,15})$/;

/** Null when readers see everything that the header names; else the time up to which the answer is complete. */
export async function awaitOwnWrites(pool: Pool, { headers }: IncomingMessage): Promise<string | null> {
  const header = headers['fugong-after'];
  if (header === undefined) return null;
  const marks = marksOf(String(header));
  const seen = Date.now();
  const arrived = await Promise.all(
    marks.map(({ stream, sequence }) => waitUntilShown(pool, stream, sequence, WAIT_MS)),
  );
  return arrived.every(Boolean) ? null : new Date(seen).toISOString();
}

function marksOf(header: string): { stream: string; sequence: number }[] {
  const marks = header.split(',').map((mark) => MARK.exec(mark.trim()));
  if (marks.length > MOST_STREAMS || marks.includes(null)) {
    const reason = 'has the form <stream>@<sequence>, several separated by commas 格式为 <流>@<序号>';
    throw new Problem('invalid-header', { header: 'Fugong-After' }, [{ pointer: 'Fugong-After', reason }]);
  }
  return marks.map((mark) => ({ stream: mark?.[1] ?? '', sequence: Number(mark?.[2]) }));
}

/** Where the answer to a command can be read back from. */
export function afterHeader(stream: string, sequence: number): { 'Fugong-After': string } {
  return { 'Fugong-After': `${stream}@${sequence}` };
}
