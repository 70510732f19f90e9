/** One file out of an archive, as the machine's own programs pack them. */
import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import zlib from 'node:zlib';
import { fileFromTarGz, fileFromZip } from '../../local/archive';
import { cleanUp, temporaryFolder } from './stub';

afterEach(cleanUp);

// Larger than a tar block, and no whole number of them.
const CONTENT = randomBytes(70_001);

test('out of a .tar.gz', async () => {
  const folder = temporaryFolder();
  fs.writeFileSync(path.join(folder, 'LICENSE'), 'text');
  fs.writeFileSync(path.join(folder, 'temporal'), CONTENT);
  const packed = execFileSync('tar', ['-czf', '-', '-C', folder, 'LICENSE', 'temporal']);
  expect((await fileFromTarGz(packed, 'temporal')).equals(CONTENT)).toBe(true);
  await expect(fileFromTarGz(packed, 'other')).rejects.toThrow('no other in the tar file');
  await expect(fileFromTarGz(zlib.gzipSync('x'.repeat(1_000)), 'temporal')).rejects.toThrow('not a tar file');
});

test.each([
  ['stored', 0],
  ['deflated', 8],
])('out of a zip, %s', async (_name, method) => {
  const zip = zipOf({ 'a/LICENSE': Buffer.from('text'), 'a.data/scripts/temporal': CONTENT }, method);
  expect((await fileFromZip(zip, 'scripts/temporal')).equals(CONTENT)).toBe(true);
  await expect(fileFromZip(zip, 'other')).rejects.toThrow('no other in the zip file');
  await expect(fileFromZip(Buffer.from('<html>'), 'temporal')).rejects.toThrow('not a zip file');
});

/** A zip as APPNOTE.TXT 4.3 describes it; not every machine has a program that makes one. */
function zipOf(files: Record<string, Buffer>, method: number): Buffer {
  const locals: Buffer[] = [];
  const entries: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const packed = method === 0 ? content : zlib.deflateRawSync(content);
    const local = Buffer.alloc(30);
    local.write('PK\x03\x04', 'latin1');
    local.writeUInt16LE(name.length, 26);
    // An extra field, which the local header and the directory may have of different lengths.
    local.writeUInt16LE(4, 28);
    const entry = Buffer.alloc(46);
    entry.write('PK\x01\x02', 'latin1');
    entry.writeUInt16LE(method, 10);
    entry.writeUInt32LE(packed.length, 20);
    entry.writeUInt16LE(name.length, 28);
    entry.writeUInt32LE(offset, 42);
    locals.push(local, Buffer.from(name), Buffer.alloc(4), packed);
    entries.push(entry, Buffer.from(name));
    offset += 30 + name.length + 4 + packed.length;
  }
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 'latin1');
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, ...entries, end]);
}
