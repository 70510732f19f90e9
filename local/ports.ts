/** Answers for TCP ports: which are free, and who is told when one is not. */
import net from 'node:net';
import { ConfigurationError } from '../config/env';

export interface PortUse {
  /** What will listen there, as a person calls it. */
  readonly what: string;
  /** The variable that moves it. */
  readonly variable: string;
  /** 0: any free one. */
  readonly port: number;
  readonly host: string;
}

/** True when this process could listen there now. */
export async function isFree(port: number, host: string): Promise<boolean> {
  return !(await answers(port, host)) && (await canListen(port, host));
}

async function canListen(port: number, host: string): Promise<boolean> {
  const server = net.createServer();
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE' || error.code === 'EACCES') resolve(false);
      else reject(new ConfigurationError(`Nothing can listen on ${host}:${port}: ${error.message}.`));
    });
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/** 500 ms: on one machine an answer takes less than one. */
const ANSWER_MS = 500;

/** True when something accepts connections there. Some systems let two servers listen on one port: listening alone does not tell. */
export async function answers(port: number, host: string, withinMs = ANSWER_MS): Promise<boolean> {
  const socket = net.connect({ port, host: reachable(host), timeout: withinMs });
  return new Promise((resolve) => {
    const done = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', () => done(true));
    socket.once('timeout', () => done(false));
    socket.once('error', () => done(false));
  });
}

/** Where to reach what listens on `host`: "all addresses" is none to connect to. */
export function reachable(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}

/** `host:port` as it stands in a URL. */
export function authority(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}

// Free ports are taken from below 32768, where Linux begins to give ports to outgoing connections: a client that keeps
// trying a dead server's port up there can meet itself, or hold the port when the server comes back.
const FIRST_FREE = 22_000;
const LAST_FREE = 32_767;

/** A port that nobody uses now and that is not in `taken`. */
export async function freePort(taken: ReadonlySet<number> = new Set(), host = '127.0.0.1'): Promise<number> {
  const span = LAST_FREE - FIRST_FREE + 1;
  // A random begin keeps two systems that start at once apart.
  const begin = Math.floor(Math.random() * span);
  for (let step = 0; step < span; step++) {
    const port = FIRST_FREE + ((begin + step) % span);
    if (!taken.has(port) && (await isFree(port, host))) return port;
  }
  throw new ConfigurationError(`No port between ${FIRST_FREE} and ${LAST_FREE} is free.`);
}

/** The port of each use, free ones filled in. Throws a ConfigurationError that names every port somebody else listens on. */
export async function claimPorts<Name extends string>(
  uses: Readonly<Record<Name, PortUse>>,
): Promise<Record<Name, number>> {
  const claimed = new Map<Name, number>();
  const inUse: string[] = [];
  const taken = new Set(Object.values<PortUse>(uses).map(({ port }) => port));
  for (const [name, { what, variable, port, host }] of Object.entries(uses) as [Name, PortUse][]) {
    const chosen = port === 0 ? await freePort(taken, host) : port;
    if (port !== 0 && !(await isFree(port, host))) {
      inUse.push(`Port ${port} for ${what} is in use by another program: end it, or set ${variable} to a free port.`);
    }
    taken.add(chosen);
    claimed.set(name, chosen);
  }
  if (inUse.length > 0) throw new ConfigurationError(inUse.join('\n'));
  return Object.fromEntries(claimed) as Record<Name, number>;
}
