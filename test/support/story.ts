/** Tells a case's story in a test, driven only by `open`, `decide` and `advance`: who does what, and how long passes between. */
import type { Command, Commands, CommandType, TestCounts } from '../../domain/case/commands';
import type { Edition, Instant, LocalDate, LocalTime } from '../../domain/programme/edition';
import { agenda, type AgendaItem } from '../../domain/case/agenda';
import { HOUR, localDate } from '../../domain/calendar/calendar';
import type { Account, Draft, EntryType } from '../../domain/ledger/entry';
import { outstanding } from '../../domain/case/completion';
import { currentVersions } from '../../domain/case/materials';
import type { Rejection } from '../../domain/ledger/rejection';
import { advance, decide, learn, open, type Facts, type Opening, type Outcome } from '../../domain/case/reopening';
import { roundsToCount } from '../../domain/testing/rounds';
import type { EnterpriseRef, Phase, Reopening } from '../../domain/case/state';
import { at, EDITION, FACTORY, file, isAsked, LIAISON, OFFICIAL, OWNER, reviewerOf, text } from './town';

/** Wednesday morning, in office hours, three working days before the next holiday. */
export const START: Instant = at('2022-04-20', '09:00');

type Body<T extends CommandType> = Readonly<Commands[T]>;

/** An act as somebody sends it. */
export interface Sent {
  readonly by: Account;
  readonly command: Command | ({ readonly type: 'open' } & Opening);
}

export class Story {
  readonly entries: Draft[] = [];
  state: Reopening;
  /** Whether PostgreSQL answers what the case asks, at once, from the sheets that were taken. */
  answers = true;
  #sent = 0;
  /** By command id, also what was refused. */
  readonly sent = new Map<string, Sent>();

  constructor(
    readonly edition: Edition = EDITION,
    public now: Instant = START,
    enterprise: EnterpriseRef = FACTORY,
  ) {
    const opening = { caseNumber: '2022-0001', enterprise, edition };
    this.sent.set('start', { by: OFFICIAL, command: { type: 'open', ...opening } });
    const outcome = open(opening, { by: OFFICIAL, command: 'start' }, now);
    this.state = freeze(outcome.state);
    this.entries.push(...outcome.entries);
  }

  /** Sends a command that must be accepted. */
  do<T extends CommandType>(by: Account, type: T, body: Body<T>): this {
    const outcome = this.#send(by, type, body);
    if ('rejection' in outcome) throw new Error(`${type} refused: ${JSON.stringify(outcome.rejection)}`);
    this.#take(outcome);
    return this;
  }

  /** Sends a command that must be refused; the case stays as it is. */
  refused<T extends CommandType>(by: Account, type: T, body: Body<T>): Rejection {
    const outcome = this.#send(by, type, body);
    if (!('rejection' in outcome)) throw new Error(`${type} was accepted`);
    return outcome.rejection;
  }

  wait(hours: number): this {
    return this.until(this.now + hours * HOUR);
  }

  untilTime(date: LocalDate, time: LocalTime): this {
    return this.until(at(date, time));
  }

  until(now: Instant): this {
    this.now = now;
    this.#take(advance(this.state, now));
    return this;
  }

  /** What PostgreSQL tells now. */
  learn(facts: Partial<Facts>): this {
    this.#take(learn(this.state, { rounds: [], orders: [], ...facts }, this.now));
    return this;
  }

  get phase(): Phase {
    return this.state.phase;
  }

  get today(): LocalDate {
    return localDate(this.now, this.edition);
  }

  get agenda(): AgendaItem[] {
    return agenda(this.state);
  }

  get owed(): string[] {
    return this.agenda.map((item) => item.id);
  }

  /** @throws Error when nobody owes it */
  duty(id: string): AgendaItem {
    const found = this.agenda.find((item) => item.id === id);
    if (!found) throw new Error(`no duty ${id} among ${this.owed.join(', ')}`);
    return found;
  }

  /** The details of all entries of one type, oldest first. */
  told(type: EntryType): Draft['details'][] {
    return this.entries.filter((entry) => entry.type === type).map((entry) => entry.details);
  }

  #send<T extends CommandType>(by: Account, type: T, body: Body<T>): Outcome | { rejection: Rejection } {
    this.#sent += 1;
    const id = `command-${this.#sent}`;
    const command = freeze({ type, ...body }) as Command;
    this.sent.set(id, { by, command });
    return decide(this.state, command, { by, command: id }, this.now);
  }

  #take({ state, entries }: Outcome): void {
    this.state = freeze(state);
    this.entries.push(...entries);
    const asked = roundsToCount(this.state);
    if (this.answers && asked.length > 0) {
      this.learn({ rounds: asked.map(({ round, stage }) => ({ round, stage, ...this.#known(round), positives: [] })) });
    }
  }

  #known(round: string): { counts: TestCounts; sheets: number } {
    const filed = this.entries.filter(
      ({ type, details }) => (type === 'tests-reported' || type === 'tests-corrected') && details['round'] === round,
    );
    const counts = filed.at(-1)?.details['counts'] as TestCounts | undefined;
    return { counts: counts ?? { ...COUNTS, negative: 0, untested: COUNTS.owed }, sheets: filed.length };
  }
}

/** Freezes what is not frozen yet; a frozen part is frozen all through. */
export function freeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return value;
  for (const key in value) freeze(value[key]);
  return Object.freeze(value);
}

type WeakLink = Commands['recordSurvey']['weakLinks'][number];

export function survey(story: Story, weak: readonly Partial<WeakLink>[] = []): Story {
  const weakLinks = weak.map((link, index) => ({
    preparation: 'disinfection',
    finding: text(`finding-${index}`),
    requirement: text(`requirement-${index}`),
    dueOn: story.today,
    evidence: 'photo' as const,
    recheck: 'on-site' as const,
    ...link,
  }));
  const lacking = new Set(weakLinks.map((link) => link.preparation));
  const readiness = Object.fromEntries(
    EDITION.preparations
      .filter((one) => isAsked(one, story.state.enterprise))
      .map((one) => [one.id, lacking.has(one.id) ? ('lacking' as const) : ('ready' as const)]),
  );
  return story.do(OFFICIAL, 'recordSurvey', {
    visitors: text(`visitors-${story.state.survey.visits}`),
    visitedOn: story.today,
    readiness,
    weakLinks,
  });
}

export function commit(story: Story): Story {
  return story.do(OWNER, 'commit', { rulebook: story.edition.rulebook, document: file('commitment') });
}

export function renew(story: Story, ...materials: string[]): Story {
  for (const material of materials) {
    const version = (story.state.materials[material]?.length ?? 0) + 1;
    story.do(OWNER, 'addMaterial', { material, document: file(`${material}-v${version}`) });
  }
  return story;
}

export function submit(story: Story): Story {
  return story.do(OWNER, 'submitPlan', { versions: currentVersions(story.state) });
}

/** What a reviewer who looked properly sends along: the round, the frozen versions, every item ticked. */
export function reviewed(story: Story, department: string) {
  const { review, edition, enterprise } = story.state;
  const items = edition.departments.find((one) => one.id === department)?.checklist ?? [];
  const checklist = items.filter((item) => isAsked(item, enterprise)).map((item) => item.id);
  return { department, round: review.round, versions: review.frozenVersions, checklist };
}

export function approve(story: Story, ...departments: string[]): Story {
  for (const one of departments) story.do(reviewerOf(one), 'approve', reviewed(story, one));
  return story;
}

export function returnPlan(story: Story, department: string, ...materials: string[]): Story {
  const defects = materials.map((material) => ({ material, text: text(`defect-${department}-${material}`) }));
  const { checklist: _, ...seen } = reviewed(story, department);
  return story.do(reviewerOf(department), 'returnPlan', { ...seen, defects, opinion: text(`opinion-${department}`) });
}

export const MEMBERS: Commands['formTeam']['members'] = [
  { part: 'village', person: text('member-1') },
  { part: 'enterprise', person: text('member-2') },
  { part: 'department', person: text('member-3') },
];

export function station(story: Story): Story {
  return story
    .do(OFFICIAL, 'formTeam', { members: MEMBERS })
    .do(OFFICIAL, 'assignLiaison', { liaison: LIAISON, from: story.today })
    .do(LIAISON, 'arrive', {});
}

/** All tested, all negative. */
export const COUNTS: TestCounts = {
  owed: 57,
  negative: 57,
  positive: 0,
  pending: 0,
  invalid: 0,
  recheck: 0,
  notTested: 0,
  untested: 0,
};

/** One sheet of a round, everyone in it; mobile samplers took it. */
export function sheet(
  round: string,
  { id = `sheet-of-${round}`, ...given }: Partial<TestCounts> & { id?: string } = {},
): Commands['reportTests'] {
  const counts = { ...COUNTS, ...given };
  return { round, sheet: id, rows: 57, sheets: 1, counts, positives: [], sampling: 'mobile' };
}

export function reportDay(story: Story, date: LocalDate, by: Account = LIAISON): Story {
  return story.do(by, 'reportDay', { date, production: 'normal', present: 57, epidemic: 'nothing-to-report' });
}

export function suspend(story: Story): Story {
  const by = reviewerOf('epidemic-control');
  return story.do(by, 'suspend', { reason: 'positive', opinion: text('opinion-suspend') });
}

/** Every phase that is not an end, in the order in which a case comes to it. */
const STEPS: readonly (readonly [Phase, (story: Story) => unknown])[] = [
  ['survey', () => undefined],
  ['plan', (story) => commit(survey(story))],
  ['sign-offs', (story) => submit(renew(story, ...EDITION.materials.map((one) => one.id)))],
  ['stationing', (story) => approve(story, ...EDITION.departments.map((one) => one.id))],
  ['operating', station],
  ['suspended', suspend],
];

/** A case brought to a phase by the shortest way, all in one morning. */
export function caseAt(phase: Phase, edition: Edition = EDITION): Story {
  const story = new Story(edition);
  if (phase === 'withdrawn') return story.do(OWNER, 'withdraw', { reason: text('reason') });
  if (phase === 'refused') {
    const { department, round } = reviewed(goTo(story, 'sign-offs'), 'epidemic-control');
    return story.do(reviewerOf(department), 'veto', { department, round, opinion: text('opinion-veto') });
  }
  if (phase === 'completed') return complete(goTo(story, 'operating'));
  return goTo(story, phase);
}

function goTo(story: Story, phase: Phase): Story {
  for (const [reached, step] of STEPS) {
    step(story);
    if (reached === phase) return story;
  }
  throw new Error(`no way to ${phase}`);
}

/** Waits until the programme's days are over and closes the case, everything outstanding waived. */
export function complete(story: Story): Story {
  story.wait(4 * 24); // two operating days after the one on which operation began, and one to spare
  story.do(OFFICIAL, 'complete', { waivers: waiveAll(story.state) });
  return story;
}

export function waiveAll(state: Reopening): Commands['complete']['waivers'] {
  return outstanding(state).map((item) => ({ item, reason: text(`reason-${item}`) }));
}
