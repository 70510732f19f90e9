/** Looks into a zip before anything is made of it: which files it has, and how large they really are. */
import { inflateRawSync } from 'node:zlib';

/** Signatures and sizes of APPNOTE 4.3: end of central directory, central directory header, local header. */
const END = 0x06054b50;
const END_SIZE = 22;
const COMMENT_LIMIT = 0xffff;
const HEADER = 0x02014b50;
const HEADER_SIZE = 46;
const LOCAL = 0x04034b50;
const LOCAL_SIZE = 30;
const STORED = 0;
const DEFLATED = 8;

/**
 * Shows every file of the zip: each is inflated up to what is left of `limit`, and let go. The sizes that the zip claims are
 * believed only when they are too large. Gives why it was given up.
 */
export function lookIntoZip(
  file: Buffer,
  { limit, most }: { readonly limit: number; readonly most: number },
  look: (name: string, content: Buffer) => void,
): 'corrupt' | 'too-large' | undefined {
  const end = endOf(file);
  if (end === undefined) return 'corrupt';
  const count = file.readUInt16LE(end + 10);
  if (count > most) return 'too-large';
  let left = limit;
  try {
    let at = file.readUInt32LE(end + 16);
    for (let number = 0; number < count; number += 1) {
      if (file.readUInt32LE(at) !== HEADER) return 'corrupt';
      const { name, next } = headerAt(file, at);
      if (file.readUInt32LE(at + 24) > left) return 'too-large';
      const content = contentOf(file, at, left);
      if (typeof content === 'string') return content;
      left -= content.length;
      look(name, content);
      at = next;
    }
  } catch (error) {
    // An offset beyond the file.
    if ((error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE') return 'corrupt';
    throw error;
  }
  return undefined;
}

/** Some programs write folders as Windows does; and a name may be followed by more. */
function headerAt(file: Buffer, at: number): { name: string; next: number } {
  const end = at + HEADER_SIZE + file.readUInt16LE(at + 28);
  const name = file.toString('utf8', at + HEADER_SIZE, end).replaceAll('\\', '/');
  return { name, next: end + file.readUInt16LE(at + 30) + file.readUInt16LE(at + 32) };
}

/** The names of all files, from the end of a zip, which begins at byte `before`; undefined when the list is not whole. */
export function namesInZip(tail: Buffer, before: number): string[] | undefined {
  const end = endOf(tail);
  if (end === undefined) return undefined;
  const names: string[] = [];
  try {
    let at = tail.readUInt32LE(end + 16) - before;
    for (let left = tail.readUInt16LE(end + 10); left > 0; left -= 1) {
      if (tail.readUInt32LE(at) !== HEADER) return undefined;
      const { name, next } = headerAt(tail, at);
      names.push(name);
      at = next;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_OUT_OF_RANGE') return undefined;
    throw error;
  }
  return names;
}

function contentOf(file: Buffer, at: number, left: number): Buffer | 'corrupt' | 'too-large' {
  const method = file.readUInt16LE(at + 10);
  const packed = file.readUInt32LE(at + 20);
  const local = file.readUInt32LE(at + 42);
  if (file.readUInt32LE(local) !== LOCAL) return 'corrupt';
  const from = local + LOCAL_SIZE + file.readUInt16LE(local + 26) + file.readUInt16LE(local + 28);
  if (from + packed > file.length) return 'corrupt';
  const data = file.subarray(from, from + packed);
  if (method === STORED) return packed > left ? 'too-large' : data;
  if (method !== DEFLATED) return 'corrupt';
  try {
    return packed === 0 ? data : inflateRawSync(data, { maxOutputLength: Math.max(1, left) });
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE' ? 'too-large' : 'corrupt';
  }
}

/** Searched from the end: a comment of any length may follow it. */
function endOf(file: Buffer): number | undefined {
  const last = file.length - END_SIZE;
  for (let at = last; at >= Math.max(0, last - COMMENT_LIMIT); at -= 1) {
    if (file.readUInt32LE(at) === END) return at;
  }
  return undefined;
}
