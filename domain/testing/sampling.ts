/** Who takes the samples: samplers 采样员 of the enterprise, named and certified by the health centre, and visits of mobile samplers 流动采样. */
import { instantOf, localDate } from '../calendar/calendar';
import type { Command } from '../case/commands';
import { duty, termed, type Duty } from '../case/duty';
import { refuse } from '../ledger/rejection';
import { isRunning, type Reopening, type Rule } from '../case/state';
import { requireOwnLiaison } from '../case/stationing';

/** More visits than a town's mobile team makes to one enterprise ahead. */
const MOST_VISITS = 50;
/** The article's enterprises have two; more than this nobody trains. */
const MOST_SAMPLERS = 50;

export const nameSampler: Rule<Command<'nameSampler'>> = (state, { person }, act) => {
  if (state.sampling.samplers.some((one) => one.person === person)) refuse('already-done', { person });
  if (state.sampling.samplers.length >= MOST_SAMPLERS) refuse('too-many', { most: MOST_SAMPLERS });
  state.sampling.samplers = [...state.sampling.samplers, { person, namedAt: act.at, certifiedAt: null }];
  act.record('sampler-named', { person });
};

export const certifySampler: Rule<Command<'certifySampler'>> = (state, { person, document }, act) => {
  const found = state.sampling.samplers.find((one) => one.person === person);
  if (!found) refuse('not-named', { person });
  if (found.certifiedAt !== null) refuse('already-done', { person });
  state.sampling.samplers = state.sampling.samplers.map((one) =>
    one === found ? { ...one, certifiedAt: act.at } : one,
  );
  act.record('sampler-certified', { person, ...(document && { document: { ...document } }) });
};

/** One visit a day is enough: the mobile samplers take everyone who is there. */
export const requestVisit: Rule<Command<'requestVisit'>> = (state, { date }, act) => {
  requireOwnLiaison(state, act);
  const today = localDate(act.at, state.edition);
  if (date < today) refuse('wrong-date', { date, earliest: today });
  const { visits } = state.sampling;
  if (visits.some((one) => one.date === date)) refuse('already-done', { date });
  if (visits.length >= MOST_VISITS) refuse('too-many', { most: MOST_VISITS });
  const id = `visit-${date}`;
  state.sampling.visits = [...visits, { id, date, requestedAt: act.at, completedAt: null }];
  act.record('visit-requested', { visit: id, date });
};

export const completeVisit: Rule<Command<'completeVisit'>> = (state, { visit, sampled }, act) => {
  const found = state.sampling.visits.find((one) => one.id === visit);
  if (!found) refuse('unknown-visit', { visit, known: state.sampling.visits.map((one) => one.id) });
  if (found.completedAt !== null) refuse('already-done', { visit });
  const today = localDate(act.at, state.edition);
  if (found.date > today) refuse('too-early', { date: found.date });
  // Visits of days gone by are in the ledger; the day's own stays, so that it is not asked for twice.
  state.sampling.visits = state.sampling.visits
    .filter((one) => one.completedAt === null || one.date >= today)
    .map((one) => (one === found ? { ...one, completedAt: act.at } : one));
  act.record('visit-completed', { visit, date: found.date, sampled });
};

export function samplingDuties(state: Reopening): Duty[] {
  const { sampling, edition } = state;
  const certifications = sampling.samplers
    .filter((one) => one.certifiedAt === null)
    .map((one) => termed(state, 'certification', one.person, 'health', one.namedAt, edition.testing.certification));
  if (!isRunning(state)) return certifications;
  const visits = sampling.visits
    .filter((one) => one.completedAt === null)
    .map((one) =>
      duty(
        'visit',
        one.id,
        'health',
        one.requestedAt,
        Math.max(one.requestedAt, instantOf(one.date, '23:59', edition)),
      ),
    );
  return [...certifications, ...visits];
}
