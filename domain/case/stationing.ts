/** Stationing 驻企: the service team, the one liaison, stand-ins 代班 for dated leave, and the hand-over that keeps the history. */
import { addDays, localDate } from '../calendar/calendar';
import type { Command } from './commands';
import type { Instant, LocalDate } from '../programme/edition';
import type { Account } from '../ledger/entry';
import { refuse } from '../ledger/rejection';
import { type Act, type Posting, type Reopening, type Rule } from './state';
import { requireRoom } from './bounds';

export const formTeam: Rule<Command<'formTeam'>> = (state, command, act) => {
  const first = command.members[0]?.person.text;
  if (first !== undefined && state.stationing.team?.members[0]?.person.text === first) refuse('already-done');
  const missing = state.edition.teamParts.filter((part) => !command.members.some((member) => member.part === part));
  if (missing.length > 0) refuse('team-incomplete', { missing });
  state.stationing.team = { members: command.members, at: act.at };
  act.record('team-formed', { members: command.members.map(({ part, person }) => ({ part, person: { ...person } })) });
};

export const assignLiaison: Rule<Command<'assignLiaison'>> = (state, command, act) => {
  if (state.stationing.postings.length > 0) refuse('already-done', { use: 'handOver' });
  requireLiaison(command.liaison);
  requireNotPast(state, command.from, act.at);
  state.stationing.postings = [{ liaison: command.liaison.account, from: command.from, until: null }];
  state.stationing.assignedAt = act.at;
  act.record('liaison-assigned', { liaison: command.liaison.account, from: command.from });
};

/** The liaison reports for duty at the enterprise 报到. */
export const arrive: Rule<Command<'arrive'>> = (state, _command, act) => {
  const today = localDate(act.at, state.edition);
  requireOnDuty(state, act.by, today);
  state.stationing.arrivedAt = act.at;
  act.record('liaison-arrived', { liaison: act.by.account });
};

export const nameStandIn: Rule<Command<'nameStandIn'>> = (state, command, act) => {
  requireStationed(state);
  requireLiaison(command.liaison);
  requireNotPast(state, command.from, act.at);
  if (command.to < command.from) refuse('wrong-date', { from: command.from, to: command.to });
  const overlap = state.stationing.standIns.find((one) => one.from <= command.to && command.from <= one.to);
  if (overlap) refuse('stand-in-overlap', { from: overlap.from, to: overlap.to });
  if (postingOn(state, command.from)?.liaison === command.liaison.account) refuse('already-done', { stationed: true });
  const { liaison, from, to } = command;
  requireRoom('standIns', state.stationing.standIns.length);
  state.stationing.standIns = [...state.stationing.standIns, { liaison: liaison.account, from, to }];
  act.record('stand-in-named', { liaison: liaison.account, from, to });
};

export const handOver: Rule<Command<'handOver'>> = (state, command, act) => {
  const last = requireStationed(state);
  requireLiaison(command.liaison);
  if (last.liaison === command.liaison.account) refuse('already-done', { from: last.from });
  requireNotPast(state, command.from, act.at);
  if (command.from <= last.from) refuse('wrong-date', { from: command.from, earliest: addDays(last.from, 1) });
  const earlier = state.stationing.postings.slice(0, -1);
  const ended: Posting = { ...last, until: addDays(command.from, -1) };
  requireRoom('postings', state.stationing.postings.length);
  state.stationing.postings = [
    ...earlier,
    ended,
    { liaison: command.liaison.account, from: command.from, until: null },
  ];
  act.record('handed-over', { from: last.liaison, to: command.liaison.account, on: command.from });
};

/** The account that is the liaison on that date: the stand-in, or whoever is posted; undefined before the first posting. */
export function liaisonOn(state: Pick<Reopening, 'stationing'>, date: LocalDate): string | undefined {
  const standIn = state.stationing.standIns.find((one) => one.from <= date && date <= one.to);
  return standIn?.liaison ?? postingOn(state, date)?.liaison;
}

function postingOn(state: Pick<Reopening, 'stationing'>, date: LocalDate): Posting | undefined {
  return state.stationing.postings.find((one) => one.from <= date && (one.until === null || date <= one.until));
}

/** @throws Refused `not-stationed` unless the account is the liaison on that date */
export function requireOnDuty(state: Reopening, by: Account, date: LocalDate): void {
  if (liaisonOn(state, date) !== by.account) refuse('not-stationed', { date });
}

/** A liaison acts for the enterprise where it is on duty today and for no other. @throws Refused `not-stationed` */
export function requireOwnLiaison(state: Reopening, { by, at }: Act<Account>): void {
  if (by.role === 'liaison') requireOnDuty(state, by, localDate(at, state.edition));
}

function requireStationed(state: Reopening): Posting {
  return state.stationing.postings.at(-1) ?? refuse('no-liaison');
}

function requireLiaison(account: Account): void {
  if (account.role !== 'liaison') refuse('wrong-role', { role: account.role, needed: 'liaison' });
}

function requireNotPast(state: Reopening, from: LocalDate, at: Instant): void {
  const today = localDate(at, state.edition);
  if (from < today) refuse('wrong-date', { from, earliest: today });
}
