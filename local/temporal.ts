/** Answers for the embedded Temporal server: how it is called, and when it is ready. */
import { SEARCH_ATTRIBUTES } from '../contracts/case/search-attributes';
import { childEnvironment, type Environment } from '../config/env';
import { TEMPORAL_FILE } from '../config/backup-files';
import type { DataFolder } from './data-folder';
import type { Launch } from './part';

export interface TemporalPorts {
  readonly temporal: number;
  readonly temporalUi: number;
}

/** The server keeps everything in one SQLite file, so that the next start goes on where this one ended. */
export function temporalLaunch(
  program: string,
  folder: DataFolder,
  ports: TemporalPorts,
  environment: Environment,
): Launch {
  const { mode, temporalNamespace: namespace } = environment;
  return {
    file: program,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1'],
      ...['--port', String(ports.temporal), '--ui-port', String(ports.temporalUi), '--ui-disable-news-fetch'],
      ...['--db-filename', folder.file(TEMPORAL_FILE)],
      // A write-ahead log answers about twice as fast as the default journal. NORMAL syncs at checkpoints: what was
      // committed survives a kill of the process always, and a power failure up to the last moments before it.
      ...['--sqlite-pragma', 'journal_mode=WAL', '--sqlite-pragma', 'synchronous=NORMAL'],
      ...(namespace === 'default' ? [] : ['--namespace', namespace]),
      ...Object.entries(SEARCH_ATTRIBUTES).flatMap(([name, type]) => ['--search-attribute', `${name}=${type}`]),
      ...(mode === 'trial' ? FAST_FORWARD : []),
      // error: at warn the server reports every moment without a worker.
      ...['--log-level', 'error', '--log-format', 'json'],
    ],
    cwd: folder.path,
    // The CLI reads TEMPORAL_… as well, and would take an address or a profile that is meant for somebody else.
    env: childEnvironment({}, (name) => name.startsWith('TEMPORAL_')),
  };
}

/** Trial only: the server skips a case's time natively, and its timer queue keeps up with days that take milliseconds. */
const FAST_FORWARD = [
  'frontend.WorkflowTimeSkippingEnabled=true',
  // 1 s by default: each virtual day would wait for it.
  'history.timerProcessorMaxTimeShift="10ms"',
  // 20 a second by default; 1,000 is more than one shard can use.
  'history.timerProcessorMaxPollRPS=1000',
].flatMap((setting) => ['--dynamic-config-value', setting]);

/** 1 s: on one machine the answer takes milliseconds. */
const PROBE_MS = 1_000;

/** Asked through the UI's own interface, so that one answer speaks for the server, its namespace and the UI. */
export async function temporalIsReady({ temporalUi }: TemporalPorts, namespace: string): Promise<boolean> {
  const url = `http://127.0.0.1:${temporalUi}/api/v1/namespaces/${encodeURIComponent(namespace)}`;
  const answer = await fetch(url, { signal: AbortSignal.timeout(PROBE_MS) });
  await answer.body?.cancel();
  return answer.ok;
}
