/** Publishes bulletins for their workflow: the bulletin and its line of the ledger in one transaction, and what has become of it. */
import type { Publisher } from '../../activities/ports';
import { bulletinStream, MACHINE, outsideAct } from '../../domain/ledger/outside-acts';
import { append } from '../ledger/ledger';
import { transaction, type Pool } from '../sql/pool';
import { findBulletin, publishBulletin } from './bulletins';
import { progressOf } from './receipts';

export function createPublisher(pool: Pool): Publisher {
  return {
    publish: (bulletin, at, groups) =>
      transaction(pool, async (client) => {
        const entry = await publishBulletin(client, bulletin, new Date(at), groups);
        if (entry) await append(client, bulletinStream(bulletin), [outsideAct({ ...entry, by: MACHINE, at })]);
      }),
    stateOf: async (bulletin) => (await findBulletin(pool, bulletin))?.state,
    progressOf: (bulletin) => progressOf(pool, bulletin),
  };
}
