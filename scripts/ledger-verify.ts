/** `npm run ledger:verify`: says that the ledger holds, or names every row that does not; compares with the open cases in Temporal. */
import { Client, Connection } from '@temporalio/client';
import { loadClientConnectConfig } from '@temporalio/envconfig';
import { ConfigurationError, readEnvironment } from '../config/env';
import { runningAddresses } from '../config/running';
import { reopeningId } from '../contracts/ids';
import { streamHead } from '../db/ledger';
import { createPool, type Pool } from '../db/pool';
import { status } from '../workflows/messages';
import { verifyLedger } from './ledger/verify';

/** A worker that is busy answers a query within this, or the case is named as not compared. */
const QUERY_MS = 5_000;

async function main(): Promise<void> {
  const addresses = runningAddresses(readEnvironment());
  const pool = createPool(addresses.databaseUrl);
  try {
    const verdict = await verifyLedger(
      pool,
      (entries) => process.stdout.isTTY && process.stdout.write(`\r${entries} 条…`),
    );
    const { findings, notes } = await compareOpenCases(pool, addresses.temporalAddress, addresses.temporalNamespace);
    const all = [...verdict.findings, ...findings];
    for (const note of notes) console.log(note);
    for (const finding of all) console.error(`✗ ${finding}`);
    const counted = `${verdict.streams} streams 台账流, ${verdict.entries} entries 条, ${verdict.seals} seals 封存`;
    if (all.length > 0) {
      console.error(`The chain is broken in ${all.length} place(s) 台账链有 ${all.length} 处断裂. ${counted}`);
      process.exitCode = 1;
    } else console.log(`The chain holds 台账完整. ${counted}`);
  } finally {
    await pool.end();
  }
}

/** An open case knows its own end: what the ledger lacks of it, beyond what is still on its way, was cut off. */
async function compareOpenCases(
  pool: Pool,
  address: string,
  namespace: string,
): Promise<{ findings: string[]; notes: string[] }> {
  const { rows } = await pool.query<{ case_number: string; enterprise: string }>(
    'SELECT case_number, enterprise FROM reopenings WHERE NOT closed ORDER BY case_number',
  );
  const findings: string[] = [];
  const { connectionOptions } = loadClientConnectConfig();
  const connection = await Connection.connect({
    ...connectionOptions,
    address,
    connectTimeout: QUERY_MS,
  }).catch(() => undefined);
  if (!connection)
    return {
      findings,
      notes: [`Temporal at ${address} is not reachable: open cases were not compared. 未与运行中的事项比对。`],
    };
  const client = new Client({ connection, namespace });
  const notes: string[] = [];
  for (const { case_number: caseNumber, enterprise } of rows) {
    const before = await streamHead(pool, caseNumber);
    try {
      const handle = client.workflow.getHandle(reopeningId(enterprise));
      const { head, unrecorded, view } = await client.withDeadline(Date.now() + QUERY_MS, () => handle.query(status));
      const after = await streamHead(pool, caseNumber);
      if (view.caseNumber !== caseNumber) notes.push(`${caseNumber}: closed meanwhile`);
      else if (after.sequence < head.sequence - unrecorded) {
        findings.push(
          `${caseNumber}#${head.sequence - unrecorded}: the case has recorded it, the ledger ends at ${after.sequence} 台账被截断`,
        );
      } else if (before.sequence === head.sequence && before.hash !== head.hash) {
        findings.push(`${caseNumber}#${head.sequence}: the case has another hash 与事项不符`);
      }
    } catch {
      notes.push(`${caseNumber}: no worker answered, not compared 未比对`);
    }
  }
  await connection.close();
  notes.push(`${rows.length - notes.length} open cases compared with Temporal 已与运行中的事项比对`);
  return { findings, notes };
}

main().catch((error: unknown) => {
  console.error(
    error instanceof ConfigurationError
      ? error.message
      : `ledger:verify: ${error instanceof Error ? error.message : String(error)}`,
  );
  process.exitCode = 1;
});
