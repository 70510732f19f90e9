/** Which Temporal CLI is taken, and what is said about one that cannot be. */
import fs from 'node:fs';
import path from 'node:path';
import { ConfigurationError, readEnvironment } from '../../config/env';
import { downloadArchive } from '../../local/temporal-download';
import { temporalBinary } from '../../local/temporal-binary';
import { freePort } from '../../local/ports';
import { cleanUp, listener, temporaryFolder } from './stub';

afterEach(cleanUp);

/** A program that says it is this version. */
function cli(version: string, folder = temporaryFolder()): string {
  const file = path.join(folder, 'temporal');
  fs.writeFileSync(file, `#!/bin/sh\necho "temporal version ${version} (Server 1.32.0, UI 2.54.1)"\n`, { mode: 0o755 });
  return file;
}

test('the one that TEMPORAL_CLI names is taken before the one on the PATH', async () => {
  const [named, onPath] = [cli('1.9.4'), cli('1.10.0')];
  const environment = readEnvironment({ TEMPORAL_CLI: named, PATH: path.dirname(onPath) });
  expect(await temporalBinary(environment)).toBe(named);
});

test.each([
  ['is too old', () => cli('1.8.2'), 'is version 1.8.'],
  ['is not there', () => '/nowhere/temporal', 'does not answer to --version.'],
])('one that TEMPORAL_CLI names and that %s is refused in one line', async (_why, file, reason) => {
  const named = file();
  const search = temporalBinary(readEnvironment({ TEMPORAL_CLI: named }));
  await expect(search).rejects.toThrow(ConfigurationError);
  await expect(search).rejects.toThrow(
    `TEMPORAL_CLI must be a Temporal CLI of version 1.9 or newer: ${named} ${reason}`,
  );
});

test('on the PATH the first that is new enough is taken', async () => {
  const folders = [temporaryFolder(), path.dirname(cli('1.8.2')), path.dirname(cli('1.12.0'))];
  const environment = readEnvironment({ PATH: folders.join(path.delimiter) });
  expect(await temporalBinary(environment)).toBe(path.join(folders[2]!, 'temporal'));
});

describe('the download site', () => {
  const from = async (site: string) =>
    downloadArchive({
      version: '1',
      platform: 'linux',
      arch: 'amd64',
      say: () => undefined,
      signal: undefined,
      site,
    });

  test('that is not there is given up with one line', async () => {
    await expect(from(`http://127.0.0.1:${await freePort()}`)).rejects.toThrow(
      /^the CLI's own site cannot be used \(connect ECONNREFUSED [^\n]+\)$/,
    );
  });

  test('that hangs up is given up with one line', async () => {
    const port = await freePort();
    const server = await listener(port);
    await expect(from(`http://127.0.0.1:${port}`)).rejects.toThrow(/^the CLI's own site cannot be used \([^\n]+\)$/);
    server.close();
  });
});
