/** Whether people are offered what the rules let them do: asked in every random history, before and after each act. */
import { contradiction } from '../../domain/case/repeats';
import { ACTS, type ActRow } from '../../domain/case/acts';
import { agenda } from '../../domain/case/agenda';
import type { Command, CommandType } from '../../domain/case/commands';
import { settling, unowed, type Asking } from '../../domain/case/offers';
import { decide } from '../../domain/case/reopening';
import { isClosed, type Reopening } from '../../domain/case/state';
import { localDate } from '../../domain/calendar/calendar';
import type { Account, Draft } from '../../domain/ledger/entry';
import type { Rejection } from '../../domain/ledger/rejection';
import type { Instant } from '../../domain/programme/edition';
import { viewOf } from '../../domain/case/views';
import { prefill } from '../../web/src/case/acting/acts';
import type { AgendaItem } from '../../web/src/case/acting/view';
import type { Dice } from './dice';
import { propose } from './proposals';
import { CAST } from './town';
import { must } from './invariants';

interface Offer {
  readonly type: CommandType;
  readonly duty?: AgendaItem;
}

/** The buttons of the case's page: behind its open duties, behind "more", and urging whoever owes one that has a date. */
function offersTo(by: Account, state: Reopening): Offer[] {
  if (isClosed(state.phase)) return [];
  const asking: Asking = { rules: state.edition, today: localDate(state.clock, state.edition), by };
  const open = agenda(state).filter(({ opens }) => opens <= state.clock);
  const urging = ACTS.urge.by.includes(by.role) ? open.filter(({ due }) => due !== null) : [];
  return [
    ...open.flatMap((duty) => settling(duty, state, asking).map((type) => ({ type, duty }))),
    ...unowed(state, asking).map((type) => ({ type })),
    ...urging.map((duty) => ({ type: 'urge' as const, duty })),
  ];
}

/** (r) What the rules have taken, its sender was offered. */
export function wasOffered(before: Reopening, by: Account, command: Command): void {
  must(
    offersTo(by, before).some(({ type }) => type === command.type),
    () => `${command.type} was taken from ${by.role} ${by.account} in ${before.phase}, and offered nowhere`,
  );
}

/** Refusals that mean: this person could not do it, or not now, whatever was written into the form. */
function notForThem({ code, about }: Rejection): boolean {
  // Of a department that somebody else was named from, it says whose.
  if (code === 'wrong-department') return 'yours' in about;
  return ['forbidden', 'unknown-department', 'wrong-phase', 'case-closed'].includes(code);
}

/** (s) What somebody is offered is not refused for who they are or for the phase, filled in as the console fills it in. */
export function isNotRefused(state: Reopening, dice: Dice, now: Instant): void {
  // Another enterprise does not see the case.
  const by = dice.of(CAST.filter(({ enterprise }) => enterprise === undefined || enterprise === state.enterprise.id));
  const offer = dice.ofOr(offersTo(by, state), null);
  if (!offer) return;
  const { type, duty } = offer;
  const view = viewOf(state, 1);
  const { account: id, ...who } = by;
  const me = { id, login: id, name: id, mode: 'trial' as const, ...who } as Parameters<typeof prefill>[1]['me'];
  const { fixed } = prefill(type, { view, me, rules: state.edition, duty });
  const command = { ...propose(type, state, dice, now).command, ...fixed } as Command;
  const outcome = decide(state, command, { by, command: 'offered' }, state.clock);
  must(
    !('rejection' in outcome) || !notForThem(outcome.rejection),
    () => `${type} was offered to ${by.role} ${id} in ${state.phase} and refused: ${JSON.stringify(outcome)}`,
  );
}

/** (t) An act causes only what its row says, and its entries repeat it. */
export function causesOnly(command: Command, by: Account, entries: readonly Draft[], id: string): void {
  const { causes } = ACTS[command.type] as ActRow;
  for (const entry of entries) {
    if (entry.command !== id) continue;
    must(causes.includes(entry.type), () => `${command.type} caused ${entry.type}`);
    const other = contradiction({ actor: by, command }, entry);
    must(other === undefined, () => `${command.type} says another ${other} than ${JSON.stringify(entry)}`);
  }
}
