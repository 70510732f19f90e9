/** What a message is about, as PostgreSQL has it, before it has words. */
import type { Json } from '../../domain/ledger/entry';
import type { Edition, Instant } from '../../domain/programme/edition';
import type { Phase } from '../../domain/case/state';
import type { BulletinKind, Part } from './bulletins';
import type { Language } from '../words/languages';
import type { DailySummary } from './daily-summary';
import type { NoticeKind } from '../../domain/telling/notices';

/** One notice with what its placeholders may need. */
export interface NoticeContent {
  readonly kind: NoticeKind;
  readonly caseNumber: string;
  readonly sequence: number;
  /** When it was told, by the case's clock. */
  readonly at: Instant;
  readonly duty: string | null;
  readonly details: { readonly [key: string]: Json };
  /** When each duty of the case that is still owed is due, by its id. */
  readonly dues: { readonly [duty: string]: Instant | null };
  readonly enterprise: string;
  readonly village: string;
  readonly phase: Phase;
  /** The id of the edition under which the case runs, and its rules; null as long as they are not known in PostgreSQL. */
  readonly edition: string;
  readonly rules: Edition | null;
  /** False: done meanwhile. */
  readonly owed: boolean;
}

/** An attached file, read whole. */
export interface FileContent {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

export interface BulletinContent {
  readonly id: string;
  readonly kind: BulletinKind;
  readonly title: string;
  /** Markdown. */
  readonly body: string;
  readonly effectiveOn: string | null;
  readonly part: Part;
  /** Why it was withdrawn; null: it holds. */
  readonly withdrawal: string | null;
  readonly cover: FileContent | null;
  readonly attachments: readonly FileContent[];
}

export type Content =
  | { readonly of: 'notices'; readonly notices: readonly NoticeContent[] }
  | { readonly of: 'bulletin'; readonly bulletin: BulletinContent }
  | { readonly of: 'summary'; readonly summary: DailySummary };

/** Who gets it, as far as words and address depend on it. */
export interface Destination {
  readonly language: Language;
  /** Of an account that has one. */
  readonly email: string | null;
  /** WeCom users whom the message concerns: of a group's message. */
  readonly mentions: readonly string[];
}
