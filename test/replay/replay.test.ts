/** Every kept history replays on today's workflow code, hands the same to its activities, and catches a copy that does otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker, type InjectedSinks } from '@temporalio/worker';
import { workflowBundle } from '../../workers/bundle';
import type { HandedOver } from './interceptor';

const FOLDER = join(__dirname, 'histories');
/** Captured by the first release that is in use: what its runs handed over must be what today's code hands over. */
const FIRST = readdirSync(join(FOLDER, 'of-5860e77')).map((name) => `of-5860e77/${name}`);
/** From before notices and some fields of the view: what they say is handed over still, beside what came later. */
const EARLIER = readdirSync(FOLDER).filter((name) => name.endsWith('.json'));

type History = temporal.api.history.v1.IHistory;
interface Given {
  readonly activity: string;
  readonly args: unknown;
}

let code: string;
beforeAll(async () => {
  if (Runtime._instance === undefined) Runtime.install({ logger: new DefaultLogger('ERROR') });
  ({ code } = await workflowBundle([join(__dirname, 'interceptor.ts')]));
});

function historyOf(name: string): History {
  const kept = JSON.parse(readFileSync(join(FOLDER, name), 'utf8')) as Record<string, unknown>;
  return temporal.api.history.v1.History.fromObject(kept);
}

/** Replays and gives what the code handed to its activities, in order. */
async function replay(history: History, bundled: string): Promise<Given[]> {
  const given: Given[] = [];
  const activity = {
    fn: (_info: unknown, name: string, args: unknown[]) => void given.push({ activity: name, args: plain(args) }),
    callDuringReplay: true,
  };
  const sinks: InjectedSinks<HandedOver> = { handedOver: { activity } };
  const started = history.events?.[0]?.workflowExecutionStartedEventAttributes;
  const id = started?.workflowId ?? 'reopening/replayed';
  await Worker.runReplayHistory({ workflowBundle: { code: bundled }, sinks }, history, id);
  return given;
}

/** What the history says that its activities were given. */
function recordedIn(history: History): Given[] {
  return (history.events ?? []).flatMap(({ activityTaskScheduledEventAttributes: scheduled }) => {
    if (!scheduled) return [];
    const payloads = scheduled.input?.payloads ?? [];
    const args = payloads.map((payload) => defaultPayloadConverter.fromPayload<unknown>(payload));
    return [{ activity: scheduled.activityType?.name ?? '', args: plain(args) }];
  });
}

/** What is for the ledger; undefined for what is not. */
function entriesOf({ args }: Given): unknown {
  const [batch] = args as readonly ({ readonly entries?: unknown } | undefined)[];
  return batch?.entries;
}

/** As it travels: members without a value are not there. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const nameOf = (file: string) => file.replace(/^.*\/|-\d+\.json$/g, '');

test('there is a history of every way in which a case can end, and of telling people', () => {
  const kept = FIRST.map(nameOf);
  for (const end of [
    'completed',
    'refused',
    'withdrawn',
    'deferred',
    'incident',
    'supplied',
    'supplied-order1',
    'held',
    'waived',
    'telling-channel',
    'telling-bulletin',
    'telling-summary',
  ]) {
    expect(kept).toContain(end);
  }
});

test.each(FIRST)('%s replays, and hands the same to every activity', async (name) => {
  const history = historyOf(name);
  expect(await replay(history, code)).toEqual(recordedIn(history));
});

test.each(EARLIER)('%s replays, and records the same entries', async (name) => {
  const history = historyOf(name);
  const [given, recorded] = [await replay(history, code), recordedIn(history)];
  expect(given.map(({ activity }) => activity)).toEqual(recorded.map(({ activity }) => activity));
  expect(given.map(entriesOf)).toEqual(recorded.map(entriesOf));
});

/** The code with `from` replaced. @throws Error when it is not there */
function changed(from: string | RegExp, to: string): string {
  const copy = code.replace(from, to);
  // Not by `expect`: it would print both.
  if (copy === code) throw new Error(`the bundle does not hold ${String(from)}`);
  return copy;
}

test('a copy of the workflow with two steps swapped fails on the history of a completed case', async () => {
  // The search attributes are upserted before the recording is scheduled; the copy does it after.
  const step = 'upsert(theCase.state, theCase.needsAttention);';
  const scheduled = /const recorded = [^;]*recordBatch[^;]*;/;
  const at = code.indexOf(step, code.indexOf('activityOnItsWay = true'));
  const without = code.slice(0, at) + code.slice(at + step.length);
  const swapped = without.replace(scheduled, (call) => `${call} ${step}`);
  expect([at > 0, swapped !== without]).toEqual([true, true]);
  await expect(replay(historyOf('of-5860e77/completed-1.json'), swapped)).rejects.toThrow(/[Nn]ondeterminism/);
});

test('a copy of a rule that says something else in an entry replays, and is caught by what it hands over', async () => {
  const history = historyOf('of-5860e77/completed-3.json');
  const copy = changed('late: act.at > reportDue(', 'late: act.at < reportDue(');
  expect(await replay(history, copy)).not.toEqual(recordedIn(history));
});
