/** Which ports are free, and what is said when one is not. */
import { claimPorts, freePort, isFree } from '../../local/ports';
import { listener } from './stub';

const HOST = '127.0.0.1';
const use = (variable: string, port: number) => ({ what: `the part of ${variable}`, variable, port, host: HOST });

test('a port on which a foreign program listens is named with its part and its variable', async () => {
  const [mine, foreign] = [await freePort(), await freePort()];
  const server = await listener(foreign);
  await expect(claimPorts({ api: use('PORT', mine), smtp: use('SMTP_PORT', foreign) })).rejects.toThrow(
    `Port ${foreign} for the part of SMTP_PORT is in use by another program: end it, or set SMTP_PORT to a free port.`,
  );
  server.close();
});

test('what listens on all addresses holds the port on this one as well', async () => {
  const port = await freePort();
  const server = await listener(port);
  expect(await isFree(port, '0.0.0.0')).toBe(false);
  server.close();
});

test('0 gets free ports, each another one, and none that is asked for by number', async () => {
  const asked = await freePort();
  const ports = await claimPorts({ a: use('A', 0), b: use('B', 0), c: use('C', asked), d: use('D', 0) });
  expect(ports.c).toBe(asked);
  expect(new Set(Object.values(ports)).size).toBe(4);
  expect(await Promise.all(Object.values(ports).map((port) => isFree(port, HOST)))).not.toContain(false);
});
