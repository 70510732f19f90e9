/** Answers for everything that a bench run needs: the system, the contenders with their processes, and the end of all of it. */
import { Client, Connection } from '@temporalio/client';
import { createPool, type Pool } from '../../db/sql/pool';
import { freePort } from '../../local/ports';
import { readProgramme } from '../../programme/read';
import { Bare, messagesIn } from './bare';
import { Full } from './full';
import { HttpSender } from './http';
import { HttpBare, type ServedMessage } from './http-bare';
import { drive, type Contender } from './measure';
import { Plain } from './plain';
import { memoryOf, processorMs } from './processes';
import { benchRules, writeBenchProgramme } from './programme';
import type { ContenderName } from './figures';
import { Child } from '../own-system/child';
import { OwnSystem, SAID_WITHOUT_LIMITS, WITHOUT_LIMITS } from '../own-system/system';

/** The parts whose memory is reported. */
const MEASURED = ['temporal', 'postgres', 'worker', 'api'] as const;

/** A cold worker takes some seconds for the first case, and none for the next. */
const SAMPLE_TRIES = 3;

type End = () => unknown;

export class Stage {
  /** In the order in which they were begun; ended in the opposite one. */
  readonly #ends: End[] = [];
  readonly #ports = new Set<number>();
  readonly #pids = new Map<string, number>();
  #stopped: Promise<void> | undefined;
  #full: Full | undefined;
  #contenders: { readonly [C in ContenderName]: Contender } | undefined;

  /** When it rejects, `stop` is still to be called. */
  async start(say: (line: string) => void): Promise<void> {
    say(SAID_WITHOUT_LIMITS);
    say('starting a system of its own in a temporary folder …');
    const system = new OwnSystem({ of: 'bench', writeProgramme: writeBenchProgramme, settings: WITHOUT_LIMITS });
    this.#ends.push(() => system.stop());
    await system.start();
    await system.ready();
    for (const part of MEASURED) this.#pids.set(part, system.pidOf(part));
    const { temporalAddress, temporalNamespace, databaseUrl } = system.addresses;
    const pool = this.#keep(createPool(databaseUrl), (one: Pool) => one.end());
    const connection = this.#keep(await Connection.connect({ address: temporalAddress }), (one) => one.close());
    const temporal = new Client({ connection, namespace: temporalNamespace });
    say('driving a first case, whose messages the others are sent as well …');
    const full = this.#fullContender(system, temporal, pool);
    const messages = await this.#sample(full);
    say(`a case: ${messages.map(({ update }) => update).join(', ')}`);
    const at = { TEMPORAL_ADDRESS: temporalAddress, TEMPORAL_NAMESPACE: temporalNamespace };
    const [httpBare, plain] = await Promise.all([
      this.#startServer('bare HTTP server', 'scripts/bench/http-bare-server.ts', at),
      this.#startServer('plain server', 'scripts/bench/plain-server.ts', { DATABASE_URL: databaseUrl }),
      this.#startChild('bare worker', 'scripts/bench/bare-worker.ts', at),
    ]);
    const bodies = full.messages.map(({ body }) => body);
    this.#full = full;
    this.#contenders = {
      full,
      bare: new Bare(temporal, messages),
      http: await HttpBare.begin({ http: httpBare, temporal, messages, bodies }),
      plain: new Plain(plain, full.messages),
    };
  }

  /**
   * The messages of a case with both sizes of each answer: the workflow's and the one over HTTP. A case of which an act was
   * handed over, as a cold worker may let it come to, has fewer Updates than messages: another is driven.
   * @throws Error when every try had one
   */
  async #sample(full: Full): Promise<ServedMessage[]> {
    for (let tries = 0; tries < SAMPLE_TRIES; tries += 1) {
      await drive(await full.prepare(1), 1);
      await full.settle();
      const updates = messagesIn(await full.lastHistory());
      if (updates.length !== full.messages.length) continue;
      return updates.map((one, number) => ({ ...one, httpBytes: full.lastAnswers[number] ?? 0 }));
    }
    throw new Error(`in ${SAMPLE_TRIES} cases, one at a time, not every act was answered at once`);
  }

  #fullContender(system: OwnSystem, temporal: Client, pool: Pool): Full {
    const http = this.#keep(new HttpSender(system.addresses.apiUrl), (one) => one.close());
    const village = readProgramme(system.programme).villages[0]?.id ?? '';
    const { accounts, programme } = system;
    return new Full({ http, temporal, pool, accounts, village, rules: benchRules(programme) });
  }

  /** Starts a contender's server on a free port, and gives what speaks to it. */
  async #startServer(name: string, file: string, settings: Readonly<Record<string, string>>): Promise<HttpSender> {
    const port = await freePort(this.#ports);
    this.#ports.add(port);
    await this.#startChild(name, file, { PORT: String(port), ...settings });
    return this.#keep(new HttpSender(`http://127.0.0.1:${port}`), (one) => one.close());
  }

  async #startChild(name: string, file: string, settings: Readonly<Record<string, string>>): Promise<void> {
    const child = Child.start(`the ${name}`, file, settings);
    this.#ends.push(() => child.stop());
    await child.ready();
    this.#pids.set(name, child.pid);
  }

  #keep<T>(one: T, end: (one: T) => unknown): T {
    this.#ends.push(() => end(one));
    return one;
  }

  contender(name: ContenderName): Contender {
    if (!this.#contenders) throw new Error('the stage has not been started');
    return this.#contenders[name];
  }

  get full(): Full {
    if (!this.#full) throw new Error('the stage has not been started');
    return this.#full;
  }

  /** Processor time of every process so far; empty where the system does not tell. */
  processor(): Record<string, number> {
    const driver = process.cpuUsage();
    const used = [...this.#pids].map(([name, pid]) => [name, processorMs(pid)] as const);
    if (used.some(([, ms]) => ms === undefined)) return {};
    // 1,000 microseconds are one millisecond.
    return { ...Object.fromEntries(used), driver: (driver.user + driver.system) / 1000 };
  }

  memory(): Record<string, number> {
    return Object.fromEntries(MEASURED.map((part) => [part, memoryOf(this.#pids.get(part) ?? 0)]));
  }

  /** Ends every process and removes every file, whatever fails on the way. May be called more than once. */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    for (const end of this.#ends.reverse()) await Promise.resolve(end()).catch(() => undefined);
  }
}
