/** Where a request comes from, as far as that can be believed: what guesses are counted by. */
import net from 'node:net';
import type { Request } from 'express';

/** Bits of an IPv6 address come in groups of 16; a household or an office has the last four to choose from. */
const GROUPS_OF_A_NETWORK = 4;

/**
 * The address of the connection, or, when that is one of TRUSTED_PROXIES, the last one of `X-Forwarded-For` that is none (Express
 * by `trust proxy`). Of IPv6 the network only: whoever has one has 2^64 addresses.
 */
export function addressOf(request: Request): string {
  const { ip = '', socket } = request;
  // A trusted proxy may write "unknown" or add a port; then it is known by its own address.
  const address = net.isIP(ip) === 0 ? (socket.remoteAddress ?? '') : ip;
  return net.isIPv6(address) ? networkOf(address) : address;
}

function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+(?:\.\d+){3})$/i.exec(address)?.[1];
  if (mapped !== undefined) return mapped;
  const [left = '', right = ''] = withoutZone(address).split('::');
  const before = left.split(':').filter((group) => group !== '');
  const after = right.split(':').filter((group) => group !== '');
  const zeros = Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0');
  return `${[...before, ...zeros, ...after].slice(0, GROUPS_OF_A_NETWORK).join(':')}::/64`;
}

/** In the one form that such an address has; what follows a percent sign is this machine's own. */
function withoutZone(address: string): string {
  return new URL(`http://[${address.replace(/%.*$/, '')}]`).hostname.slice(1, -1);
}
