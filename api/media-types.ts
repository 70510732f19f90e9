/** The types of file that are taken, and whether a file is what it says it is. */
import type { IncomingMessage } from 'node:http';
import { Problem } from './problem';

const bytes = (...values: number[]) => Buffer.from(values);
const ZIP = bytes(0x50, 0x4b, 0x03, 0x04);

/**
 * What plans, photos and tables come as, with the bytes each begins with (at an offset for webp). None runs in a browser as
 * script or markup: no HTML, no SVG, no archives.
 */
export const MEDIA_TYPES: { readonly [type: string]: { readonly begins: Buffer; readonly at?: number } | null } = {
  'application/pdf': { begins: Buffer.from('%PDF-') },
  'image/jpeg': { begins: bytes(0xff, 0xd8, 0xff) },
  'image/png': { begins: bytes(0x89, 0x50, 0x4e, 0x47) },
  'image/webp': { begins: Buffer.from('WEBP'), at: 8 },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { begins: ZIP },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { begins: ZIP },
  'text/plain': null,
};

/** @throws Problem `unsupported-media-type` */
export function mediaTypeOf({ headers }: IncomingMessage): string {
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  const plain = (headers['content-encoding'] ?? 'identity') === 'identity';
  if (Object.hasOwn(MEDIA_TYPES, type) && plain) return type;
  throw new Problem('unsupported-media-type', { supported: Object.keys(MEDIA_TYPES) });
}

/** Text has no NUL; everything else begins as its kind does. @throws Problem `document-mismatch` */
export function checkContent(type: string, piece: Buffer, first: boolean): void {
  const mark = MEDIA_TYPES[type];
  if (!mark) {
    if (piece.includes(0)) throw new Problem('document-mismatch');
    return;
  }
  const at = mark.at ?? 0;
  if (first && !piece.subarray(at, at + mark.begins.length).equals(mark.begins)) throw new Problem('document-mismatch');
}
