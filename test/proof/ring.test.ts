/** The ring: what the root has not signed is as if it were not there; the ring only grows, and does not ask in what order rows come. */
import fc from 'fast-check';
import { GENESIS } from '../../proof/chain';
import { newSigningKey, publicKeyOf } from '../../proof/envelope';
import {
  countedAt,
  keyFingerprint,
  keyRowBytes,
  keyRowHash,
  ringOf,
  type KeyRow,
  type SignedKeyRow,
} from '../../proof/ring';
import { RootKey, rootFingerprint } from '../../proof/root-key';

const ROOT = new RootKey(newSigningKey());
const STRANGER = new RootKey(newSigningKey());
const KEYS = Array.from({ length: 4 }, () => publicKeyOf(newSigningKey()));

/** Rows as the command makes them, of this plan: a number adds that key, a negative one revokes it. */
function rowsOf(plan: readonly number[], root = ROOT): SignedKeyRow[] {
  const rows: SignedKeyRow[] = [];
  let previous = GENESIS;
  for (const [index, one] of plan.entries()) {
    const publicKey = KEYS[Math.abs(one) - 1] ?? '';
    const holder = Math.abs(one) % 2 === 0 ? 'api' : 'worker';
    const fingerprint = keyFingerprint(holder, publicKey);
    const numbered = { number: index + 1, previous, at: 1000 * index, fingerprint };
    const row: KeyRow =
      one > 0
        ? { ...numbered, kind: 'added', holder, publicKey, countsFrom: 1000 * index + 60_000 }
        : { ...numbered, kind: 'revoked', reason: null };
    rows.push({ ...row, signature: root.sign(keyRowBytes(row)).toString('hex') });
    previous = keyRowHash(row);
  }
  return rows;
}

const plans = fc.array(
  fc.integer({ min: 1, max: KEYS.length }).chain((key) => fc.constantFrom(key, -key)),
  { maxLength: 8 },
);
const ring = (rows: readonly SignedKeyRow[]) => ringOf(rows, ROOT.publicKey);

test('of rows in any order, some of them twice, the ring is the same', () => {
  const shuffled = plans
    .map((plan) => rowsOf(plan))
    .chain((rows) =>
      fc.record({
        rows: fc.constant(rows),
        other: fc.shuffledSubarray([...rows, ...rows], { minLength: 2 * rows.length }),
      }),
    );
  fc.assert(
    fc.property(shuffled, ({ rows, other }) => {
      expect(ring(other).keys).toEqual(ring(rows).keys);
      expect(ring(other).head).toEqual(ring(rows).head);
    }),
  );
});

test('with more rows it has no fewer keys and no fewer revocations', () => {
  fc.assert(
    fc.property(plans, fc.nat(8), (plan, length) => {
      const rows = rowsOf(plan);
      const [before, after] = [ring(rows.slice(0, length)), ring(rows)];
      for (const key of before.keys) {
        const { revokedAt: _revokedAt, reason: _reason, ...rest } = key;
        expect(after.byFingerprint(key.fingerprint)).toMatchObject(key.revokedAt === null ? rest : key);
      }
    }),
  );
});

test('whatever is changed in a row, it does not count, and the others do', () => {
  const changes = fc.constantFrom<Partial<Record<string, unknown>>>(
    { number: 99 },
    { at: 7 },
    { previous: 'f'.repeat(64) },
    { fingerprint: '0'.repeat(16) },
    { signature: 'a'.repeat(128) },
    { signature: '' },
    { signature: 'zz' },
    { kind: 'revoked', reason: null },
    { holder: 'api', publicKey: KEYS[1] },
    { publicKey: 'no key' },
    { countsFrom: 1 },
  );
  fc.assert(
    fc.property(changes, (change) => {
      const [first, second] = rowsOf([1, 3]) as [SignedKeyRow, SignedKeyRow];
      const changed = { ...second, ...change } as SignedKeyRow;
      expect(ring([first, changed]).keys).toEqual(ring([first]).keys);
      expect(ring([changed]).keys).toEqual([]);
    }),
  );
});

test('rows of another root are no rows', () => {
  expect(ring([...rowsOf([1]), ...rowsOf([2, -1], STRANGER)]).keys).toEqual(ring(rowsOf([1])).keys);
});

test('a key counts from its time until it is revoked', () => {
  const [key] = ring(rowsOf([1, 2, -1])).keys;
  expect(key).toMatchObject({ holder: 'worker', countsFrom: 60_000, revokedAt: 2000 });
  const counting = { ...key!, revokedAt: 70_000 };
  expect([59_999, 60_000, 69_999, 70_000].map((at) => countedAt(counting, at))).toEqual([false, true, true, false]);
});

test('the root’s fingerprint is five groups of five digits, another for another key', () => {
  expect(ROOT.fingerprint).toMatch(/^\d{5}( \d{5}){4}$/);
  expect(rootFingerprint(ROOT.publicKey)).toBe(ROOT.fingerprint);
  expect(STRANGER.fingerprint).not.toBe(ROOT.fingerprint);
});
