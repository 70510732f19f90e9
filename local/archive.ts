/** Answers for taking one file out of a downloaded archive, with nothing but Node: a bare machine has no unzip. */
import { promisify } from 'node:util';
import zlib from 'node:zlib';

const inflate = promisify<Buffer, Buffer>(zlib.inflateRaw);
const gunzip = promisify<Buffer, Buffer>(zlib.gunzip);

/** The content of the one file in a zip whose name ends so. Sizes and offsets are read as in APPNOTE.TXT 4.3.7–4.3.16, without ZIP64. */
export async function fileFromZip(zip: Buffer, nameEnd: string): Promise<Buffer> {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1');
  if (end < 0) throw new Error('not a zip file');
  const entries = zip.readUInt16LE(end + 10);
  let entry = zip.readUInt32LE(end + 16);
  for (let i = 0; i < entries; i++) {
    const method = zip.readUInt16LE(entry + 10);
    const packedSize = zip.readUInt32LE(entry + 20);
    const nameLength = zip.readUInt16LE(entry + 28);
    const local = zip.readUInt32LE(entry + 42);
    const name = zip.toString('utf8', entry + 46, entry + 46 + nameLength);
    if (name.endsWith(nameEnd)) {
      // The local header repeats the name and has extra fields of its own length.
      const begin = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
      const packed = zip.subarray(begin, begin + packedSize);
      // 0 is stored, 8 is deflated; a wheel uses no other.
      return method === 0 ? packed : inflate(packed);
    }
    entry += 46 + nameLength + zip.readUInt16LE(entry + 30) + zip.readUInt16LE(entry + 32);
  }
  throw new Error(`no ${nameEnd} in the zip file`);
}

/** tar's block: each header takes one, each file whole ones. */
const BLOCK = 512;

/** The content of the file of this name in a .tar.gz (ustar). */
export async function fileFromTarGz(packed: Buffer, name: string): Promise<Buffer> {
  const tar = await gunzip(packed);
  for (let header = 0; header + BLOCK <= tar.length && tar[header] !== 0;) {
    const found = tar.toString('utf8', header, header + 100).replace(/\0.*$/s, '');
    const size = Number.parseInt(tar.toString('latin1', header + 124, header + 136), 8);
    if (!Number.isFinite(size)) throw new Error('not a tar file');
    const begin = header + BLOCK;
    if (found === name || found === `./${name}`) return tar.subarray(begin, begin + size);
    header = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new Error(`no ${name} in the tar file`);
}
