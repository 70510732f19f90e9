/** Lets a command without a workflow take effect once: its first answer is kept in its own transaction and given again. */
import type { Json } from '../../domain/ledger/entry';
import { Refused } from '../../domain/ledger/rejection';
import { findCommand, keepAnswer, type NewCommand } from '../../db/case/commands';
import { isUniqueViolation, transaction, type Client } from '../../db/sql/pool';
import type { Deps } from './deps';
import { commandIdOf } from './command-id';
import { Problem } from './error-mapper';
import type { Ask, Reply } from './route';

interface Kept {
  readonly headers: { readonly [name: string]: string };
  readonly body: Json;
}

/** @throws Problem `key-reused` when the key came with another body before */
export async function once(
  { pool, keys }: Deps,
  { by, key, sent }: Ask,
  address: string,
  work: (client: Client, command: string) => Promise<Reply>,
): Promise<Reply> {
  const id = commandIdOf({ by, key }, `POST ${address}`);
  const command = { id, account: by.account, route: address, caseNumber: null, bodyHash: keys.bodyHash(id, sent) };
  const replay = async () => replayOf(command, await findCommand(pool, id));
  const before = await replay();
  if (before) return before;
  try {
    return await transaction(pool, async (client) => {
      const reply = await work(client, id);
      await keepAnswer(client, command, reply.status, { headers: reply.headers ?? {}, body: reply.body ?? null });
      return reply;
    });
  } catch (error) {
    // The same command, sent twice at once: whatever collided with the first one's traces, or was refused for what that had
    // done, the first one's answer is the answer.
    const refused = error instanceof Problem || error instanceof Refused;
    const first = refused || isUniqueViolation(error) ? await replay() : undefined;
    if (first) return first;
    throw error;
  }
}

function replayOf(command: NewCommand, found: Awaited<ReturnType<typeof findCommand>>): Reply | undefined {
  if (found?.status !== 'done') return undefined;
  if (found.bodyHash !== command.bodyHash) throw new Problem('key-reused');
  const { headers, body } = found.answer as unknown as Kept;
  return { status: found.httpStatus ?? 200, headers: { ...headers, 'Idempotent-Replayed': 'true' }, body };
}
