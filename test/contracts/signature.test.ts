/** A signature is accepted exactly when the library accepts it, and the API's native signatures are the library's. */
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { SigningKeys } from '../../proof/signing';
import { isProven, newSigningKey, publicKeyOf, seal } from '../../proof/envelope';
import { verifies } from '../../proof/signature';

const key = newSigningKey();
const publicKey = publicKeyOf(key);
const unsigned = {
  caseNumber: '2026-0001',
  commandId: 'c',
  bodyHash: 'b',
  actor: { account: 'a-1', role: 'official' as const },
  madeAt: 1,
  command: { type: 'withdraw' as const, reason: { text: 't-1', hmac: '无' } },
};

/** As the library sees it; what it throws at is no signature. */
function accepted(signature: Uint8Array, message: Uint8Array, by: string): boolean {
  try {
    return ed25519.verify(signature, message, hexToBytes(by));
  } catch {
    return false;
  }
}

test('as the library says, for signatures with one bit changed or none', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: -64, max: 511 }), (message, bit) => {
      const signature = ed25519.sign(message, key);
      if (bit >= 0) signature[bit >> 3] = (signature[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const answer = verifies(signature, message, publicKey);
      expect(answer).toBe(bit < 0);
      expect(answer).toBe(accepted(signature, message, publicKey));
    }),
    // Each run checks twice, at some 2 ms.
    { numRuns: 300 },
  );
});

test('as the library says, for any bytes as signature and as key', () => {
  const bytes = (length: number) =>
    fc.oneof(fc.uint8Array({ minLength: length, maxLength: length }), fc.uint8Array({ maxLength: 70 }));
  fc.assert(
    fc.property(bytes(64), bytes(32), (signature, by) => {
      const message = utf8ToBytes('message');
      expect(verifies(signature, message, bytesToHex(by))).toBe(accepted(signature, message, bytesToHex(by)));
    }),
    { numRuns: 300 },
  );
});

test('the second form of a signature, S + L, is refused', () => {
  const message = utf8ToBytes('message');
  const signature = ed25519.sign(message, key);
  const order = ed25519.Point.Fn.ORDER;
  const s = BigInt(`0x${bytesToHex(signature.slice(32).reverse())}`) + order;
  const second = Uint8Array.from([
    ...signature.slice(0, 32),
    ...hexToBytes(s.toString(16).padStart(64, '0')).reverse(),
  ]);
  expect(verifies(second, message, publicKey)).toBe(false);
});

test('more keys than are kept are checked all the same', () => {
  const message = utf8ToBytes('message');
  for (let n = 0; n < 20; n += 1) {
    const another = newSigningKey();
    expect(verifies(ed25519.sign(message, another), message, publicKeyOf(another))).toBe(true);
    expect(verifies(ed25519.sign(message, another), message, publicKey)).toBe(false);
  }
  expect(verifies(ed25519.sign(message, key), message, publicKey)).toBe(true);
});

test("the API's envelope is the one that the library seals", () => {
  const sealed = new SigningKeys(key).seal(unsigned);
  expect(sealed).toEqual(seal(unsigned, key));
  expect(isProven(sealed, [publicKey])).toBe(true);
  expect(isProven({ ...sealed, bodyHash: 'another' }, [publicKey])).toBe(false);
});

test('an announcement is signed under each older key', () => {
  const older = [newSigningKey(), newSigningKey()];
  const announcements = new SigningKeys(key, older).announcements(unsigned);
  expect(announcements.map((one) => older.map((by) => isProven(one, [publicKeyOf(by)])))).toEqual([
    [true, false],
    [false, true],
  ]);
});
