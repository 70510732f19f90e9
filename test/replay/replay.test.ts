/** Every kept history replays on today's workflow code, hands the same to its activities, and catches a copy that does otherwise. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { defaultPayloadConverter } from '@temporalio/common';
import { temporal } from '@temporalio/proto';
import { DefaultLogger, Runtime, Worker, type InjectedSinks } from '@temporalio/worker';
import { workflowBundle } from '../../workers/bundle';
import type { HandedOver } from './interceptor';

/** Of this code's own runs; those of a release before are replayed by its own bundle only (docs/changing-workflows.md). */
const FOLDER = join(__dirname, 'histories');
const KEPT = readdirSync(FOLDER);

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

/** As it travels: members without a value are not there. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

const nameOf = (file: string) => file.replace(/^.*\/|-\d+\.json$/g, '');

test('there is a history of every way in which a case can end, and of telling people', () => {
  const kept = KEPT.map(nameOf);
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

test.each(KEPT)('%s replays, and hands the same to every activity', async (name) => {
  const history = historyOf(name);
  expect(await replay(history, code)).toEqual(recordedIn(history));
});

/** The code with `from` replaced. @throws Error when it is not there */
function changed(from: string | RegExp, to: string): string {
  const copy = code.replace(from, to);
  // Not by `expect`: it would print both.
  if (copy === code) throw new Error(`the bundle does not hold ${String(from)}`);
  return copy;
}

test('a copy of the workflow with two steps swapped fails on the history of a completed case', async () => {
  // The parts are asked in one order; the copy asks them the other way round.
  const swapped = changed(/for \(const part of parts\)/, 'for (const part of [...parts].reverse())');
  await expect(replay(historyOf('completed-1.json'), swapped)).rejects.toThrow(/[Nn]ondeterminism/);
});

test('a copy of a rule that says something else in an entry replays, and is caught by what it hands over', async () => {
  const copy = changed('late: act.at > reportDue(', 'late: act.at < reportDue(');
  const caught: boolean[] = [];
  // Of a case in several runs only those hand it over in which somebody reported a day.
  for (const file of readdirSync(FOLDER).filter((name) => name.startsWith('completed-'))) {
    const history = historyOf(file);
    caught.push(JSON.stringify(await replay(history, copy)) !== JSON.stringify(recordedIn(history)));
  }
  expect(caught).toContain(true);
  expect(caught).toContain(false);
});
