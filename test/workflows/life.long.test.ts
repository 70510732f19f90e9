/** A case lives on: over continue-as-new that the server asks for, over a worker that dies, over a ledger that is away or refuses. */
import { ApplicationFailure } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import { loadRules } from '../../programme/read';
import { FAILURES } from '../../contracts/case/failures';
import type { RecordBatch, Recorded } from '../../contracts/case/views';
import { agenda } from '../../domain/case/agenda';
import { HOUR } from '../../domain/calendar/calendar';
import type { Edition } from '../../domain/programme/edition';
import { open } from '../../domain/case/reopening';
import { submitLater } from '../../workflows/reopening/messages';
import { caseWithoutJitter, DrivenCase, OFFICIAL, reviewer, text } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { bundle, eventually, Temporal } from '../support/temporal';

describe('continue-as-new, provoked by the server', () => {
  let temporal: Temporal;
  let ledger: MemoryLedger;
  beforeAll(async () => {
    temporal = await Temporal.start('limit.historyCount.suggestContinueAsNew=40');
    ledger = new MemoryLedger();
    await temporal.work(ledger.activities);
  });
  afterAll(() => temporal.stop());

  test('nothing is lost and no caller is left without an answer while runs change under load', async () => {
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    const { firstExecutionRunId } = one.handle as unknown as { firstExecutionRunId: string };
    const accounts = Array.from({ length: 60 }, (_, n) => ({ account: `copied-${n}`, role: 'official' as const }));
    // Six callers at a time, each waiting for its answer.
    const queue = [...accounts];
    const caller = async (): Promise<void> => {
      for (let to = queue.shift(); to; to = queue.shift()) {
        const envelope = one.envelope(OFFICIAL, { type: 'copy', to });
        await one.update(envelope).catch(() => one.update(envelope));
      }
    };
    await Promise.all(Array.from({ length: 6 }, caller));
    await eventually(
      () => one.status(),
      (seen) => seen.unrecorded === 0,
    );
    const { view } = await one.status();
    expect([...view.copies].sort()).toEqual(accounts.map(({ account }) => account).sort());
    const described = await temporal.client.workflow.getHandle(one.handle.workflowId).describe();
    expect(described.runId).not.toBe(firstExecutionRunId);
    expect(ledger.types(one.caseNumber).filter((type) => type === 'copied')).toHaveLength(60);
    // The SDK does not hand the static summary on; the memo, which answers a second start, must be there in every run.
    expect(described.memo).toEqual({ caseNumber: one.caseNumber, startCommand: `start-${one.caseNumber}` });
  });

  test('a command is recognised in a later run', async () => {
    const one = await DrivenCase.start(temporal.client);
    const early = one.envelope(OFFICIAL, { type: 'copy', to: { account: 'early', role: 'official' } });
    const first = await one.update(early);
    const { runId } = await one.handle.describe();
    await one.toSignOffs();
    const current = () => temporal.client.workflow.getHandle(one.handle.workflowId);
    for (let n = 0; (await current().describe()).runId === runId; n += 1) {
      await one.send(OFFICIAL, { type: 'copy', to: { account: `later-${n}`, role: 'official' } });
      expect(n).toBeLessThan(100);
    }
    await expect(one.update(early)).resolves.toMatchObject({ sequence: first.sequence, replayed: true });
  });
});

describe('one server', () => {
  let temporal: Temporal;
  beforeAll(async () => {
    temporal = await Temporal.start();
  });
  afterAll(() => temporal.stop());
  afterEach(() => temporal.rest());

  test('a worker that ends in the middle: the next one goes on from the history', async () => {
    const ledger = new MemoryLedger();
    await temporal.work(ledger.activities);
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    await one.send(reviewer('market'), one.approval('market'));
    await temporal.rest();
    await temporal.work(ledger.activities);
    await one.send(reviewer('economy'), one.approval('economy'));
    const { view } = await one.status();
    expect(Object.keys(view.review.verdicts).sort()).toEqual(['economy', 'market']);
  });

  // The SDK gives a worker that does not know the case the tasks without commands before an act's together with it, and gives
  // them one by one when the history is replayed later (docs/adr/0007).
  test.each([1, 2, 3])('what %i acts cause does not depend on whether the worker knew the case', async (count) => {
    const ledger = new MemoryLedger();
    let away = false;
    const record = async (batch: RecordBatch): Promise<Recorded> => {
      if (away) throw new Error('connection refused');
      return ledger.activities.record(batch);
    };
    const recorded = () =>
      eventually(
        () => one.status(),
        ({ unrecorded }) => unrecorded === 0,
      );
    await temporal.work({ ...ledger.activities, record });
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    await recorded();
    away = true;
    const envelope = one.envelope(reviewer('market'), one.approval('market'));
    await one.update(envelope);
    const { historyLength } = await eventually(
      () => one.handle.describe(),
      ({ raw }) => raw.pendingActivities?.length === 1,
    );
    // Known already: a workflow task without commands while the recording is on its way …
    await one.handle.signal(submitLater, envelope);
    await eventually(
      () => one.handle.describe(),
      (now) => now.historyLength >= historyLength + 4,
    );
    away = false;
    // … and another one when it comes back.
    await recorded();
    await temporal.rest();
    // Sent while nobody works, they come in one workflow task.
    const departments = ['economy', 'enforcement', 'planning-environment'].slice(0, count);
    const answers = departments.map((id) => one.send(reviewer(id), one.approval(id)));
    await eventually(
      () => one.handle.describe(),
      ({ raw }) => Boolean(raw.pendingWorkflowTask),
    );
    await temporal.work({ ...ledger.activities, record });
    await Promise.all(answers);
    const history = await one.handle.fetchHistory();
    await Worker.runReplayHistory({ workflowBundle: await bundle() }, history, one.handle.workflowId);
  });

  test('with the ledger away, acts are answered and timers run; when it is back, everything is recorded in order', async () => {
    const ledger = new MemoryLedger();
    let away = true;
    const record = async (batch: RecordBatch): Promise<Recorded> => {
      if (away) throw new Error('connection refused');
      return ledger.activities.record(batch);
    };
    await temporal.work({ ...ledger.activities, record });
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    const seen = await one.status();
    expect(seen.unrecorded).toBe(seen.head.sequence);
    // No skipping of time: the server does not skip over an activity that is being tried again.
    const soon = await DrivenCase.start(temporal.client, { edition: remindingSoon(), caseNumber: caseWithoutJitter() });
    await eventually(
      () => soon.status(),
      ({ view }) => view.agenda.some((duty) => duty.reminded === 1),
    );
    away = false;
    await eventually(
      () => one.status(),
      (now) => now.unrecorded === 0,
    );
    expect(ledger.streams.get(one.caseNumber)?.at(-1)?.hash).toBe(seen.head.hash);
    await eventually(
      () => ledger.types(soon.caseNumber),
      (types) => types.includes('duty-reminded'),
    );
  });

  test('a recording whose worker has fallen silent is taken up again within five seconds', async () => {
    const ledger = new MemoryLedger();
    const tries: number[] = [];
    let end = (): void => undefined;
    const silence = new Promise<void>((resolve) => (end = resolve));
    // As one that was killed: the first try neither ends nor says that it lives.
    const record = async (batch: RecordBatch): Promise<Recorded> => {
      tries.push(Date.now());
      if (tries.length === 1) await silence;
      return ledger.activities.record(batch);
    };
    await temporal.work({ ...ledger.activities, record });
    await DrivenCase.start(temporal.client);
    const [first = NaN, second = NaN] = await eventually(
      () => tries,
      ({ length }) => length >= 2,
    );
    end();
    expect(second - first).toBeLessThan(5000);
  });

  test('a ledger that refuses sets NeedsAttention, keeps the batch and tries again; acts go on', async () => {
    const refuse = {
      ...new MemoryLedger().activities,
      record: async (): Promise<Recorded> => {
        throw ApplicationFailure.nonRetryable('another entry under 1', FAILURES.ledgerConflict);
      },
    };
    await temporal.work(refuse);
    const one = await DrivenCase.start(temporal.client);
    await eventually(
      () => one.handle.describe(),
      ({ searchAttributes }) => JSON.stringify(searchAttributes['NeedsAttention']) === '[true]',
    );
    await one.send(OFFICIAL, { type: 'copy', to: { account: 'a', role: 'official' } });
    const seen = await one.status();
    expect(seen).toMatchObject({ needsAttention: FAILURES.ledgerConflict, unrecorded: 2 });
    await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
  });
});

/** The shipped rules, with the reminder of the survey's duty some two seconds ahead and nobody's quiet hours. */
function remindingSoon(): Edition {
  const edition = loadRules();
  const now = Date.now();
  const opening = {
    caseNumber: 'x',
    enterprise: { id: 'e', name: 'x', kind: 'factory' as const, village: 'v' },
    edition,
  };
  const { state } = open(opening, { by: OFFICIAL, command: 'c' }, now);
  const due = agenda(state)[0]?.due ?? NaN;
  const hour = new Date(now + edition.utcOffsetMinutes * 60_000).getUTCHours();
  const quiet = { from: `${pad((hour + 12) % 24)}:00`, to: `${pad((hour + 13) % 24)}:00` };
  return { ...edition, reminders: { ...edition.reminders, quiet, leadHours: (due - now - 2_000) / HOUR } };
}

const pad = (hour: number) => String(hour).padStart(2, '0');
