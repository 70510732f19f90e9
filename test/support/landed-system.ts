/** The landed release on a real server with a real PostgreSQL: cases that its API has started, and a takeover of them. */
import { randomUUID } from 'node:crypto';
import { readEnvironment } from '../../config/env';
import { reopeningId } from '../../contracts/case/ids';
import type { Adopted } from '../../contracts/case/start';
import type { Command } from '../../domain/case/commands';
import { loadRules, readProgramme } from '../../programme/read';
import { newSigningKey } from '../../proof/envelope';
import { SigningKeys } from '../../proof/signing';
import { takeOver } from '../../workers/takeover';
import { inputOf } from '../../workers/takeover/inputs';
import { LANDED_QUEUE } from '../../workers/takeover/landed-bundle';
import { newestRun } from '../../workers/takeover/runs';
import { OFFICIAL } from './driven-case';
import { TestDatabase } from './postgres';
import { secondEdition } from './second-schema';
import { Temporal } from './temporal';

export class LandedSystem {
  readonly keys = new SigningKeys(newSigningKey());
  readonly #programme = readProgramme(readEnvironment({}).programme);
  #cases = 0;

  private constructor(
    readonly server: Temporal,
    readonly db: TestDatabase,
  ) {}

  static async start(): Promise<LandedSystem> {
    const [server, db] = await Promise.all([Temporal.start(), TestDatabase.start()]);
    return new LandedSystem(server, db);
  }

  async stop(): Promise<void> {
    await this.server.stop();
    await this.db.stop();
  }

  get client() {
    return this.server.client;
  }

  get connection() {
    return this.server.env.nativeConnection;
  }

  /** As a database in which the landed release has worked, and of which nothing was taken over. */
  async forget(): Promise<void> {
    await this.db.pool.query('DELETE FROM takeovers');
  }

  async isDone(): Promise<boolean> {
    return (await this.db.pool.query('SELECT FROM takeovers')).rowCount === 1;
  }

  /** @returns what it said besides how far it was */
  async takeOver(): Promise<string[]> {
    const said: string[] = [];
    const { client, connection, keys } = this;
    const { pool } = this.db;
    const say = (line: string) => void said.push(line);
    await takeOver({ client, connection, pool, keys, programme: this.#programme, mode: 'live', say });
    return said.filter((line) => !line.startsWith('taking over'));
  }

  /** A case that the landed API has just started; no worker has seen it. */
  async case({ registered = true } = {}) {
    const { client, db, keys } = this;
    const caseNumber = `2026-${String((this.#cases += 1)).padStart(4, '0')}`;
    const enterprise = `e-${randomUUID()}`;
    if (registered) await db.register(caseNumber, enterprise, keys.publicKey);
    const ref = { id: enterprise, name: '华岛精密(演示)', kind: 'factory' as const, village: 'beixing' };
    const command = { type: 'open', caseNumber, enterprise: ref, edition: secondEdition(loadRules()) };
    const about = { caseNumber, actor: OFFICIAL, bodyHash: 'b', madeAt: Date.now() };
    const envelope = keys.seal({ ...about, commandId: `start-${caseNumber}`, command: command as never });
    const workflowId = reopeningId(enterprise);
    await client.workflow.start('reopening', {
      taskQueue: LANDED_QUEUE,
      workflowId,
      args: [{ kind: 'open', envelope, keys: [keys.publicKey] }],
      memo: { caseNumber, startCommand: `start-${caseNumber}` },
    });
    const withdraw: Command = { type: 'withdraw', reason: { text: 't-1', hmac: 'ab' } };
    return {
      ...{ caseNumber, enterprise, workflowId },
      /** Handed over while no worker answers. */
      withdrawLater: () =>
        client.workflow
          .getHandle(workflowId)
          .signal('submitLater', keys.seal({ ...about, commandId: `withdraw-${caseNumber}`, command: withdraw })),
      newest: () => newestRun(client, workflowId),
      adopted: async () => {
        const input = await inputOf(client, { workflowId });
        if (input?.kind !== 'adopted') throw new Error(`${caseNumber} was not adopted`);
        return input as unknown as Adopted;
      },
    };
  }
}
