/** The life of the measured enterprise: driven to operation, then day after day, with the same four acts on each. */
import type { Client } from '@temporalio/client';
import { reopeningId } from '../../../contracts/case/ids';
import type { CaseView } from '../../../contracts/case/views';
import { addDays, instantOf, localDate } from '../../../domain/calendar/calendar';
import type { Edition, LocalDate } from '../../../domain/programme/edition';
import { plan, signOffs, station, survey } from '../../demo/approval';
import { fileSheet } from '../../demo/enterprise';
import { Story } from '../../demo/story';
import type { Town } from '../../demo/town';
import { moveOn, moveOnGently } from './clock';
import { actsIn, costOf, eventsOf, eventsWithin, movesIn, type Cost } from './history';
import { untilQuiet } from './quiet';
import { workforce } from './workforce';

/** What is held lasts beyond the last measured day: a day with a top-up would be another day. */
const COVER_DAYS = 40;

export interface LifeParts {
  readonly town: Town;
  readonly temporal: Client;
  readonly edition: Edition;
  readonly people: number;
  readonly say: (line: string) => void;
}

export interface DayCost extends Cost {
  /** Acts of people that took effect by an Update: two sheets, the report, the inspection. */
  readonly acts: number;
  /** Within `events` and `bytes`: what the moved clock has left there, and a day in real time does not. */
  readonly clockMoves: Pick<Cost, 'events' | 'bytes'>;
}

export class Life {
  readonly #inspected = new Set<LocalDate>();

  private constructor(
    private readonly parts: LifeParts,
    readonly story: Story,
    private readonly startsOn: LocalDate,
  ) {}

  /** From the survey to where it waits for its first operating day. */
  static async begin(parts: LifeParts): Promise<Life> {
    const story = await Story.begin(parts.town, workforce(parts.people), '');
    await survey(story);
    await plan(story);
    await signOffs(story);
    await station(story);
    const { startsOn } = (await story.view()).operation;
    if (startsOn === null) throw new Error('the enterprise does not operate after its liaison has arrived');
    const life = new Life(parts, story, startsOn);
    await life.#count();
    return life;
  }

  get workflowId(): string {
    return reopeningId(this.story.enterprise.id);
  }

  /** The enterprise counts what it holds, so that no top-up is proposed on any of its days. */
  async #count(): Promise<void> {
    const { edition, people } = this.parts;
    const counts = edition.supplies.items
      .filter(({ perHeadPerDay }) => perHeadPerDay > 0)
      .map(({ id, perHeadPerDay }) => ({ item: id, quantity: Math.ceil(COVER_DAYS * perHeadPerDay * people) }));
    await this.story.act('count-supplies', this.story.owner, { counts });
  }

  /** Lives on to the end of operating day `number`, 1 the first, and reads what that day cost. */
  async day(number: number): Promise<DayCost> {
    const { edition, people, say, temporal } = this.parts;
    const date = addDays(this.startsOn, number - 1);
    for (let told = ''; ;) {
      const view = await this.story.view();
      const today = localDate(view.clock, edition);
      if (today > date) break;
      if (today !== told) say(`${people} people: ${today}, to day ${number} (${date}) …`);
      told = today;
      // The evening before, too: nothing of it is left to be recorded on the day.
      const watched = today >= addDays(date, -1);
      await this.#work(view, watched);
      if (watched) await this.quiet();
      await (watched ? moveOnGently : moveOn)(this.story);
    }
    const midnight = (of: LocalDate) => instantOf(of, '00:00', edition);
    const events = eventsWithin(await eventsOf(temporal, this.workflowId), midnight(date), midnight(addDays(date, 1)));
    return { ...costOf(events), acts: actsIn(events), clockMoves: movesIn(events) };
  }

  quiet(): Promise<void> {
    return untilQuiet(this.parts.temporal, this.workflowId);
  }

  /** What is due now; with the report the day's inspection. On a watched day each act waits until the one before is recorded. */
  async #work(view: CaseView, watched: boolean): Promise<void> {
    for (const { id, kind, opens } of view.agenda) {
      if (opens > view.clock) continue;
      const which = id.slice(kind.length + 1);
      const acts = kind === 'test' ? [() => this.#test(which)] : kind === 'report' ? this.#afternoon(which) : [];
      for (const act of acts) {
        if (watched) await this.quiet();
        await act();
      }
    }
  }

  /** Everybody negative, on one sheet. */
  async #test(round: string): Promise<void> {
    const { people } = this.story.days;
    const kind = this.parts.edition.tests.find(({ id }) => round.endsWith(`/${id}`))?.kind;
    await fileSheet(this.story, round, people, kind === 'nucleic-acid' ? { sampling: { sampling: 'mobile' } } : {});
  }

  #afternoon(date: LocalDate): (() => Promise<void>)[] {
    const { story } = this;
    const present = story.days.people.length;
    const report = { date, production: 'normal', present, epidemic: 'nothing-to-report' };
    const inspect = async () => {
      this.#inspected.add(date);
      // A second inspection of the same place would be refused as done already.
      await story.act('record-inspection', story.owner, { area: `${date} 全厂区`, findings: [] });
    };
    return [() => story.act('report-day', story.liaison, report), ...(this.#inspected.has(date) ? [] : [inspect])];
  }
}
