/** The identity of an act: SHA-256 of account, route and Idempotency-Key. It is the command's id. */
import { createHash, randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { Problem } from './error-mapper';
import type { Ask } from './route';

/** Long enough for any generator of keys, short enough to be kept by the sender. */
const KEY = /^[\x21-\x7e]{1,200}$/;

/** Without a key every request is an act of its own. @throws Problem `invalid-header` */
export function keyOf({ headers }: IncomingMessage): string {
  const key = headers['idempotency-key'];
  if (key === undefined) return randomUUID();
  if (typeof key === 'string' && KEY.test(key)) return key;
  const reason = '1–200 visible ASCII characters 1–200 个可见 ASCII 字符';
  throw new Problem('invalid-header', { header: 'Idempotency-Key' }, [{ pointer: 'Idempotency-Key', reason }]);
}

/** `address` is the concrete one: the same key on another case is another act. */
export function commandIdOf({ by, key }: Pick<Ask, 'by' | 'key'>, address: string): string {
  return createHash('sha256')
    .update(JSON.stringify([by.account, address, key]))
    .digest('hex');
}
