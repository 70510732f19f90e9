/** `npm run demo`: the article's factory, from the survey to the third morning of operation, over HTTP, in plain words. */
import { ConfigurationError, readEnvironment } from '../config/env';
import { Problem, Town } from './demo/town';
import { factory } from './demo/factory';

async function main(): Promise<void> {
  const { port, bind, dataDir, temporalUiPort, temporalNamespace } = readEnvironment();
  const host = bind === '0.0.0.0' ? '127.0.0.1' : bind;
  const town = await Town.at(`http://${host}:${port}`, dataDir);
  await factory(town, `http://${host}:${temporalUiPort}/namespaces/${temporalNamespace}`);
}

main().catch((error: unknown) => {
  if (error instanceof Problem)
    console.error(`✗ ${error.status} ${error.code}: ${error.message}\n${JSON.stringify(error.body, null, 2)}`);
  else if (error instanceof ConfigurationError || error instanceof Error) console.error(`✗ ${error.message}`);
  else console.error(error);
  process.exitCode = 1;
});
