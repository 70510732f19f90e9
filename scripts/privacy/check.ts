/**
 * Looks for personal values where none may be, and shows first that it would find them: it plants an invented one in every sort of
 * place. A scan that finds nothing must be one that would have found something.
 */
import { randomUUID } from 'node:crypto';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import type { Personal } from '../../proof/personal';
import { transaction, type Client as Transaction, type Pool } from '../../db/sql/pool';
import { databasePlaces, logPlaces, temporalFiles, temporalPlaces, type Place } from './places';
import { scan, type Scanned } from './scan';
import { personalValues, type PersonalValue } from './values';

export interface Checked {
  readonly client: Client;
  readonly pool: Pool;
  readonly personal: Personal;
  /** Of the embedded system: its logs and Temporal's files. */
  readonly dataDir: string;
}

export interface Result extends Scanned {
  readonly values: number;
  /** The sorts of places in which what was planted there was found. */
  readonly planted: readonly string[];
}

/** Nobody works on it: what is planted there runs nowhere. */
const NOBODY = 'privacy-scan';
const PLANTED_LOG = 'privacy-scan.log';
/** The server lists a workflow a moment after it was started. */
const LISTED_MS = 10_000;
const LOOK_MS = 200;

/** @throws Error when there is nothing to look for, or what was planted is not found */
export async function checkPrivacy(checked: Checked): Promise<Result> {
  const { pool, personal } = checked;
  const values = await personalValues(pool, personal);
  if (values.length === 0) throw new Error('There is no personal value to look for: import a roster first.');
  const planted = await plantEverywhere(checked, values);
  const { places, findings } = await scan(values, everywhere(checked));
  return { values: values.length, places, findings, planted };
}

async function* everywhere({ client, pool, dataDir }: Checked): AsyncGenerator<Place> {
  yield* temporalPlaces(client);
  yield* temporalFiles(join(dataDir, 'temporal'));
  yield* logPlaces(join(dataDir, 'logs'));
  yield* databasePlaces(pool);
}

/** What is planted is invented, looked for beside the true values, and taken away again. */
async function plantEverywhere(checked: Checked, values: readonly PersonalValue[]): Promise<string[]> {
  const one: PersonalValue = { what: 'planted value', value: `预置"${randomUUID()}` };
  const all = [...values, one];
  return [
    ...(await plantedInTemporal(checked, one, all)),
    ...(await plantedInLog(checked, one, all)),
    ...(await plantedInDatabase(checked, one, all)),
  ];
}

async function plantedInTemporal(
  { client, dataDir }: Checked,
  one: PersonalValue,
  all: readonly PersonalValue[],
): Promise<string[]> {
  const workflowId = `privacy-scan/${randomUUID()}`;
  const handle = await client.workflow.start('planted', {
    taskQueue: NOBODY,
    workflowId,
    memo: { planted: one.value },
    searchAttributes: { EnterpriseName: [one.value] },
    args: [{ planted: one.value }],
  });
  const places = async function* (): AsyncGenerator<Place> {
    yield* temporalPlaces(client, (id) => id === workflowId);
    yield* temporalFiles(join(dataDir, 'temporal'));
  };
  try {
    return await foundIn(one, all, places, ['memo', 'search attributes', 'history', ...filesOf(dataDir)]);
  } finally {
    await handle.terminate('planted by the privacy scan');
    await client.workflowService.deleteWorkflowExecution({
      namespace: client.options.namespace,
      workflowExecution: { workflowId },
    });
  }
}

/** A Temporal that is elsewhere has no files here. */
function filesOf(dataDir: string): string[] {
  return [...temporalFiles(join(dataDir, 'temporal'))].length > 0 ? ['file temporal.db'] : [];
}

async function plantedInLog(
  { dataDir }: Checked,
  one: PersonalValue,
  all: readonly PersonalValue[],
): Promise<string[]> {
  const folder = join(dataDir, 'logs');
  // The logs of a system that runs elsewhere are elsewhere.
  if (!existsSync(folder)) return [];
  const file = join(folder, PLANTED_LOG);
  writeFileSync(file, `${JSON.stringify({ planted: one.value })}\n`);
  try {
    return await foundIn(one, all, () => logPlaces(folder), [PLANTED_LOG]);
  } finally {
    rmSync(file, { force: true });
  }
}

/** In a transaction that is rolled back: nobody else sees it, and nothing is left. */
async function plantedInDatabase(
  { pool }: Checked,
  one: PersonalValue,
  all: readonly PersonalValue[],
): Promise<string[]> {
  let found: string[] = [];
  const undone = new Error('rolled back');
  await transaction(pool, async (client) => {
    await plantRows(client, one.value);
    found = await foundIn(one, all, () => databasePlaces(client), ['ledger', 'notice']);
    throw undone;
  }).catch((error: unknown) => {
    if (error !== undone) throw error;
  });
  return found;
}

async function plantRows(client: Transaction, value: string): Promise<void> {
  const details = JSON.stringify({ details: { planted: value } });
  await client.query(`INSERT INTO ledger_streams VALUES ('privacy-scan', 1, '')`);
  await client.query(
    `INSERT INTO ledger (stream, sequence, type, at, account, role, entry, previous, hash)
     VALUES ('privacy-scan', 1, 'planted', now(), 'machine', 'operator', $1, '', '')`,
    [details],
  );
  await client.query(
    `INSERT INTO outbox (key, kind, stream, sequence, recipient, at, not_before, details)
     VALUES ('privacy-scan', 'planted', 'privacy-scan', 1, 'operator', 'infinity', 'infinity', $1)`,
    [details],
  );
}

/** @returns the wanted sorts of places. @throws Error when the value is not found in each of them in time */
async function foundIn(
  { what }: PersonalValue,
  all: readonly PersonalValue[],
  places: () => AsyncIterable<Place> | Iterable<Place>,
  wanted: string[],
): Promise<string[]> {
  const end = Date.now() + LISTED_MS;
  for (;;) {
    const { findings } = await scan(all, places());
    const found = wanted.filter((sort) => findings.some((one) => one.startsWith(what) && one.includes(sort)));
    if (found.length === wanted.length) return found;
    if (Date.now() > end) throw new Error(`what was planted is found in ${found.join(', ')} only: the scan is blind`);
    await pause(LOOK_MS);
  }
}
