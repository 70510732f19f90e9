/** Live refresh, `/events`: server-sent events that say when to look again, never at what. */
import { PassThrough } from 'node:stream';
import type { Changes } from '../../db/sql/changes';
import type { Deps } from './deps';
import { Problem } from './error-mapper';
import { route, type Route } from './route';
import { CLOSED_HEADERS } from './security-headers';

/** How soon a browser comes back after a lost connection. */
const RECONNECT_MS = 3_000;
/** More often nobody sees a page change; a burst of acts must not become as many reads of every page that is open. */
const AT_MOST_EVERY_MS = 1_000;
/** Proxies close a connection that says nothing for a minute. */
const HEARTBEAT_MS = 20_000;
/** Tabs of one person on all devices; each holds a connection. */
const MOST_PER_ACCOUNT = 20;

export function eventRoutes({ changes }: Deps): Route[] {
  const open = new Map<string, number>();
  return [
    route({
      method: 'get',
      path: '/events',
      tag: 'Live 实时',
      summary: '实时刷新 Live refresh',
      description: 'Server-sent events: `changed` whenever something was recorded or sent, at most once a second.',
      access: 'account',
      answers: { 200: { description: 'Until one of the sides ends it', media: ['text/event-stream'] } },
      problems: ['too-many-streams'],
      async handle({ by: { account }, request }) {
        const headers = { ...CLOSED_HEADERS, 'Content-Type': 'text/event-stream', 'X-Accel-Buffering': 'no' };
        if (request.method === 'HEAD') return { status: 200, headers };
        const present = open.get(account) ?? 0;
        if (present >= MOST_PER_ACCOUNT) throw new Problem('too-many-streams', { most: MOST_PER_ACCOUNT });
        open.set(account, present + 1);
        const stream = eventsOf(changes);
        stream.once('close', () => {
          const left = (open.get(account) ?? 1) - 1;
          if (left > 0) open.set(account, left);
          else open.delete(account);
        });
        return { status: 200, headers, stream };
      },
    }),
  ];
}

function eventsOf(changes: Changes): PassThrough {
  const stream = new PassThrough();
  stream.write(`retry: ${RECONNECT_MS}\nevent: hello\ndata: {}\n\n`);
  let last = 0;
  let waiting: NodeJS.Timeout | undefined;
  const tell = () => {
    waiting = undefined;
    last = performance.now();
    stream.write('event: changed\ndata: {}\n\n');
  };
  const changed = () => {
    waiting ??= setTimeout(tell, Math.max(0, last + AT_MOST_EVERY_MS - performance.now()));
  };
  const heartbeat = setInterval(() => stream.write(': alive\n\n'), HEARTBEAT_MS);
  const unsubscribe = changes.subscribe(changed, () => stream.end());
  stream.once('close', () => {
    clearTimeout(waiting);
    clearInterval(heartbeat);
    unsubscribe();
  });
  return stream;
}
