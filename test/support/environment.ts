/**
 * Where a test file runs: Node, with a watch that fails a test or hook when nothing has moved for a while, however long it
 * takes as a whole, and with a look at what is left when the file has ended: nothing may outlive it.
 */
import { channel } from 'node:diagnostics_channel';
import { TestEnvironment as NodeEnvironment } from 'jest-environment-node';
import type { Circus } from '@jest/types';
import { MOVED } from './progress';

/** The slowest single step, the start of a whole system, takes some 10 s here; a machine three times slower and twice as busy is waited for. */
const PATIENCE_S = 180;
/** What is just closing has so long; a socket needs milliseconds. */
const CLOSING_MS = 10_000;

/** Whatever keeps a process alive and belongs to a test: connections, servers, processes, threads. Jest's own timers come and go: see `Timers`. */
const HELD = /^(?:TCP|TLS|UDP|Pipe|Process|MessagePort)/;

/** Between files of one process of the run: facts that are dear to find out. Only texts, for each file has its own globals. */
const kept = new Map<string, string>();

type Body = Circus.TestFn;

export default class Watched extends NodeEnvironment {
  readonly #watching = new WeakSet<Body>();
  readonly #before = held();
  readonly #timers = new Timers();
  readonly #late: unknown[] = [];
  readonly #patienceS: number;
  readonly #closingMs: number;

  /** `patienceS` and `closingMs` of `testEnvironmentOptions` are for the tests of this file. */
  constructor(...[config, context]: ConstructorParameters<typeof NodeEnvironment>) {
    super(config, context);
    const { patienceS = PATIENCE_S, closingMs = CLOSING_MS } = config.projectConfig.testEnvironmentOptions;
    [this.#patienceS, this.#closingMs] = [Number(patienceS), Number(closingMs)];
  }

  override async setup(): Promise<void> {
    await super.setup();
    this.global['keptBetweenFiles'] = kept;
    this.global.setTimeout = this.#timers.known(this.global.setTimeout);
    this.global.setInterval = this.#timers.known(this.global.setInterval);
  }

  handleTestEvent(event: Circus.Event): void {
    if (event.name === 'hook_start') event.hook.fn = this.#watched(event.hook.fn);
    if (event.name === 'test_fn_start' && event.test.fn) event.test.fn = this.#watched(event.test.fn);
    // From here on nobody else would hear of what fails behind the tests' back.
    if (event.name === 'teardown') this.#listen();
  }

  override async teardown(): Promise<void> {
    const left = await this.#left();
    for (const name of FAILURES) process.removeListener(name, this.#fail);
    await super.teardown();
    const said = this.#late.map((error) => (error instanceof Error ? error.stack : String(error)));
    if (left.length > 0) said.push(`Something outlives this file: ${left.join(', ')}. Close it in afterAll.`);
    if (said.length > 0) throw new Error(said.join('\n'));
  }

  /** Once what is closing has closed. */
  async #left(): Promise<string[]> {
    const end = Date.now() + this.#closingMs;
    for (let pause = 1; ; pause = Math.min(2 * pause, 100)) {
      const left = [...moreThan(this.#before), ...this.#timers.left()];
      if (left.length === 0 || Date.now() > end) return left;
      await new Promise((resolve) => setTimeout(resolve, pause));
    }
  }

  readonly #fail = (error: unknown): void => void this.#late.push(error);

  #listen(): void {
    for (const name of FAILURES) process.on(name, this.#fail);
  }

  /** A body with a `done` of its own is left to the last limit, that of jest.config.js. */
  #watched(body: Body): Body {
    if (body.length > 0 || this.#watching.has(body)) return body;
    const assertions = () => (this.global['expect'] as typeof expect | undefined)?.getState().assertionCalls;
    const patienceS = this.#patienceS;
    const watched = function (this: Circus.TestContext) {
      const running = (body as () => unknown).call(this);
      return isPromise(running) ? unlessStalled(running, { assertions, patienceS }) : running;
    } as Body;
    this.#watching.add(watched);
    return watched;
  }
}

const FAILURES = ['unhandledRejection', 'uncaughtException'] as const;

function isPromise(value: unknown): value is Promise<unknown> {
  return typeof (value as Promise<unknown> | undefined)?.then === 'function';
}

interface Watch {
  /** How many the file has made. */
  readonly assertions: () => number | undefined;
  readonly patienceS: number;
}

/** Counts the seconds in which this process had its turn: one that was kept waiting by the machine is not blamed. */
async function unlessStalled(running: Promise<unknown>, { assertions, patienceS }: Watch): Promise<unknown> {
  let [quiet, asserted] = [0, assertions()];
  const rest = () => void (quiet = 0);
  channel(MOVED).subscribe(rest);
  let ticking: NodeJS.Timeout | undefined;
  const stalled = new Promise<never>((_resolve, reject) => {
    ticking = setInterval(() => {
      const now = assertions();
      quiet = now === asserted ? quiet + 1 : 0;
      asserted = now;
      if (quiet > patienceS) reject(new Error(`Nothing has moved for ${patienceS} s.`));
    }, 1000);
  });
  try {
    return await Promise.race([running, stalled]);
  } finally {
    clearInterval(ticking);
    channel(MOVED).unsubscribe(rest);
  }
}

function held(): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of process.getActiveResourcesInfo()) {
    if (HELD.test(name)) counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

function moreThan(before: ReadonlyMap<string, number>): string[] {
  return [...held()].flatMap(([name, count]) => {
    const more = count - (before.get(name) ?? 0);
    return more > 0 ? [`${more} ${name}`] : [];
  });
}

type Timer = NodeJS.Timeout & { readonly _destroyed: boolean };
type Setting = (...args: never[]) => NodeJS.Timeout;

/** The timers that a file has set, with who set them. */
class Timers {
  readonly #set = new Map<Timer, Error>();
  /** When those that are over are let go of. */
  #tidyAt = 1000;

  /** As `setting`, with what else hangs on it, such as its form with a promise. */
  known<S>(setting: S): S {
    const set = (...args: never[]) => {
      const timer = (setting as Setting)(...args) as Timer;
      this.#set.set(timer, new Error('set'));
      if (this.#set.size > this.#tidyAt) this.#tidy();
      return timer;
    };
    return Object.defineProperties(set, Object.getOwnPropertyDescriptors(setting as Setting)) as S;
  }

  left(): string[] {
    this.#tidy();
    return [...this.#set].filter(([timer]) => timer.hasRef()).map(([, { stack }]) => `a timer ${placeOf(stack)}`);
  }

  #tidy(): void {
    for (const timer of this.#set.keys()) if (timer._destroyed) this.#set.delete(timer);
    this.#tidyAt = 2 * this.#set.size + 1000;
  }
}

/** The line below that of `known`. */
function placeOf(stack = ''): string {
  return stack.split('\n')[2]?.trim() ?? '';
}
