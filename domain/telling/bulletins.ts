/** Bulletins 简报: drafted, published now or later, urged once an hour, withdrawn; what is read by everybody names nobody. */
import { utcText } from '../calendar/calendar';
import type { OutsideEntry } from '../ledger/outside-acts';
import { refuseOutside } from '../ledger/rejection';
import type { Instant } from '../programme/edition';

type State = 'draft' | 'scheduled' | 'published' | 'withdrawn';

export interface Bulletin {
  readonly state: State;
  readonly channels: readonly string[];
  /** The uploaded picture; null: none. */
  readonly cover: string | null;
  readonly publishAt: Instant | null;
  readonly urgedAt: Instant | null;
}

/** What the privacy guard has found in words. */
export interface PersonalData {
  readonly what: string;
  /** Masked. */
  readonly shown: string;
}

/** The same people are not urged again within this: an hour, for who is not at a phone. */
const URGE_AGAIN_MS = 3_600_000;
/** What is read beyond the people whom it was written for. */
const READ_BY_OTHERS: readonly string[] = ['wecom', 'copy-text', 'official-account'];

export function isReadByOthers(channel: string): boolean {
  return READ_BY_OTHERS.includes(channel);
}

export interface Draft<Channel extends string> {
  readonly kind: string;
  readonly channels: readonly Channel[];
  readonly attachments: readonly string[];
}

/** What is named twice counts once. */
export function draftBulletin<Channel extends string>({
  kind,
  channels: named,
  attachments,
}: Draft<Channel>): Pick<Draft<Channel>, 'channels' | 'attachments'> & { readonly entry: OutsideEntry } {
  const channels = [...new Set(named)];
  const entry: OutsideEntry = { type: 'bulletin-drafted', details: { kind, channels } };
  return { channels, attachments: [...new Set(attachments)], entry };
}

export interface Publishing {
  /** The time that is wanted; none, or one that has passed: now. */
  readonly at: Instant | undefined;
  /** In its title or words; null: nothing, or nobody else reads it. */
  readonly personal: PersonalData | null;
  /** Enterprises of its audience as it would be now. */
  readonly enterprises: number;
}

/** @throws Refused `wrong-state`, `cover-missing`, `personal-data`, `nobody-to-tell` */
export function scheduleBulletin(
  bulletin: Bulletin,
  { at = 0, personal, enterprises }: Publishing,
  now: Instant,
): { readonly publishAt: Instant; readonly entry: OutsideEntry } {
  requireState(bulletin, ['draft']);
  const { channels, cover } = bulletin;
  if (channels.includes('official-account') && cover === null) refuseOutside('cover-missing');
  requireImpersonal(bulletin, personal);
  if (!channels.some(isReadByOthers) && enterprises === 0) refuseOutside('nobody-to-tell');
  const publishAt = Math.max(now, at);
  return { publishAt, entry: { type: 'bulletin-scheduled', details: { at: publishAt } } };
}

export interface Published {
  readonly publishedAt: Instant;
  /** By how many deliveries it goes to its audience, and by how many elsewhere. */
  readonly entryOf: (spread: { readonly recipients: number; readonly elsewhere: number }) => OutsideEntry;
}

/** Its time has come; undefined for one that is not scheduled (any more), or not yet for now: asked again, it changes nothing. */
export function publishWhenDue({ state, publishAt }: Bulletin, now: Instant): Published | undefined {
  if (state !== 'scheduled' || (publishAt ?? 0) > now) return undefined;
  return {
    publishedAt: now,
    entryOf: ({ recipients, elsewhere }) => ({ type: 'bulletin-published', details: { recipients, elsewhere } }),
  };
}

export interface Urged {
  readonly urgedAt: Instant;
  /** How many accounts had not read it. */
  readonly entryOf: (urged: number) => OutsideEntry;
}

/** @throws Refused `wrong-state`, `too-soon` */
export function urgeBulletin(bulletin: Bulletin, now: Instant): Urged {
  requireState(bulletin, ['published']);
  const again = (bulletin.urgedAt ?? -Infinity) + URGE_AGAIN_MS;
  if (now < again) refuseOutside('too-soon', { again: utcText(again) });
  return { urgedAt: now, entryOf: (urged) => ({ type: 'bulletin-urged', details: { urged } }) };
}

export interface Withdrawn {
  readonly withdrawnAt: Instant;
  /** It was published: those who have it are told that it no longer holds. */
  readonly tells: boolean;
  /** How many accounts had it. */
  readonly entryOf: (told: number) => OutsideEntry;
}

/** `personal`: in the reason, where others read it too. @throws Refused `wrong-state`, `personal-data` */
export function withdrawBulletin(
  bulletin: Bulletin,
  { personal }: { readonly personal: PersonalData | null },
  now: Instant,
): Withdrawn {
  requireState(bulletin, ['draft', 'scheduled', 'published']);
  requireImpersonal(bulletin, personal);
  return {
    withdrawnAt: now,
    tells: bulletin.state === 'published',
    entryOf: (told) => ({ type: 'bulletin-withdrawn', details: { told } }),
  };
}

function requireState({ state }: Bulletin, from: readonly State[]): void {
  if (!from.includes(state)) refuseOutside('wrong-state', { status: state });
}

function requireImpersonal({ channels }: Bulletin, personal: PersonalData | null): void {
  if (personal && channels.some(isReadByOthers)) refuseOutside('personal-data', { ...personal });
}
