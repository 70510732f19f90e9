/** A call that is repeated when its connection is closed fails by itself, not into the void of whatever test comes next. */
import { Client, Connection } from '@temporalio/client';
import { Repeats } from '../support/repeated-calls';
import { eventually } from '../support/temporal';

/** Port 1 of this machine: nobody listens there, so each attempt fails at once and is repeated. */
const NOBODY = '127.0.0.1:1';

test('what is being repeated when the connection is closed ends, and nothing comes after it', async () => {
  const repeats = new Repeats();
  const connection = Connection.lazy({ address: NOBODY, interceptors: [repeats.interceptor] });
  let failed: unknown;
  const handle = new Client({ connection }).workflow.getHandle('nobody');
  handle.describe().catch((error: unknown) => (failed = error));
  await eventually(
    () => repeats.made,
    (made) => made > 1,
  );
  await repeats.end();
  await connection.close();
  await eventually(
    () => failed,
    (error) => error !== undefined,
  );
});
