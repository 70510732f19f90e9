/** What somebody has typed and not sent yet: kept on the device until it was done, across a lost connection or a closed page. */

const PREFIX = 'fugong.draft.';
/** Older drafts are about cases that have moved on. */
const KEPT_MS = 14 * 24 * 3_600_000;

interface Draft {
  readonly at: number;
  readonly values: unknown;
  /** The last attempt: the same words under the same key are the same act. */
  readonly sent?: { readonly key: string; readonly body: string };
}

function load(name: string): Draft | undefined {
  try {
    const draft = JSON.parse(localStorage.getItem(PREFIX + name) ?? 'null') as Draft | null;
    return draft && draft.at > Date.now() - KEPT_MS ? draft : undefined;
  } catch {
    return undefined;
  }
}

/** A full or forbidden storage costs the draft, never the act. */
function store(name: string, draft: Draft): void {
  try {
    localStorage.setItem(PREFIX + name, JSON.stringify(draft));
  } catch {
    sweep(0);
  }
}

export function draftOf(name: string): unknown {
  return load(name)?.values;
}

export function keepDraft(name: string, values: unknown): void {
  store(name, { ...load(name), at: Date.now(), values });
}

export function dropDraft(name: string): void {
  localStorage.removeItem(PREFIX + name);
}

/** The key under which this body is sent: the same one for the same body, also after a reload. */
export function keyFor(name: string, body: unknown): string {
  const words = JSON.stringify(body);
  const draft = load(name);
  if (draft?.sent?.body === words) return draft.sent.key;
  const key = crypto.randomUUID();
  store(name, { at: Date.now(), values: draft?.values, sent: { key, body: words } });
  return key;
}

/** Removes drafts older than `ms`. */
export function sweep(ms: number = KEPT_MS): void {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) {
    const draft = load(name.slice(PREFIX.length));
    if (!draft || draft.at < Date.now() - ms) localStorage.removeItem(name);
  }
}

/** A shared computer: nobody sees what another has typed. */
export function dropAllDrafts(): void {
  for (const name of Object.keys(localStorage).filter((one) => one.startsWith(PREFIX))) localStorage.removeItem(name);
}
