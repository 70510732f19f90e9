/** What a case answers to messages, on a real Temporal server: proof, repeats, both ways of a command, what operators see. */
import { newSigningKey, seal } from '../../proof/envelope';
import { TASK_QUEUE } from '../../contracts/case/ids';
import { FAILURES } from '../../contracts/case/failures';
import { commandUpdates, submitLater } from '../../workflows/reopening/messages';
import { DrivenCase, file, LIAISON, OFFICIAL, reviewer, text } from '../support/driven-case';
import { MemoryLedger } from '../support/memory-ledger';
import { eventually, Temporal } from '../support/temporal';

let temporal: Temporal;
let ledger: MemoryLedger;

beforeAll(async () => {
  temporal = await Temporal.start();
  ledger = new MemoryLedger();
  await temporal.work(ledger.activities);
});
afterAll(() => temporal.stop());

const refusedAs = (type: string, code?: string) =>
  expect.objectContaining({
    cause: expect.objectContaining({ type, ...(code !== undefined && { message: code }) }) as unknown,
  }) as unknown;

describe('the proof on every message', () => {
  test('an Update without, with a foreign, or with a changed proof is refused and changes nothing', async () => {
    const one = await DrivenCase.start(temporal.client);
    const before = await one.status();
    const command = { type: 'withdraw' as const, reason: text() };
    const honest = one.envelope(OFFICIAL, command);
    const foreign = seal({ ...honest, signature: undefined } as never, newSigningKey());
    const forged = [
      { ...honest, signature: '' },
      { ...honest, signature: 'zz' },
      { ...honest, command: { ...command, reason: text() } },
      { ...honest, actor: { ...OFFICIAL, account: 'someone' } },
      foreign,
      {} as never,
      null as never,
    ];
    for (const envelope of forged) {
      const sent = one.handle.executeUpdate(commandUpdates.withdraw, { args: [envelope] });
      await expect(sent).rejects.toEqual(refusedAs(FAILURES.unproven));
    }
    expect((await one.status()).head).toEqual(before.head);
  });

  test('a proof for one command does not serve another, nor another case', async () => {
    const one = await DrivenCase.start(temporal.client);
    const other = await DrivenCase.start(temporal.client);
    const copy = one.envelope(OFFICIAL, { type: 'copy', to: LIAISON });
    await expect(one.handle.executeUpdate(commandUpdates.withdraw, { args: [copy] })).rejects.toEqual(
      refusedAs(FAILURES.unproven),
    );
    await expect(other.handle.executeUpdate(commandUpdates.copy, { args: [copy] })).rejects.toEqual(
      refusedAs(FAILURES.unproven),
    );
  });

  test('a signal without proof is ignored and noted, whatever its shape', async () => {
    const one = await DrivenCase.start(temporal.client);
    const honest = one.envelope(OFFICIAL, { type: 'withdraw', reason: text() });
    await one.handle.signal(submitLater, { ...honest, signature: '00' });
    await one.handle.signal('submitLater');
    await one.handle.signal('submitLater', 'nonsense');
    await eventually(
      () => ledger.types(one.caseNumber),
      (types) => types.length === 4,
    );
    expect(ledger.types(one.caseNumber)).toEqual(['opened', ...Array<string>(3).fill('message-ignored')]);
    expect((await one.status()).view.phase).toBe('survey');
  });

  test('a start that nobody signed fails', async () => {
    const one = await DrivenCase.start(temporal.client, { signedBy: newSigningKey() });
    await expect(one.handle.result()).rejects.toEqual(refusedAs(FAILURES.unproven));
  });

  test('a start with carried state, without a run before, fails', async () => {
    const one = await DrivenCase.start(temporal.client);
    const { view, head } = await one.status();
    const carried = { kind: 'carried', schema: 3, state: view, keys: [], head, unrecorded: [], recent: [] };
    const handle = await temporal.client.workflow.start('reopening', {
      taskQueue: TASK_QUEUE,
      workflowId: `reopening/forged-${one.caseNumber}`,
      args: [carried],
    });
    await expect(handle.result()).rejects.toEqual(refusedAs(FAILURES.unproven));
  });
});

describe('repeats', () => {
  test('the same command again answers as the first and changes nothing', async () => {
    const one = await DrivenCase.start(temporal.client);
    const envelope = one.envelope(OFFICIAL, { type: 'copy', to: LIAISON });
    const first = await one.update(envelope);
    const again = await one.handle.executeUpdate(commandUpdates.copy, {
      args: [envelope],
      updateId: 'another-update-id',
    });
    expect(first.replayed).toBeUndefined();
    expect(again).toEqual({ ...first, replayed: true });
  });

  test('the same act under a new id is already done', async () => {
    const one = await DrivenCase.start(temporal.client);
    await one.send(OFFICIAL, { type: 'copy', to: LIAISON });
    await expect(one.send(OFFICIAL, { type: 'copy', to: LIAISON })).rejects.toEqual(
      refusedAs(FAILURES.rejected, 'already-done'),
    );
  });

  test('the same id with another body is refused', async () => {
    const one = await DrivenCase.start(temporal.client);
    await one.update(one.envelope(OFFICIAL, { type: 'copy', to: LIAISON }, 'the-id', 'body-1'));
    const other = one.envelope(OFFICIAL, { type: 'copy', to: OFFICIAL }, 'the-id', 'body-2');
    const sent = one.handle.executeUpdate(commandUpdates.copy, { args: [other], updateId: 'x' });
    await expect(sent).rejects.toEqual(refusedAs(FAILURES.keyReused));
  });
});

describe('a command that comes as signal and as Update', () => {
  /** With no worker: the Update is admitted and times out; then the signal. The server delivers the signal first. */
  test('takes effect once when the signal arrives first', async () => {
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    await temporal.rest();
    const envelope = one.envelope(reviewer('market'), one.approval('market'));
    const timedOut = temporal.client.withDeadline(Date.now() + 1500, () => one.update(envelope));
    await expect(timedOut).rejects.toThrow();
    await one.handle.signal(submitLater, envelope);
    await temporal.work(ledger.activities);
    await approvedOnce(one);
  });

  test('takes effect once when the Update arrives first', async () => {
    const one = await DrivenCase.start(temporal.client);
    await one.toSignOffs();
    const envelope = one.envelope(reviewer('market'), one.approval('market'));
    await one.update(envelope);
    await one.handle.signal(submitLater, envelope);
    await approvedOnce(one);
  });

  test('a refusal by signal is recorded, and the Update that arrives after it is refused too', async () => {
    const one = await DrivenCase.start(temporal.client);
    const envelope = one.envelope(OFFICIAL, { type: 'issueNotice', round: 1 });
    await one.handle.signal(submitLater, envelope);
    await eventually(
      () => ledger.types(one.caseNumber),
      (types) => types.includes('command-refused'),
    );
    await expect(one.update(envelope)).rejects.toEqual(refusedAs(FAILURES.rejected, 'wrong-phase'));
    const refused = ledger.streams.get(one.caseNumber)?.find((entry) => entry.type === 'command-refused');
    expect(refused).toMatchObject({
      command: envelope.commandId,
      details: { refused: 'issueNotice', code: 'wrong-phase' },
    });
  });

  async function approvedOnce(one: DrivenCase): Promise<void> {
    // A later act of another department is behind both messages: when it is recorded, both have been dealt with.
    await one.send(reviewer('economy'), one.approval('economy'));
    await eventually(
      () => one.status(),
      (seen) => seen.unrecorded === 0,
    );
    const { view } = await one.status();
    expect(Object.keys(view.review.verdicts).sort()).toEqual(['economy', 'market']);
    expect(ledger.types(one.caseNumber).filter((type) => type === 'approved')).toHaveLength(2);
  }
});

test('another key is announced under an old one, and only so', async () => {
  const one = await DrivenCase.start(temporal.client);
  const { publicKeyOf } = await import('../../proof/envelope');
  const next = newSigningKey();
  const announcement = one.envelope(OFFICIAL, { type: 'announceKey', key: publicKeyOf(next) });
  const withdraw = seal(
    {
      caseNumber: one.caseNumber,
      commandId: 'w',
      bodyHash: 'w',
      actor: OFFICIAL,
      madeAt: Date.now(),
      command: { type: 'withdraw' as const, reason: text() },
    },
    next,
  );
  await expect(one.update(withdraw)).rejects.toEqual(refusedAs(FAILURES.unproven));
  await one.handle.executeUpdate('announceKey', { args: [announcement] });
  const { commandId: _used, ...rest } = withdraw;
  const { signature: _old, ...again } = { ...rest, commandId: 'w2' };
  await expect(one.update(seal(again, next))).resolves.toMatchObject({ phase: 'withdrawn' });
});

test('a closed case ends when everything is recorded', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.send(OFFICIAL, { type: 'withdraw', reason: text() });
  await expect(one.handle.result()).resolves.toBe('withdrawn');
  expect(ledger.types(one.caseNumber)).toEqual(['opened', 'withdrawn', 'phase-entered']);
  expect(ledger.batches.filter((batch) => batch.stream === one.caseNumber).at(-1)?.closed).toBe(true);
});

test('an operator reads the case in the Temporal UI: summary, details, attributes, descriptions, timer', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toSignOffs();
  const seen = await eventually(
    () => one.handle.describe(),
    ({ searchAttributes }) => JSON.stringify(searchAttributes['ReopeningPhase']) === '["sign-offs"]',
  );
  expect(seen.searchAttributes).toMatchObject({
    EnterpriseName: ['华岛精密(演示)'],
    Village: ['beixing'],
    WaitingOn: one.edition.departments.map(({ id }) => `department/${id}`).sort(),
    OverdueCount: [0],
    NeedsAttention: [false],
  });
  expect(await seen.staticSummary()).toContain(one.caseNumber);
  const metadata = await one.handle.query<{
    currentDetails: string;
    definition: { updateDefinitions: { name: string; description: string }[] };
  }>('__temporal_workflow_metadata');
  expect(metadata.currentDetails).toContain('部门会签');
  expect(metadata.currentDetails).toContain('镇防控办');
  for (const { description } of metadata.definition.updateDefinitions) expect(description).toMatch(/[一-龥]/);
  const history = await one.handle.fetchHistory();
  const summaries = (history.events ?? []).flatMap(({ userMetadata }) =>
    userMetadata?.summary?.data ? [Buffer.from(userMetadata.summary.data).toString('utf8')] : [],
  );
  expect(summaries.some((summary) => summary.includes('等至'))).toBe(true);
  expect(summaries.some((summary) => summary.includes('记入台账'))).toBe(true);
  for (const summary of summaries) expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(200);
});

test('documents in Temporal are ids and HMACs', async () => {
  const one = await DrivenCase.start(temporal.client);
  await one.toSignOffs();
  const { view } = await one.status();
  expect(Object.keys(file())).toEqual(['document', 'hmac']);
  expect(
    Object.values(view.materials)
      .flat()
      .map((version) => Object.keys(version).sort()),
  ).toEqual(one.edition.materials.map(() => ['at', 'document', 'hmac']));
});
