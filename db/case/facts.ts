/** Tells a case what PostgreSQL has of its rounds and orders; closing a round is part of the answer, so that nothing comes after it unseen. */
import { NotThere, type FactReader } from '../../activities/ports';
import type { Questions } from '../../contracts/case/facts';
import type { Facts } from '../../domain/case/reopening';
import { tellIncidents } from '../testing/incidents';
import { transaction, type Pool } from '../sql/pool';
import { closeRound, countRound, lockRound, roundExists } from '../testing/rounds';
import { countSheets } from '../testing/sheets';
import { allocate } from '../supplies/supply-orders';

export function createFactReader(pool: Pool): FactReader {
  return { read: ({ stream }, questions) => transaction(pool, (client) => read(client, stream, questions)) };
}

async function read(
  client: Parameters<typeof closeRound>[0],
  caseNumber: string,
  { rounds, orders }: Questions,
): Promise<Facts> {
  const told: Facts['rounds'][number][] = [];
  for (const { round, stage } of rounds) {
    const known =
      stage === 'closed' ? await closeRound(client, caseNumber, round) : await roundExists(client, caseNumber, round);
    if (!known) throw new NotThere(`round ${round} of ${caseNumber} is not there`);
    // Counts and sheets of the same moment: no sheet comes between.
    await lockRound(client, caseNumber, round);
    const counts = await countRound(client, caseNumber, round);
    const sheets = await countSheets(client, caseNumber, round);
    const positives = await tellIncidents(client, caseNumber, round);
    told.push({ round, stage, counts, sheets, positives });
  }
  const allocated: Facts['orders'][number][] = [];
  for (const order of orders) {
    const { known, lines } = await allocate(client, `${caseNumber}/${order}`);
    if (!known) throw new NotThere(`order ${order} of ${caseNumber} is not there`);
    allocated.push({ order, lines: lines.map((line) => ({ item: line.item, allocated: line.allocated })) });
  }
  return { rounds: told, orders: allocated };
}
