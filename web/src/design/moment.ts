/** Times as the town's clocks show them: the programme's fixed offset, whatever the device's zone is. */
import { useSession } from '../accounts/session';
import { useSpeech } from '../words';

export type Moment = string | number | null | undefined;

const two = (value: number) => String(value).padStart(2, '0');

export function shownAt(moment: Moment, utcOffsetMinutes: number, withTime = true): string {
  if (moment === null || moment === undefined) return '—';
  const local = new Date(new Date(moment).getTime() + utcOffsetMinutes * 60_000);
  const date = `${local.getUTCFullYear()}-${two(local.getUTCMonth() + 1)}-${two(local.getUTCDate())}`;
  return withTime ? `${date} ${two(local.getUTCHours())}:${two(local.getUTCMinutes())}` : date;
}

/** `at`: date and time; `on`: the date alone; `ago`: how long before `now`, in the largest fitting unit. */
export function useMoments() {
  const { programme } = useSession();
  const { t } = useSpeech();
  const offset = programme.utcOffsetMinutes;
  return {
    at: (moment: Moment) => shownAt(moment, offset),
    on: (moment: Moment) => shownAt(moment, offset, false),
    span: (from: number, to: number) => {
      const hours = Math.max(0, Math.round((to - from) / 3_600_000));
      return hours < 48 ? t.common.hours(hours) : t.common.days(Math.floor(hours / 24));
    },
  };
}
