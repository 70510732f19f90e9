/** Answers for the kills: each at its moment, and then waiting until people's acts are acknowledged again. */
import { setTimeout as pause } from 'node:timers/promises';
import { signal as send } from '../../../local/processes';
import { transaction, type Pool } from '../../../db/sql/pool';
import type { OwnSystem } from '../../../scripts/own-system/system';
import type { ActLog } from './act-log';
import type { Kill, Kind } from './schedule';

/**
 * A part that is killed again and again is started after a growing pause, of 15 s at most (local/part.ts), and a
 * whole start takes ten; beyond this it does not come back.
 */
const RECOVERY_MS = 60_000;
/** Twenty looks a second: recovery is told to a tenth of a second. */
const LOOK_MS = 50;

export interface Killed extends Kill {
  /** Until /readyz was 200 with the part's new process there, and an act sent after that was acknowledged. */
  readonly recoveryMs: number;
}

export interface KillerParts {
  readonly system: OwnSystem;
  readonly pool: Pool;
  readonly log: ActLog;
  /** Ends the waiting at once. */
  readonly signal: AbortSignal;
  /** Whatever makes waiting useless. */
  readonly failure: () => Error | undefined;
}

export class Killer {
  constructor(private readonly parts: KillerParts) {}

  /** @throws Error in one line when no progress is seen in time */
  async kill(one: Kill): Promise<Killed> {
    await pause(one.pauseMs, undefined, { signal: this.parts.signal });
    const begun = performance.now();
    const isBack = one.kind === 'all' ? await this.#killAll() : await this.#killPart(one.kind, one.backend);
    await this.#until(isBack, `after kill ${one.number} (${one.kind}) the system is not ready again`);
    const ready = performance.now();
    const progress = async () => this.parts.log.hasProgressSince(ready);
    await this.#until(progress, `after kill ${one.number} (${one.kind}) it is ready, and nothing is acknowledged`);
    return { ...one, recoveryMs: performance.now() - begun };
  }

  async #killPart(kind: Exclude<Kind, 'all'>, backend: boolean): Promise<() => Promise<boolean>> {
    const { system, pool } = this.parts;
    const before = system.processOf(kind);
    if (!before) throw new Error(`${kind} does not run, and should`);
    if (backend) await killBackend(pool);
    send(before.pid, 'SIGKILL');
    return async () => {
      const now = system.processOf(kind);
      return now !== undefined && now.started !== before.started && (await system.isReady());
    };
  }

  async #killAll(): Promise<() => Promise<boolean>> {
    const { system } = this.parts;
    await system.kill();
    await system.start();
    return () => system.isReady();
  }

  async #until(condition: () => Promise<boolean>, otherwise: string): Promise<void> {
    const { system, signal, failure } = this.parts;
    const late = performance.now() + RECOVERY_MS;
    while (!(await condition())) {
      const failed = failure();
      if (failed) throw failed;
      if (performance.now() > late) {
        const last = system.output.trim().split('\n').slice(-2).join(' | ');
        throw new Error(`${otherwise} within ${RECOVERY_MS / 1000} s; the start's last words: ${last}`);
      }
      await pause(LOOK_MS, undefined, { signal });
    }
  }
}

/** One of the processes that serve the application's connections: PostgreSQL then throws all of them out and recovers. */
async function killBackend(pool: Pool): Promise<void> {
  const found = await transaction(pool, (client) =>
    client.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE usename = current_user AND pid <> pg_backend_pid() ORDER BY random() LIMIT 1`,
    ),
  );
  const [backend] = found.rows;
  if (backend) send(backend.pid, 'SIGKILL');
}
