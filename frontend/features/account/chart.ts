/** The numbers behind the chart of completed tasks. Pure. */
import { weekday } from "@/lib/dates";
import type { DayCount } from "@/lib/api/types";

/** The first round number of 1, 2, 5, 10, 20, 50 … that is not below the largest day: the top line of the chart. */
export function niceTop(largest: number): number {
  if (largest <= 4) return 4;
  for (let scale = 1; ; scale *= 10) {
    for (const step of [1, 2, 5]) if (step * scale >= largest) return step * scale;
  }
}

/** Days as weeks that begin on `weekStart` (0 Monday … 6 Sunday): what the table beside the chart lists. */
export function byWeek(
  days: readonly DayCount[],
  weekStart: number,
): { from: string; to: string; completed: number }[] {
  const weeks: { from: string; to: string; completed: number }[] = [];
  for (const day of days) {
    const open = weeks.at(-1);
    if (!open || weekday(day.date) === weekStart)
      weeks.push({ from: day.date, to: day.date, completed: day.completed });
    else {
      open.to = day.date;
      open.completed += day.completed;
    }
  }
  return weeks;
}

/** The day with the most, the latest of equals; null when nothing was completed. */
export function bestDay(days: readonly DayCount[]): DayCount | null {
  return days.reduce<DayCount | null>(
    (best, day) => (day.completed > 0 && day.completed >= (best?.completed ?? 0) ? day : best),
    null,
  );
}

/** Where to name months under the chart: the index of each first day of a month. */
export function monthStarts(days: readonly DayCount[]): { index: number; date: string }[] {
  return days.flatMap(({ date }, index) => (date.endsWith("-01") ? [{ index, date }] : []));
}
