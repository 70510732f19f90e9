/** What a file is, by its content alone: browsers of Kylin and WPS say anything of a good workbook, and a name says nothing. */
import type { IncomingMessage } from 'node:http';
import { TAKEN, type MediaType } from '../../contracts/documents/file-kinds';
import { Problem } from '../http/error-mapper';
import { COMPOUND } from './workbook-reading';
import { namesInZip } from './zip';

const bytes = (...values: number[]) => Buffer.from(values);

interface Mark {
  readonly type: MediaType;
  readonly begins: Buffer;
  readonly at: number;
}

/** What a kind begins with, at which byte. */
const MARKS: readonly Mark[] = [
  { type: 'application/pdf', begins: Buffer.from('%PDF-'), at: 0 },
  { type: 'image/jpeg', begins: bytes(0xff, 0xd8, 0xff), at: 0 },
  { type: 'image/png', begins: bytes(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a), at: 0 },
  { type: 'image/webp', begins: Buffer.from('WEBP'), at: 8 },
];
const ZIP = bytes(0x50, 0x4b, 0x03, 0x04);

/** The part that makes a zip a document of its kind; some programs number it. */
const PARTS: readonly { readonly type: MediaType; readonly part: RegExp }[] = [
  {
    type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    part: /^word\/document\d*\.xml$/i,
  },
  { type: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', part: /^xl\/workbook\d*\.xml$/i },
];
/** With macros it is a program. */
const MACROS = /(?:^|\/)vbaProject[^/]*$/i;
/** The list of a zip's parts stands at its end, some 100 bytes a part: room for 5,000. */
const TAIL = 512 * 1024;

/** Control characters that a text may have: tab, line ends, form feeds (Word), escape (terminals). */
const TEXT_CONTROLS = new Set([0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1b]);
/** What a browser would take for markup (WHATWG MIME sniffing): HTML, SVG and other XML. */
const MARKUP = /^(?:\ufeff|\u00ef\u00bb\u00bf)?\s*<[!?/a-z]/i;

/** @throws Problem `unsupported-media-type` for a body that is packed on its way */
export function requirePlain({ headers }: IncomingMessage): void {
  if ((headers['content-encoding'] ?? 'identity') === 'identity') return;
  throw new Problem('unsupported-media-type', { supported: [TAKEN.zh] });
}

/** Looks at a file piece by piece as it arrives; what it holds of it is bounded. */
export class Looker {
  #kind: MediaType | 'zip' | undefined;
  #tail = Buffer.alloc(0);
  #size = 0;

  /** @throws Problem `document-mismatch`, `compound-document`, as soon as the file can be nothing that is taken */
  look(piece: Buffer): void {
    this.#kind ??= kindOf(piece);
    this.#size += piece.length;
    if (this.#kind === 'text/plain' && !isText(piece)) throw notTaken();
    if (this.#kind === 'zip') this.#tail = Buffer.concat([this.#tail, piece]).subarray(-TAIL);
  }

  /** What the file is, once all of it was seen. @throws Problem `document-mismatch` */
  type(): MediaType {
    if (this.#kind !== 'zip') return this.#kind ?? 'text/plain';
    const names = namesInZip(this.#tail, this.#size - this.#tail.length) ?? [];
    const found = PARTS.filter(({ part }) => names.some((name) => part.test(name)));
    const [one] = found;
    if (!one || found.length > 1 || names.some((name) => MACROS.test(name))) throw notTaken();
    return one.type;
  }
}

function kindOf(first: Buffer): MediaType | 'zip' {
  const begins = (mark: Buffer, at = 0) => first.subarray(at, at + mark.length).equals(mark);
  if (begins(ZIP)) return 'zip';
  if (begins(COMPOUND)) throw new Problem('compound-document');
  const found = MARKS.find((mark) => begins(mark.begins, mark.at));
  if (found) return found.type;
  if (MARKUP.test(first.toString('latin1'))) throw notTaken();
  return 'text/plain';
}

function isText(piece: Buffer): boolean {
  for (const byte of piece) if ((byte < 0x20 || byte === 0x7f) && !TEXT_CONTROLS.has(byte)) return false;
  return true;
}

function notTaken(): Problem {
  return new Problem('document-mismatch', { kinds: TAKEN.zh, kindsEn: TAKEN.en });
}
