/** Answers for which time zones a programme may name, and for their one offset. */

/** Daylight saving that lasts less than a week does not exist: a probe a week finds every one. */
const PROBE_DAYS = 7;
const DAY = 86_400_000;

/** An IANA name such as Asia/Shanghai; a bare offset such as +08:00 is none. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/**
 * Minutes east of UTC when they are the same on every day of the years, both included; null for a zone that changes its
 * clocks in them. The zone must exist.
 */
export function fixedOffset(timeZone: string, firstYear: number, lastYear: number): number | null {
  const format = new Intl.DateTimeFormat('en-US', { timeZone, timeZoneName: 'longOffset' });
  const end = Date.UTC(lastYear + 1, 0, 1);
  let found: number | null = null;
  for (let at = Date.UTC(firstYear, 0, 1); at < end; at += PROBE_DAYS * DAY) {
    const offset = offsetAt(format, at);
    if (found !== null && offset !== found) return null;
    found = offset;
  }
  return found;
}

function offsetAt(format: Intl.DateTimeFormat, at: number): number {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? '';
  // `GMT` alone is UTC itself.
  const [, sign, hours, minutes] = /^GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? [];
  const size = Number(hours ?? 0) * 60 + Number(minutes ?? 0);
  return sign === '-' ? -size : size;
}
