/** The API's keys: made once, kept privately, changed without losing the trust of running cases. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSigningKeys, SigningKeys } from '../../proof/signing';
import { isProven, newSigningKey, publicKeyOf, seal } from '../../proof/envelope';

const folder = mkdtempSync(join(tmpdir(), 'fugong-keys-'));
afterAll(() => rmSync(folder, { recursive: true }));

const actor = { account: 'a-1', role: 'official' as const };
const message = {
  caseNumber: '2026-0001',
  commandId: 'c',
  bodyHash: 'b',
  actor,
  madeAt: 1,
  command: { type: 'issueNotice' as const, round: 1 },
};

test('a seal is the one of the contract, and is proven by the public key', () => {
  const key = newSigningKey();
  const keys = new SigningKeys(key);
  expect(keys.seal(message)).toEqual(seal(message, key));
  expect(isProven(keys.seal(message), [keys.publicKey])).toBe(true);
  expect(isProven({ ...keys.seal(message), bodyHash: 'x' }, [keys.publicKey])).toBe(false);
});

test('the file is made once, for its owner alone, and no draft is left', () => {
  const file = join(folder, 'new', 'signing-key');
  const { publicKey } = loadSigningKeys(file);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(loadSigningKeys(file).publicKey).toBe(publicKey);
  expect(readdirSync(join(folder, 'new'))).toEqual(['signing-key']);
});

test('a file with anything else is refused in one line', () => {
  const file = join(folder, 'wrong');
  for (const text of ['', 'secret', 'ab'.repeat(31), `${'ab'.repeat(32)}\nxx`]) {
    writeFileSync(file, text);
    chmodSync(file, 0o600);
    expect(() => loadSigningKeys(file)).toThrow(/one signing key a line/);
  }
});

test('a new key is announced under each older one, and repeats are known across the change', () => {
  const [old, fresh] = [newSigningKey(), newSigningKey()];
  const file = join(folder, 'changed');
  const line = (key: Uint8Array) => Buffer.from(key).toString('hex');
  writeFileSync(file, `${line(fresh)}\n${line(old)}\n`);
  const keys = loadSigningKeys(file);
  expect(keys.publicKey).toBe(publicKeyOf(fresh));
  const announced = keys.announcements({ caseNumber: '2026-0001', actor, madeAt: 1 });
  expect(announced).toHaveLength(1);
  expect(announced.every((one) => isProven(one, [publicKeyOf(old)]))).toBe(true);
  expect(announced[0]?.command).toEqual({ type: 'announceKey', key: keys.publicKey });
  expect(keys.bodyHash('c', { a: 1 })).toBe(new SigningKeys(old).bodyHash('c', { a: 1 }));
  expect(readFileSync(file, 'utf8')).toContain(line(old));
});

test('the hash of a body tells bodies apart, not the order of their fields, and tells nothing to who lacks the key', () => {
  const keys = new SigningKeys(newSigningKey());
  expect(keys.bodyHash('c', { a: 1, b: 2 })).toBe(keys.bodyHash('c', { b: 2, a: 1 }));
  expect(keys.bodyHash('c', { a: 1 })).not.toBe(keys.bodyHash('c', { a: 2 }));
  expect(keys.bodyHash('c', { a: 1 })).not.toBe(keys.bodyHash('d', { a: 1 }));
  expect(keys.bodyHash('c', { a: 1 })).not.toBe(new SigningKeys(newSigningKey()).bodyHash('c', { a: 1 }));
});
