/** Answers for everything that a kill run needs: the system, its drivers, and the end of all of it. */
import { setMaxListeners } from 'node:events';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { readProgramme } from '../../../programme/read';
import { createPool, type Pool } from '../../../db/sql/pool';
import { benchRules } from '../../../scripts/bench/programme';
import { OwnSystem, WITHOUT_LIMITS } from '../../../scripts/own-system/system';
import { ActLog } from './act-log';
import type { Asked } from './command-line';
import { Drivers } from './driver';
import { Killer } from './killer';
import { casts } from './people';
import { Sender } from './sender';

export class Stage {
  readonly #system = new OwnSystem({ of: 'faults', settings: WITHOUT_LIMITS });
  readonly #ending = new AbortController();
  readonly #ends: (() => unknown)[] = [];
  readonly log: ActLog;
  #stopped: Promise<void> | undefined;

  constructor(private readonly asked: Asked) {
    // Every request under way listens to it; Node warns of more than ten.
    setMaxListeners(0, this.#ending.signal);
    this.log = new ActLog(asked.keep ? join(this.#system.dataDir, 'acts.jsonl') : undefined);
  }

  get dataDir(): string {
    return this.#system.dataDir;
  }

  /** Somebody has asked for the end. */
  get isStopped(): boolean {
    return this.#stopped !== undefined;
  }

  /** When it rejects, `stop` is still to be called. */
  async start(): Promise<void> {
    await this.#system.start();
    await this.#system.ready();
  }

  /** Begins the work that goes on from now, and gives who kills the parts under it. */
  async work(pool: Pool): Promise<{ drivers: Drivers; killer: Killer }> {
    const { log } = this;
    const { signal } = this.#ending;
    const { programme, accounts, addresses } = this.#system;
    const village = readProgramme(programme).villages[0]?.id ?? '';
    const { cases, seed } = this.asked;
    const sender = new Sender(addresses.apiUrl, log, signal);
    const people = await casts(pool, accounts, addresses.apiUrl, village, cases);
    const drivers = new Drivers(sender, log, benchRules(programme), { casts: people, seed });
    const killer = new Killer({ system: this.#system, pool, log, signal, failure: () => drivers.failure });
    return { drivers, killer };
  }

  /** PostgreSQL directly. It outlives the server's restarts: the ports stay. */
  openPool(): Pool {
    const pool = createPool(this.#system.addresses.databaseUrl);
    this.#ends.push(() => pool.end());
    return pool;
  }

  async openTemporal(): Promise<Client> {
    const { temporalAddress: address, temporalNamespace: namespace } = this.#system.addresses;
    const connection = await Connection.connect({ address });
    this.#ends.push(() => connection.close());
    return new Client({ connection, namespace });
  }

  /** Ends every process and removes every file that is not to be kept. May be called more than once. */
  stop({ keep = false } = {}): Promise<void> {
    this.#stopped ??= this.#stop(keep);
    return this.#stopped;
  }

  async #stop(keep: boolean): Promise<void> {
    this.#ending.abort();
    for (const end of this.#ends.reverse()) await Promise.resolve(end()).catch(() => undefined);
    await this.#system.stop({ keep });
  }
}
