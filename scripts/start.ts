/** `npm start`: brings up the embedded system, says where it is, and stops it on Ctrl-C. */
import { ConfigurationError, readEnvironment, type Environment } from '../config/env';
import { keepWithoutOutput } from '../config/log';
import { welcome } from '../local/welcome';
import { StartFailure } from '../local/part';
import { EmbeddedSystem } from '../local/system';

const say = (line: string) => console.log(`[fugong] ${line}`);

/** 1 s: npm passes a Ctrl-C on that the terminal has sent here already; a person who means a second one takes longer. */
const SAME_PRESS_MS = 1_000;

/** 0.5 s: soon enough for whoever starts the next system at once. */
const LOOK_FOR_PARENT_MS = 500;

function stopWhenAsked(system: EmbeddedSystem, environment: Environment): { readonly asked: boolean } {
  const state = { asked: false };
  let firstAt = 0;
  const ask = (why: string) => {
    if (state.asked) {
      if (performance.now() - firstAt < SAME_PRESS_MS) return;
      say('stopping at once');
      system.kill();
      // 130: what a shell makes of a program that Ctrl-C has ended.
      process.exit(130);
    }
    state.asked = true;
    firstAt = performance.now();
    say(`${why}: stopping all parts (Ctrl-C once more: at once) …`);
    system.stop().then(
      () => {
        say('stopped; nothing is left running');
        process.exit(0);
      },
      (error: unknown) => fail(error, environment),
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ask(signal));
  if (environment.startedByNpm) whenParentEnds(() => ask('npm has ended'));
  return state;
}

/** npm passes signals on to a shell, which may end without passing them on here; and a killed npm passes on none. */
function whenParentEnds(then: () => void): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    then();
  }, LOOK_FOR_PARENT_MS);
}

/** Errors of the user's making have a message that says all; others get their stack where somebody looks for faults. */
function fail(error: unknown, environment?: Environment): never {
  const foreseen = error instanceof ConfigurationError || error instanceof StartFailure;
  const { message, stack } = error as Error;
  const searching = environment !== undefined && ['debug', 'trace'].includes(environment.logLevel);
  console.error(searching ? stack : foreseen ? message : `Fugong cannot run: ${message} (LOG_LEVEL=debug shows where)`);
  process.exit(1);
}

async function main(): Promise<void> {
  const environment = readEnvironment();
  const system = new EmbeddedSystem(environment, say);
  // Whatever ends this process, the parts go with it; only a SIGKILL leaves them to the next start.
  process.on('exit', () => system.kill());
  process.on('uncaughtException', (error) => fail(error, environment));
  const stopping = stopWhenAsked(system, environment);
  try {
    const addresses = await system.start();
    if (!stopping.asked) console.log(welcome(environment, addresses));
  } catch (error) {
    // The stop that was asked for ends the start with an error of its own, and this process when it is done.
    if (stopping.asked) return;
    await system.stop();
    fail(error, environment);
  }
}

keepWithoutOutput();
main().catch((error: unknown) => fail(error));
