/** Every kept history replays on today's workflow code, and a reordered copy of the workflow is caught by the same histories. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { bundle } from '../support/temporal';

const FOLDER = join(__dirname, 'histories');
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

beforeAll(() => {
  if (Runtime._instance === undefined) Runtime.install({ logger: new DefaultLogger('ERROR') });
});

async function replay(name: string, code: string): Promise<void> {
  const kept = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, unknown>;
  const history = temporal.api.history.v1.History.fromObject(kept);
  await Worker.runReplayHistory({ workflowBundle: { code } }, history, 'reopening/replayed');
}

test('there is a history of every way in which a case can end, and of telling people', () => {
  for (const end of [
    'completed',
    'refused',
    'withdrawn',
    'deferred',
    'incident',
    'supplied',
    'supplied-order1',
    'telling-channel',
    'telling-bulletin',
    'telling-summary',
  ]) {
    expect(FILES.some((name) => name.startsWith(`${end}-`))).toBe(true);
  }
});

test.each(FILES)('%s replays', async (name) => {
  await replay(name, (await bundle()).code);
});

test('a copy of the workflow with two steps swapped fails on the history of a completed case', async () => {
  const { code } = await bundle();
  // The search attributes are upserted before the recording is scheduled; the copy does it after.
  const step = 'upsert(theCase.state, theCase.needsAttention);';
  const scheduled = /const recorded = [^;]*recordBatch[^;]*;/;
  const at = code.indexOf(step, code.indexOf('activityOnItsWay = true'));
  const without = code.slice(0, at) + code.slice(at + step.length);
  const swapped = without.replace(scheduled, (call) => `${call} ${step}`);
  expect(at).toBeGreaterThan(0);
  expect(swapped).not.toBe(without);
  await expect(replay('completed-1.json', swapped)).rejects.toThrow(/[Nn]ondeterminism/);
});
