/** The devices on which an account has signed in before: what guessers elsewhere cannot be mistaken for. */
import type { Queryable } from '../sql/pool';

/** Renewed with every sign-in: a device that is put aside for half a year is a new one. */
export const DEVICE_DAYS = 180;
/** A person has some five; a program that keeps no cookies makes another with each sign-in, and must not fill the table. */
const MOST_PER_ACCOUNT = 200;

/** `hash` is the SHA-256 of what the device's cookie holds. */
export async function isKnownDevice(db: Queryable, hash: Buffer, account: string): Promise<boolean> {
  const { rowCount } = await db.query(
    'SELECT FROM devices WHERE hash = $1 AND account = $2 AND used_at > now() - make_interval(days => $3)',
    [hash, account, DEVICE_DAYS],
  );
  return rowCount === 1;
}

/** From now on; those that the account has used longest ago make room. */
export async function rememberDevice(db: Queryable, hash: Buffer, account: string): Promise<void> {
  await db.query(
    'INSERT INTO devices (hash, account) VALUES ($1, $2) ON CONFLICT (hash, account) DO UPDATE SET used_at = now()',
    [hash, account],
  );
  await db.query(
    `DELETE FROM devices WHERE account = $1 AND hash IN (
       SELECT hash FROM devices WHERE account = $1 ORDER BY used_at DESC, hash OFFSET $2)`,
    [account, MOST_PER_ACCOUNT],
  );
}

export async function forgetDevicesOf(db: Queryable, account: string): Promise<void> {
  await db.query('DELETE FROM devices WHERE account = $1', [account]);
}

export async function sweepDevices(db: Queryable): Promise<number> {
  const { rowCount } = await db.query('DELETE FROM devices WHERE used_at < now() - make_interval(days => $1)', [
    DEVICE_DAYS,
  ]);
  return rowCount ?? 0;
}
