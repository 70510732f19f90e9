/** Makes the town's daily summary 每日简报: sums the day up, has it told, and has the channels look at once. */
import { CHANNEL_IDS } from '../channels/channel';
import type { Instant, LocalDate } from '../domain/programme/edition';
import { offsetOf, type Programme } from '../programme/schema';
import type { Ringer, SummaryStore } from './ports';

export interface Summaries {
  /** Sums up the town's day at `at` and makes its deliveries, once for each id. @returns the day */
  make(id: string, at: Instant): Promise<LocalDate>;
}

export function createSummaries(store: SummaryStore, programme: Programme, bell: Ringer): Summaries {
  const groups = programme.channels.groups.filter((group) => group.summary);
  const town = { utcOffsetMinutes: offsetOf(programme), thresholdDays: thresholdsOf(programme) };
  return {
    async make(id, at) {
      const summary = await store.sumUp({ ...town, now: at });
      await store.keep(id, summary, { at, groups });
      bell.ring(CHANNEL_IDS);
      return summary.date;
    },
  };
}

/** Below so many days of cover an item is short, by the edition of a case whose own rules are not in PostgreSQL yet. */
function thresholdsOf(programme: Programme): (edition: string) => number | null {
  const known = new Map(programme.editions.map(({ id, supplies }) => [id, supplies.thresholdDays]));
  return (edition) => known.get(edition) ?? null;
}
