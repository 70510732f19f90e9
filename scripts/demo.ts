/**
 * `npm run demo`: the article's factory, from the survey to the third morning of operation; `-- --all`: factory and supermarket to
 * the end of both cases, with the article's figures. Over HTTP, in plain words.
 */
import { join } from 'node:path';
import { ConfigurationError, readEnvironment, type Environment } from '../config/env';
import { runningAddresses } from '../config/running-addresses';
import { Problem, Town } from './demo/town';
import { demonstrate } from './demo/demonstrate';

const ALL = '--all';

async function main(): Promise<void> {
  const all = wantsAll(process.argv.slice(2));
  const environment = readEnvironment();
  const { port, bind, dataDir, temporalUiPort, temporalNamespace } = environment;
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind;
  const town = await Town.at(`http://${host}:${port}`, dataDir);
  const ui = `http://${host}:${temporalUiPort}/namespaces/${temporalNamespace}`;
  await demonstrate(town, { all, ui, mails: mailsOf(environment) });
}

/** The page of the catcher, else its folder. */
function mailsOf(environment: Environment): string {
  const { fakesUrl } = runningAddresses(environment);
  return fakesUrl === undefined ? join(environment.dataDir, 'mail') : `${fakesUrl}/mails`;
}

/** @throws ConfigurationError for anything else, so that a mistyped wish is not taken for none */
function wantsAll(given: readonly string[]): boolean {
  const unknown = given.find((one) => one !== ALL);
  if (unknown !== undefined)
    throw new ConfigurationError(`未知参数 ${unknown}。Unknown argument: only ${ALL} is known.`);
  return given.includes(ALL);
}

main().catch((error: unknown) => {
  if (error instanceof Problem) console.error(`✗ 演示不能继续：${error.message}`);
  else if (error instanceof Error) console.error(`✗ ${error.message}`);
  else console.error(error);
  process.exitCode = 1;
});
