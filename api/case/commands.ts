/** Every act on a case as a route, `/reopenings/{case}/<act>`, made from the table of commands; and what became of one, `/commands/{id}`. */
import { COMMAND_BODIES } from '../../contracts/case/commands';
import { routeOf } from '../../contracts/case/routes';
import type { Envelope } from '../../proof/envelope';
import { COMMAND_NAMES } from '../../contracts/words/glossary';
import { isProblemCode, problemDocument } from '../../contracts/words/problems';
import { commandView, doneView, pendingView } from '../../contracts/case/answers';
import type { Answer } from '../../contracts/case/views';
import { isClosedView } from '../../domain/case/views';
import { ACTS, COMMAND_TYPES } from '../../domain/case/acts';
import type { Command, CommandType } from '../../domain/case/commands';
import { REJECTIONS, type Rejection } from '../../domain/ledger/rejection';
import { findProjection, type KnownCase } from '../../db/case/cases';
import { claimLiaison, releaseClaim } from '../../db/case/booked-days';
import { findCommand, forgetPending, insertPending, outcomeInLedger, type LedgerOutcome } from '../../db/case/commands';
import { isExclusionViolation } from '../../db/sql/pool';
import { bodyHashOf, keepAct } from '../../db/ledger/acts';
import { noteDiscrepancy } from '../../db/operations/discrepancies';
import { refusedSince } from '../../db/ledger/refusals';
import { storeTexts } from '../../db/documents/texts';
import type { Deps } from '../http/deps';
import { commandIdOf } from '../http/command-id';
import { namingFor } from '../programme/naming';
import { isPrepared, type PeopleOfActs } from './people-of-acts';
import { Problem } from '../http/error-mapper';
import { afterHeader } from '../http/own-writes';
import { requireRecording } from './refused-by-ledger';
import { refer } from './command-from-body';
import { actorOf, route, type Ask, type Reply, type Route } from '../http/route';
import { handOver, send } from './send';
import { caseFor } from './visibility';

/** Deferred acts that wait for one case: eight minutes of the most that it takes, far more than people send until a worker is started again. */
const MOST_WAITING = 500;
/** A worker that is back has taken them up within seconds; while there is none, who asks sooner learns nothing new. */
const WAITING_SECONDS = '30';

export function commandRoutes(deps: Deps, people: PeopleOfActs): Route[] {
  return [...COMMAND_TYPES.map((type) => commandRoute(deps, people, type)), outcomeRoute(deps)];
}

function commandRoute(deps: Deps, people: PeopleOfActs, type: CommandType): Route {
  return route({
    method: 'post',
    path: `/reopenings/{case}/${routeOf(type)}`,
    tag: 'Acts 办理',
    summary: `${COMMAND_NAMES[type]} ${routeOf(type)}`,
    access: ACTS[type].by,
    body: COMMAND_BODIES[type],
    idempotent: true,
    answers: {
      200: {
        description: 'Done. The case after it is read with Fugong-After',
        schema: doneView,
        headers: ['Fugong-After', 'Idempotent-Replayed'],
      },
      202: {
        description: 'No worker answered in time: handed over, takes effect once; look at Location for the outcome',
        schema: pendingView,
        headers: ['Location'],
      },
    },
    problems: [
      ...(Object.keys(REJECTIONS) as (keyof typeof REJECTIONS)[]),
      'unknown-case',
      'unknown-reference',
      'document-attached',
      'not-running',
      ...(isPrepared(type) ? (['table-invalid', 'table-unreadable', 'singles-unconfirmed'] as const) : []),
      'liaison-busy',
      'key-reused',
      'key-not-trusted',
      'ledger-refuses',
      'case-moving',
      'too-many-acts-on-case',
      'too-many-waiting',
      'temporal-unavailable',
    ],
    handle: (ask) => submit(deps, people, type, ask),
  });
}

async function submit(deps: Deps, people: PeopleOfActs, type: CommandType, ask: Ask): Promise<Reply> {
  const { by, body } = ask;
  const known = await caseFor(deps.pool, by, ask.params['case'] ?? '');
  const { caseNumber, enterprise } = known;
  await deps.limits.onCase(caseNumber);
  const commandId = commandIdOf(ask, `POST /reopenings/${caseNumber}/${routeOf(type)}`);
  if (known.closed) return closed(deps, known, commandId);
  // Before anything is stored or sent: nothing of it has happened.
  requireRecording(known.refusedSince);
  if (known.waiting >= MOST_WAITING) return waitingAlready(deps, ask, commandId);
  const referred = await refer(deps.pool, body, { by, caseNumber, enterprise });
  const prepared = isPrepared(type)
    ? await people.prepare(deps, type, { by, known, command: commandId, body, referred: referred.body })
    : referred.body;
  const command = { type, ...prepared } as Command;
  const bodyHash = deps.keys.bodyHash(commandId, ask.sent);
  const envelope = deps.keys.seal({
    ...{ caseNumber, commandId, bodyHash, command },
    actor: actorOf(by),
    madeAt: deps.now(),
  });
  await storeTexts(deps.pool, commandId, by.account, referred.texts);
  const recorded = await keepAct(deps.pool, envelope, deps.keys.publicKey);
  if (recorded) return repeatOf(deps, known, envelope);
  await claim(deps, envelope);
  const sent = await send(deps, envelope, known);
  switch (sent.outcome) {
    case 'done':
      // Refused meanwhile: the act is in the case, but not in the ledger. A repeat under the same key finds it when both have it.
      requireRecording(await refusedSince(deps.pool, caseNumber));
      return done(caseNumber, sent.answer);
    case 'refused':
      if (claimOf(command)) await releaseClaim(deps.pool, commandId);
      if (isPrepared(type)) {
        // So late a repeat that the case has forgotten the command: what it brought stays.
        const outcome = await outcomeInLedger(deps.pool, commandId);
        if (outcome && !outcome.rejection) return repeated(deps, known, outcome, commandId);
        await people.takeBack(deps.pool, type, commandId);
      }
      throw rejectedAs(sent.rejection);
    case 'no-case':
      return closed(deps, known, commandId);
    case 'unanswered':
      requireRecording(await refusedSince(deps.pool, caseNumber));
      return (await later(deps, envelope, known)) ?? closed(deps, known, commandId);
  }
}

function done(caseNumber: string, { command, sequence, phase, replayed }: Answer): Reply {
  return {
    status: 200,
    headers: { ...afterHeader(caseNumber, sequence), ...(replayed && { 'Idempotent-Replayed': 'true' }) },
    body: { command, status: 'done', sequence, phase },
  };
}

function rejectedAs({ code, about }: Rejection): Problem {
  return new Problem(isProblemCode(code) ? code : 'internal', about);
}

/** A repeat of an act on a case that is closed by now, perhaps the one that closed it, gets its first outcome. */
async function closed(deps: Deps, known: KnownCase, commandId: string): Promise<Reply> {
  const outcome = await outcomeInLedger(deps.pool, commandId);
  if (outcome?.rejection) throw rejectedAs(outcome.rejection);
  if (outcome) return repeated(deps, known, outcome, commandId);
  const recorded = await findProjection(deps.pool, known.caseNumber);
  if (!recorded) throw new Problem('unknown-case');
  const { phase } = recorded.view;
  if (isClosedView(recorded.view)) throw new Problem('case-closed', { phase });
  // Ended from outside: the case is where it was, and nobody holds it any more. Operators need not wait for the reconciler.
  const { caseNumber } = known;
  await noteDiscrepancy(deps.pool, { kind: 'missing-run', subject: caseNumber, why: 'ended', caseNumber });
  throw new Problem('not-running', { phase });
}

/** The ledger has the command: whatever its sender or somebody else sends under it, it is done once. @throws Problem `key-reused` */
async function repeatOf(deps: Deps, known: KnownCase, { commandId, bodyHash }: Envelope<Command>): Promise<Reply> {
  const outcome = await outcomeInLedger(deps.pool, commandId);
  if (!outcome) throw new Problem('unknown-case');
  const before = outcome.act === null ? undefined : await bodyHashOf(deps.pool, outcome.act);
  if (before !== undefined && before !== bodyHash) throw new Problem('key-reused');
  if (outcome.rejection) throw rejectedAs(outcome.rejection);
  return repeated(deps, known, outcome, commandId);
}

async function repeated(
  { pool }: Deps,
  { caseNumber }: KnownCase,
  { sequence }: LedgerOutcome,
  command: string,
): Promise<Reply> {
  const recorded = await findProjection(pool, caseNumber);
  if (!recorded) throw new Problem('unknown-case');
  return done(caseNumber, { command, sequence, phase: recorded.view.phase, replayed: true });
}

/**
 * The same envelope as a signal. Its row comes first: whoever asks for the command finds at least that it is pending.
 * Undefined when the case has ended meanwhile, perhaps by this very act.
 */
async function later(deps: Deps, envelope: Envelope<Command>, known: KnownCase): Promise<Reply | undefined> {
  const { commandId: id, caseNumber, bodyHash, actor, command } = envelope;
  const row = { id, account: actor.account, route: routeOf(command.type), caseNumber, bodyHash };
  const noted = await insertPending(deps.pool, row, MOST_WAITING);
  if (noted === 'full') throw tooManyWaiting();
  const own = noted === 'noted';
  const handedOver = await handOver(deps, envelope, known).catch(async (error: unknown) => {
    if (own) await forgetPending(deps.pool, id);
    throw error;
  });
  if (!handedOver) {
    if (own) await forgetPending(deps.pool, id);
    return undefined;
  }
  return pending(id);
}

function pending(id: string): Reply {
  return { status: 202, headers: { Location: `/commands/${id}` }, body: { command: id, status: 'pending' } };
}

/** While no more may wait for the case nothing is stored or sent; a repeat of an act that waits is told so again. */
async function waitingAlready({ pool, keys }: Deps, { sent }: Ask, commandId: string): Promise<Reply> {
  const row = await findCommand(pool, commandId);
  if (row?.status !== 'pending') throw tooManyWaiting();
  if (row.bodyHash !== keys.bodyHash(commandId, sent)) throw new Problem('key-reused');
  return pending(commandId);
}

/** 503 and not 429: it is nobody's doing who sends now, the acts of all wait for a worker. */
function tooManyWaiting(): Problem {
  return new Problem('too-many-waiting', { most: MOST_WAITING }, [], { 'Retry-After': WAITING_SECONDS });
}

interface Days {
  readonly account: string;
  readonly from: string;
  readonly to: string | null;
}

/** What a command takes of a liaison's days; undefined for one that takes none, or that the rules refuse anyway. */
function claimOf(command: Command): Days | undefined {
  if (command.type === 'assignLiaison' || command.type === 'handOver') {
    return { account: command.liaison.account, from: command.from, to: null };
  }
  if (command.type === 'nameStandIn' && command.from <= command.to) {
    return { account: command.liaison.account, from: command.from, to: command.to };
  }
  return undefined;
}

/** @throws Problem `liaison-busy`, without a word on where */
async function claim({ pool }: Deps, { command, commandId, caseNumber }: Envelope<Command>): Promise<void> {
  const days = claimOf(command);
  if (!days) return;
  try {
    await claimLiaison(pool, { command: commandId, caseNumber, ...days });
  } catch (error) {
    if (isExclusionViolation(error)) throw new Problem('liaison-busy', { from: days.from, to: days.to });
    throw error;
  }
}

function outcomeRoute(deps: Deps): Route {
  const { pool } = deps;
  return route({
    method: 'get',
    path: '/commands/{command}',
    tag: 'Acts 办理',
    summary: '指令结果 What became of a command',
    description: 'For its sender, officials and operators.',
    access: 'account',
    answers: { 200: { description: 'Pending, done or refused', schema: commandView } },
    problems: ['unknown-command'],
    async handle({ by, params }) {
      const command = params['command'] ?? '';
      const row = await findCommand(pool, command);
      // The ledger also knows what was answered at once, and what was recorded before its row was written.
      const recorded = row === undefined || row.status === 'pending' ? await outcomeInLedger(pool, command) : undefined;
      const owner = row?.account ?? recorded?.account;
      if (owner !== by.account && !(owner !== undefined && ['official', 'operator'].includes(by.role))) {
        throw new Problem('unknown-command');
      }
      const rejection = recorded?.rejection ?? (row?.status === 'refused' ? row.rejection : null);
      const settled = recorded !== undefined ? 'done' : (row?.status ?? 'pending');
      const caseNumber = row?.caseNumber ?? recorded?.caseNumber ?? null;
      const problem = rejection && rejectedAs(rejection);
      const naming = problem ? await namingFor(deps, problem, caseNumber, by.department) : undefined;
      const body = {
        command,
        status: rejection ? 'refused' : settled,
        caseNumber,
        sequence: recorded?.sequence ?? (row?.status === 'done' ? row.sequence : null),
        problem: problem && problemDocument(problem.code, problem.about, [], naming),
      };
      return { status: 200, body };
    },
  });
}
