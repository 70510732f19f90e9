/** What the API answers about the seals 封存 of the ledger: to everybody what proves them, to officials and operators what they hold. */
import { z } from 'zod';
import { SEAL_KINDS } from '../../proof/seal';
import { time } from '../http/answers';

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const date = z.string().regex(/^\d{4}-\d{2}-\d{2}$/);

const line = {
  number: z.int().positive(),
  kind: z.enum(SEAL_KINDS).meta({
    description:
      '`day`: what changed since the seal before; `crossing`: everything; `all`: one from before seals were signed. 封存种类',
  }),
  firstDay: date.nullable().meta({ description: 'The first day that it answers for 起始日期' }),
  day: date.meta({ description: 'The last day that it answers for 截止日期' }),
  at: time,
  hash: hash.meta({ description: 'SHA-256 of the canonical JSON of the rest, heads among it 哈希' }),
  previous: hash.meta({ description: 'The hash of the seal before 上一封存的哈希' }),
  ring: z
    .object({ number: z.int(), hash })
    .nullable()
    .meta({ description: 'The last row of the ring of keys 密钥记录的末条' }),
  key: z.string().nullable().meta({ description: 'Fingerprint of the key that signed it 签名密钥指纹' }),
  signature: z
    .string()
    .regex(/^[0-9a-f]{128}$/)
    .nullable()
    .meta({ description: 'Ed25519 over `fugong seal`, a line feed and the hash 签名' }),
};

const heads = z
  .array(z.object({ stream: z.string(), sequence: z.int(), hash }))
  .meta({ description: 'The ends of streams; for officials and operators only 各台账末条' });

export const sealLine = z.object(line);
export const sealView = z.object({ ...line, heads: heads.optional() });
export const sealPage = z.object({
  items: z.array(sealLine),
  /** Seals below this number follow. */
  next: z.int().nullable(),
  rootKey: z.object({ publicKey: hash, fingerprint: z.string() }).meta({ description: "The town's root key 根密钥" }),
});

/** A seal that somebody has kept: as it was answered, with its heads or without them. */
export const keptSeal = z.object({ ...line, heads: heads.optional(), at: z.iso.datetime() });
