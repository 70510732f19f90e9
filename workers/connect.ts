/** The connection to Temporal of a process that may be started before the server is there. */
import { setTimeout as pause } from 'node:timers/promises';
import { NativeConnection } from '@temporalio/worker';

/** A Temporal server that is starting is asked this often … */
const CONNECT_PAUSE_MS = 500;
/** … and this long, before the process ends with a line that says so and its supervisor starts another. */
const CONNECT_TRIES = 60;

/** @throws the last error when the server is not there in time */
export async function connect(
  options: NonNullable<Parameters<typeof NativeConnection.connect>[0]>,
): Promise<NativeConnection> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await NativeConnection.connect(options);
    } catch (error) {
      if (tries >= CONNECT_TRIES) throw error;
      await pause(CONNECT_PAUSE_MS);
    }
  }
}
