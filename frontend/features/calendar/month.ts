/** Months as ISO text (`2026-11`), and the weeks that show one. Pure. */
import type { Task } from "@/lib/api/types";
import { addDays, dueFor, weekday, type IsoDate } from "@/lib/dates";

export type Month = string;

export function monthOf(date: IsoDate): Month {
  return date.slice(0, 7);
}

/** What a URL asks for, or null when it is no month. */
export function readMonth(value: string | null): Month | null {
  return value && /^(?:19|20|21)\d{2}-(?:0[1-9]|1[0-2])$/.test(value) ? value : null;
}

export function addMonths(month: Month, count: number): Month {
  const [year = 0, number = 1] = month.split("-").map(Number);
  const index = year * 12 + number - 1 + count;
  return `${String(Math.floor(index / 12)).padStart(4, "0")}-${String((((index % 12) + 12) % 12) + 1).padStart(2, "0")}`;
}

/** The whole weeks around a month, beginning on `weekStart` (0 Monday … 6 Sunday). */
export function weeksOf(month: Month, weekStart: number): IsoDate[][] {
  const first = `${month}-01`;
  const after = `${addMonths(month, 1)}-01`;
  let day = addDays(first, -((weekday(first) - weekStart + 7) % 7));
  const weeks: IsoDate[][] = [];
  while (day < after) {
    weeks.push(Array.from({ length: 7 }, (_, index) => addDays(day, index)));
    day = addDays(day, 7);
  }
  return weeks;
}

const RANK: Record<Task["priority"], number> = { urgent: 0, high: 1, medium: 2, low: 3 };

/** Tasks on the viewer's own days; in a day open ones first, then by time (whole days before), then by priority. */
export function tasksByDay(tasks: readonly Task[], timezone: string): Map<IsoDate, Task[]> {
  const placed = tasks.flatMap((task) => (task.due ? [{ task, ...dueFor(task.due, timezone) }] : []));
  placed.sort(
    (a, b) =>
      Number(a.task.completed) - Number(b.task.completed) ||
      (a.time ?? "").localeCompare(b.time ?? "") ||
      RANK[a.task.priority] - RANK[b.task.priority] ||
      a.task.id - b.task.id,
  );
  const days = new Map<IsoDate, Task[]>();
  for (const { task, date } of placed) days.set(date, [...(days.get(date) ?? []), task]);
  return days;
}
