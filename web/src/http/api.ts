/** How the console talks to the API: reads that see one's own writes, acts that take effect once, refusals in their own words. */
import type { FieldMistake } from '../../../contracts/words/problems';

/** A refusal as the API words it (RFC 9457). */
export interface Problem {
  readonly code: string;
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  readonly detailEn: string;
  readonly errors?: readonly FieldMistake[];
  readonly about?: Readonly<Record<string, unknown>>;
}

export class Refusal extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

/** Nobody answered: the network or the system is away. */
export class Unreachable extends Error {}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What an act has left behind, for reads to wait for: the last streams that this page has changed. */
const marks = new Map<string, string>();
/** As many as the API takes. */
const MOST_MARKS = 10;

function remember(after: string | null): void {
  if (after === null) return;
  const stream = after.slice(0, after.lastIndexOf('@'));
  marks.delete(stream);
  marks.set(stream, after);
  const [oldest] = marks.keys();
  if (marks.size > MOST_MARKS && oldest !== undefined) marks.delete(oldest);
}

async function send(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, init);
  } catch (error) {
    if (init.signal?.aborted) throw error;
    throw new Unreachable(path);
  }
}

async function answered<T>(response: Response): Promise<T> {
  const isJson = (response.headers.get('content-type') ?? '').includes('json');
  if (!isJson) throw new Unreachable(String(response.status));
  const body: unknown = await response.json();
  if (!response.ok) throw new Refusal(body as Problem);
  return body as T;
}

export function addressOf(path: string, query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined && value !== '');
  const search = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return search === '' ? path : `${path}?${search}`;
}

/** @throws Refusal, Unreachable */
export async function read<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const headers = marks.size > 0 ? { 'Fugong-After': [...marks.values()].join(', ') } : undefined;
  const response = await send(addressOf(path, query), { ...(headers && { headers }), ...(signal && { signal }) });
  return answered<T>(response);
}

/** An act; `key` makes a repeat of it the same act. @throws Refusal, Unreachable */
export async function act<T>(path: string, body: unknown = {}, key: string = crypto.randomUUID()): Promise<T> {
  const headers = { 'Content-Type': 'application/json', 'Idempotency-Key': key };
  const response = await send(path, { method: 'POST', headers, body: JSON.stringify(body) });
  const done = await answered<T>(response);
  remember(response.headers.get('fugong-after'));
  return done;
}

export interface StoredDocument {
  readonly id: string;
  readonly name: string;
}

/** What the file is, its content says: browsers of Kylin and WPS say anything. @throws Refusal, Unreachable */
export async function upload(file: File): Promise<StoredDocument> {
  const name = file.name.normalize('NFC').slice(0, 200);
  const headers = { 'Content-Type': 'application/octet-stream' };
  return answered(await send(addressOf('/documents', { name }), { method: 'POST', headers, body: file }));
}

interface CommandState {
  readonly status: 'pending' | 'done' | 'refused';
  readonly caseNumber: string | null;
  readonly sequence: number | null;
  readonly problem: Problem | null;
}

/** A worker that comes back answers within seconds; a person is told that the act is kept meanwhile. */
const LOOK_AGAIN_MS = 1500;

/** Sends a command to a case; `waiting` is told when no worker has answered yet. @throws Refusal, Unreachable */
export async function command(
  caseNumber: string,
  route: string,
  body: unknown,
  key: string,
  waiting: () => void,
): Promise<void> {
  const sent = await act<{ command: string; status: string }>(`/reopenings/${caseNumber}/${route}`, body, key);
  if (sent.status !== 'pending') return;
  waiting();
  for (;;) {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    const now = await read<CommandState>(`/commands/${sent.command}`).catch((error: unknown) => {
      if (error instanceof Unreachable) return undefined;
      throw error;
    });
    if (now?.status === 'refused' && now.problem) throw new Refusal(now.problem);
    if (now?.status === 'done') {
      if (now.caseNumber !== null && now.sequence !== null) remember(`${now.caseNumber}@${now.sequence}`);
      return;
    }
  }
}
