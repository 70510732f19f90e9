/** `npm start` as a person meets it who has set something wrong: one clear line, exit code 1, nothing left running. */
import fs from 'node:fs';
import path from 'node:path';
import { identify } from '../../local/processes';
import { freePort } from '../../local/ports';
import { cleanUp, listener, Start, temporaryFolder } from './stub';

// Each case starts Node with the TypeScript loader: a second or two on a busy machine.
afterEach(cleanUp);

async function start(variables: Record<string, string>) {
  const started = new Start(variables);
  return { code: await started.ended, lines: started.lines };
}

test.each([
  ['a port that is none', { PORT: 'abc' }, /^PORT must be a port from 0 to 65535/],
  ['an address of another kind', { DATABASE_URL: 'foo://host/db' }, /^DATABASE_URL must be a PostgreSQL address/],
  ['a missing program', { TEMPORAL_CLI: '/nowhere/temporal' }, /^TEMPORAL_CLI must be a Temporal CLI .+: \/nowhere/],
])('%s', async (_what, variables, line) => {
  const { code, lines } = await start({ DATA_DIR: temporaryFolder(), ...variables });
  expect(code).toBe(1);
  // Others may have been started before the fault was met; what they said is progress.
  const complaints = lines.filter((said) => !said.startsWith('[fugong]'));
  expect(complaints).toEqual([expect.stringMatching(line)]);
});

test('a part elsewhere that does not answer is named without its password', async () => {
  const address = `127.0.0.1:${await freePort()}`;
  const { code, lines } = await start({
    DATA_DIR: temporaryFolder(),
    DATABASE_URL: `postgres://user:secret@${address}/fugong`,
  });
  expect({ code, lines }).toEqual({
    code: 1,
    lines: [`DATABASE_URL (postgres://${address}/fugong) cannot be used: connect ECONNREFUSED ${address}.`],
  });
});

test('a port that a foreign program has', async () => {
  const port = await freePort();
  const foreign = await listener(port);
  const folder = temporaryFolder();
  const outcome = await start({ DATA_DIR: folder, POSTGRES_PORT: String(port) });
  foreign.close();
  expect(outcome).toEqual({
    code: 1,
    lines: [`Port ${port} for PostgreSQL is in use by another program: end it, or set POSTGRES_PORT to a free port.`],
  });
  expect(fs.readdirSync(path.join(folder, 'run'))).toEqual([]);
});

test('a second start on the same data folder', async () => {
  const folder = temporaryFolder();
  fs.mkdirSync(path.join(folder, 'run'), { recursive: true });
  fs.writeFileSync(path.join(folder, 'run', 'start.json'), JSON.stringify(identify(process.pid)));
  expect(await start({ DATA_DIR: folder })).toEqual({
    code: 1,
    lines: [`Fugong already runs on ${folder} (pid ${process.pid}): stop it first, or set DATA_DIR to another folder.`],
  });
});
