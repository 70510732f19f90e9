/** Personal data at rest: what is sealed opens for its owner and field only, what is shown is masked, the key is one file. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { loadPersonal, masked, Personal } from '../../proof/personal';

const personal = new Personal(new Uint8Array(32).fill(7));

test('whatever is sealed opens again, and never looks the same twice', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (plain) => {
      const [one, two] = [personal.seal('p-1', 'phone', plain), personal.seal('p-1', 'phone', plain)];
      expect(personal.open('p-1', 'phone', one)).toBe(plain);
      expect(one.equals(two)).toBe(false);
    }),
  );
});

test('nothing opens for another owner, another field, under another key, or changed in any byte', () => {
  const sealed = personal.seal('p-1', 'phone', '19900001234');
  expect(() => personal.open('p-2', 'phone', sealed)).toThrow();
  expect(() => personal.open('p-1', 'document', sealed)).toThrow();
  expect(() => new Personal(new Uint8Array(32)).open('p-1', 'phone', sealed)).toThrow();
  expect(() => personal.open('p-1', 'phone', sealed.subarray(0, 8))).toThrow();
  sealed.forEach((byte, at) => {
    const changed = Buffer.from(sealed);
    changed[at] = byte ^ 1;
    expect(() => personal.open('p-1', 'phone', changed)).toThrow();
  });
});

test('a look-up is the same for the same value, and tells fields, values and keys apart', () => {
  const one = personal.lookup('document', '1');
  expect(personal.lookup('document', '1').equals(one)).toBe(true);
  for (const other of [personal.lookup('phone', '1'), personal.lookup('document', '2')]) {
    expect(other.equals(one)).toBe(false);
  }
  expect(new Personal(new Uint8Array(32)).lookup('document', '1').equals(one)).toBe(false);
});

test('前3后4, and less of a short number', () => {
  expect(masked('11010519491231002X')).toBe('110***********002X');
  expect(masked('19900001234')).toBe('199****1234');
  expect(masked('E12345678')).toBe('E******78');
  expect(masked('12345')).toBe('****5');
  fc.assert(
    fc.property(fc.string({ minLength: 1, maxLength: 30 }), (number) => {
      expect(masked(number)).toHaveLength(number.length);
      if (number.length > 1) expect(masked(number)).toContain('*');
    }),
  );
});

describe('the key', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'fugong-personal-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  test('is made once, for its owner alone, and read again', () => {
    const file = join(folder, 'deep', 'personal-key');
    const sealed = loadPersonal(file).seal('p-1', 'phone', '1');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readFileSync(file, 'utf8')).toMatch(/^[0-9a-f]{64}\n$/);
    expect(loadPersonal(file).open('p-1', 'phone', sealed)).toBe('1');
  });

  test.each(['', 'x', 'ab'.repeat(31)])('%j is no key, and is not overwritten', (content) => {
    const file = join(folder, 'personal-key');
    writeFileSync(file, content);
    expect(() => loadPersonal(file)).toThrow(file);
    expect(readFileSync(file, 'utf8')).toBe(content);
  });
});
