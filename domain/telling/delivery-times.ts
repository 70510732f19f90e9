/** When a mail goes out: at once, with the next digest, or spread around a moment at which many are told something. */
import { DAY, instantOf, localDate } from '../calendar/calendar';
import type { Edition, Instant } from '../programme/edition';
import { shareOf } from '../calendar/share';
import type { NoticeKind } from './notices';

type Zone = Pick<Edition, 'utcOffsetMinutes'>;
/** As a programme says it. */
interface Settings {
  /** Times of the day, in order. */
  readonly digest: readonly string[];
  readonly jitterMinutes: number;
}

/** Time itself causes these, at the same full minute for every enterprise. */
const TIMED: ReadonlySet<NoticeKind> = new Set(['duty-overdue', 'duty-reminded', 'duty-escalated', 'round-opened']);

export interface Telling {
  readonly kind: NoticeKind;
  readonly at: Instant;
  /** Out of the quiet hours already. */
  readonly notBefore: Instant;
  readonly urgent: boolean;
}

/**
 * When a mail to `account` about it is due. What is urgent goes at once; an account that wants digests, or has had its most of
 * the day, gets the rest with the next digest.
 */
export function mailTime(
  telling: Telling,
  gathered: boolean,
  account: string,
  settings: Settings,
  zone: Zone,
): Instant {
  const { kind, at, notBefore, urgent } = telling;
  if (urgent) return notBefore;
  const spread = shareOf(account) * settings.jitterMinutes * 60_000;
  if (gathered) return nextDigest(notBefore, settings, zone) + spread;
  return notBefore > at || TIMED.has(kind) ? notBefore + spread : notBefore;
}

/** The first digest at or after that moment. */
export function nextDigest(from: Instant, { digest }: Pick<Settings, 'digest'>, zone: Zone): Instant {
  for (const day of [from, from + DAY]) {
    const date = localDate(day, zone);
    const slot = digest.map((time) => instantOf(date, time, zone)).find((instant) => instant >= from);
    if (slot !== undefined) return slot;
  }
  throw new Error('a programme has a digest a day at least');
}
