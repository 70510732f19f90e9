/** Starts a case: takes its number in PostgreSQL, then its workflow; repeats and rivals are told apart by whose the run is. */
import { setTimeout as pause } from 'node:timers/promises';
import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';
import { namedRules, type NamedRules } from '../../programme/rules';
import { rulesInForce } from '../../programme/rules-in-force';
import { reopeningId } from '../../contracts/case/ids';
import type { CaseMemo, Start } from '../../contracts/case/start';
import { isClosedView } from '../../domain/case/views';
import { localDate } from '../../domain/calendar/calendar';
import { open, type Opening } from '../../domain/case/reopening';
import type { Reopening } from '../../domain/case/state';
import { trustedKeys } from '../../db/accounts/accounts';
import { keepAct } from '../../db/ledger/acts';
import { dropCase, findCase, findStart, takeCaseNumber, type KnownCase, type StartedCase } from '../../db/case/cases';
import { forgetRun, keepRun } from '../../db/case/runs';
import { findEnterprise, type Enterprise } from '../../db/enterprises/enterprises';
import { bindRules } from '../../db/programme/rules';
import { rulesBy } from '../programme/case-rules';
import { liveStatus } from './case-state';
import type { Deps } from '../http/deps';
import { commandIdOf } from '../http/command-id';
import { Problem } from '../http/error-mapper';
import { requireRecording } from './refused-by-ledger';
import { actorOf, type Ask } from '../http/route';
import { openRun, whoseRun } from './whose-run';
import { workflowOptions } from './workflow-options';

/** A start is one write of the server's; longer means that it is away or overloaded. */
const START_MS = 5000;
/** What an ended case has left to record takes a second or two; a ledger that refuses or is away is not waited for. */
const ENDING_MS = 5000;
const ENDING_LOOK_MS = 50;

export interface Started {
  readonly caseNumber: string;
  readonly enterprise: string;
  readonly replayed: boolean;
}

/** The rules under which a case begins now, by their name. @throws Problem `no-edition` before the first edition */
type RulesNow = () => NamedRules;
type StartAsk = Ask<{ readonly enterprise: string }>;

/** @returns what starts a case; it throws Problem `already-open`, `foreign-run`, `key-reused`, `unknown-reference`, `no-edition` */
export function starter(deps: Deps): (ask: StartAsk) => Promise<Started> {
  const inForce = rulesInForce(deps.programme);
  const rulesNow = () => {
    const rules = inForce(deps.now());
    if (!rules) throw new Problem('no-edition');
    return namedRules(rules);
  };
  return (ask) => startCase(deps, rulesNow, ask);
}

async function startCase(deps: Deps, rulesNow: RulesNow, ask: StartAsk): Promise<Started> {
  const startCommand = commandIdOf(ask, 'POST /reopenings');
  const startBody = deps.keys.bodyHash(startCommand, ask.sent);
  const before = await findStart(deps.pool, startCommand);
  if (before && before.startBody !== startBody) throw new Problem('key-reused');
  requireRecording(before?.refusedSince ?? null);
  const enterprise = await findEnterprise(deps.pool, ask.body.enterprise);
  if (!enterprise) {
    throw new Problem('unknown-reference', {}, [{ pointer: '/enterprise', reason: 'is not registered 未登记' }]);
  }
  if (before?.recorded) return { caseNumber: before.caseNumber, enterprise: enterprise.id, replayed: true };
  const opened = await openCase(deps, enterprise.id);
  if (opened) {
    // A start that was cut off after it had taken a number, while another one was faster.
    if (before && opened.startCommand !== startCommand) await dropCase(deps.pool, before.caseNumber);
    return sameStart(opened, startCommand, enterprise);
  }
  // What ran of it has ended before anything was recorded.
  if (before && before.firstRun !== null) await forgetRun(deps.pool, before.caseNumber, before.firstRun);
  const taken =
    before ?? (await takeNumber(deps, rulesNow(), ask, { enterprise: enterprise.id, startCommand, startBody }));
  const rules = await rulesTaken(deps, rulesNow, taken);
  return startWorkflow(deps, ask, { enterprise, rules, caseNumber: taken.caseNumber, startCommand, startBody });
}

interface Opened {
  readonly caseNumber: string;
  readonly startCommand: string;
}

/** A case that has been ended still runs until all of it is recorded: that is waited for, and is no case in the way. */
async function openCase(deps: Deps, enterprise: string): Promise<Opened | undefined> {
  const end = Date.now() + ENDING_MS;
  for (;;) {
    const opened = await runningCase(deps, enterprise);
    if (!opened || Date.now() > end) return opened;
    const known = await findCase(deps.pool, opened.caseNumber);
    if (!known || !(known.closed || (await hasEnded(deps, known)))) return opened;
    await pause(ENDING_LOOK_MS);
  }
}

/** A run that is nobody's is ended by the reconciler within a minute (workers/reconciler/). */
const FOREIGN_SECONDS = '60';

/**
 * The enterprise's case that runs, by what PostgreSQL says of the run.
 * @throws Problem `foreign-run` for one that is no case's, or of which nobody can say whose it is
 */
async function runningCase(deps: Deps, enterprise: string): Promise<Opened | undefined> {
  const run = await openRun(deps.temporal, reopeningId(enterprise));
  if (!run) return undefined;
  const whose = await whoseRun(deps, run);
  if (whose.is === 'own') return whose;
  if (whose.is === 'unclear' && whose.of) return whose.of;
  throw new Problem('foreign-run', {}, [], { 'Retry-After': FOREIGN_SECONDS });
}

async function hasEnded(deps: Deps, known: KnownCase): Promise<boolean> {
  const found = await liveStatus(deps, known);
  return found !== undefined && isClosedView(found.view);
}

type Taken = Pick<StartedCase, 'caseNumber' | 'rules'>;

async function takeNumber(
  { pool, now }: Deps,
  named: NamedRules,
  { by }: StartAsk,
  start: { readonly enterprise: string; readonly startCommand: string; readonly startBody: string },
): Promise<Taken> {
  const year = Number(localDate(now(), named.rules).slice(0, 4));
  const caseNumber = await takeCaseNumber(pool, { ...start, year, startedBy: by.account, rules: named });
  // The same start, sent twice at once, may have taken it a moment before, under rules of its own.
  return (await findStart(pool, start.startCommand)) ?? { caseNumber, rules: named.hash };
}

/** What stands with the number counts, also when another edition has come into force since it was taken. */
async function rulesTaken(deps: Deps, rulesNow: RulesNow, { caseNumber, rules: hash }: Taken): Promise<NamedRules> {
  const rules = hash === null ? undefined : await rulesBy(deps, hash);
  if (hash !== null && rules) return { hash, rules };
  const named = rulesNow();
  await bindRules(deps.pool, caseNumber, named);
  return named;
}

interface Beginning {
  readonly enterprise: Enterprise;
  readonly rules: NamedRules;
  readonly caseNumber: string;
  readonly startCommand: string;
  readonly startBody: string;
}

async function startWorkflow(deps: Deps, { by }: Ask, beginning: Beginning): Promise<Started> {
  const { enterprise, rules, caseNumber, startCommand, startBody } = beginning;
  const { id, name, kind, village } = enterprise;
  const opening: Opening = { caseNumber, enterprise: { id, name, kind, village }, edition: rules.rules };
  const command = { type: 'open' as const, ...opening };
  const envelope = deps.keys.seal({
    caseNumber,
    commandId: startCommand,
    bodyHash: startBody,
    actor: actorOf(by),
    madeAt: deps.now(),
    command,
  });
  await keepAct(deps.pool, envelope, deps.keys.publicKey);
  const input: Start = { kind: 'open', envelope, keys: await trustedKeys(deps.pool, deps.keys.publicKey) };
  const memo: CaseMemo = { caseNumber, startCommand };
  try {
    const started = await deps.temporal.withDeadline(Date.now() + START_MS, () =>
      deps.temporal.workflow.start('reopening', {
        ...workflowOptions(beginningOf(opening, deps.now()), deps.programme, memo),
        args: [input],
      }),
    );
    // When this process dies before it, the repeat of the start or the reconciler finds out whose run it is.
    await keepRun(deps.pool, caseNumber, started.firstExecutionRunId);
    return { caseNumber, enterprise: id, replayed: false };
  } catch (error) {
    if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    const winner = await runningCase(deps, id);
    if (winner?.startCommand !== startCommand) await dropCase(deps.pool, caseNumber);
    // It may have been closed again meanwhile: then nobody is in the way, and a repeat of this start succeeds.
    if (!winner) throw new Problem('temporal-unavailable', {}, [], { 'Retry-After': '1' });
    return sameStart(winner, startCommand, enterprise);
  }
}

/** @throws Problem `already-open` when another start opened the case */
function sameStart(opened: Opened, startCommand: string, { id }: Enterprise): Started {
  const { caseNumber } = opened;
  if (opened.startCommand === startCommand) return { caseNumber, enterprise: id, replayed: true };
  throw new Problem('already-open', { caseNumber, link: `/reopenings/${caseNumber}` });
}

/** As it begins: what lists of the Temporal UI show before a worker has seen the case. */
function beginningOf(opening: Opening, now: number): Reopening {
  return open(opening, { by: { account: 'case', role: 'official' }, command: '' }, now).state;
}
