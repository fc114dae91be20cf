/**
 * Calendar days as ISO text (`2026-11-21`) and due dates as the API sends them. Pure: the zone, the locale and now are
 * arguments. A due time belongs to its own zone; the viewer sees it in theirs.
 */
export type IsoDate = string;
export type Due = { date: IsoDate; time: string | null; timezone: string | null };
export type WallClock = { date: IsoDate; time: string | null };

const DAY_MS = 86_400_000;

const wallFormats = new Map<string, Intl.DateTimeFormat>();
function wallFormat(timezone: string): Intl.DateTimeFormat {
  let format = wallFormats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat("en-CA", {
      timeZone: timezone,
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
    wallFormats.set(timezone, format);
  }
  return format;
}

/** What a clock on the wall in `timezone` shows at an instant. */
export function wallClock(instant: Date, timezone: string): { date: IsoDate; time: string } {
  const part: Record<string, string> = {};
  for (const { type, value } of wallFormat(timezone).formatToParts(instant)) part[type] = value;
  return { date: `${part.year}-${part.month}-${part.day}`, time: `${part.hour}:${part.minute}` };
}

export function today(timezone: string, now: Date = new Date()): IsoDate {
  return wallClock(now, timezone).date;
}

export function addDays(date: IsoDate, days: number): IsoDate {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);
}

/** Whole days from `from` to `to`; negative when `to` is earlier. */
export function daysBetween(from: IsoDate, to: IsoDate): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** 0 Monday … 6 Sunday, as the API counts. */
export function weekday(date: IsoDate): number {
  return (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7;
}

/** The instant of a wall-clock time in a zone; in a gap of daylight saving the time after the gap. */
export function instantOf(date: IsoDate, time: string, timezone: string): Date {
  const asUtc = Date.parse(`${date}T${time.slice(0, 5)}:00Z`);
  const shift = (at: number) => {
    const shown = wallClock(new Date(at), timezone);
    return Date.parse(`${shown.date}T${shown.time}:00Z`) - at;
  };
  const first = asUtc - shift(asUtc);
  return new Date(asUtc - shift(first));
}

/** Where a due date falls on the viewer's own clock. */
export function dueFor(due: Due, timezone: string): WallClock {
  if (!due.time) return { date: due.date, time: null };
  if (!due.timezone || due.timezone === timezone) return { date: due.date, time: due.time.slice(0, 5) };
  return wallClock(instantOf(due.date, due.time, due.timezone), timezone);
}

export function isOverdue(due: Due, timezone: string, now: Date = new Date()): boolean {
  const here = dueFor(due, timezone);
  const clock = wallClock(now, timezone);
  if (here.date !== clock.date) return here.date < clock.date;
  return here.time !== null && here.time < clock.time;
}

function utcDate(date: IsoDate): Date {
  return new Date(`${date}T12:00:00Z`);
}

export function formatDate(date: IsoDate, locale: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(utcDate(date));
}

export function formatTime(time: string, locale: string): string {
  const format = new Intl.DateTimeFormat(locale, { hour: "numeric", minute: "2-digit", timeZone: "UTC" });
  return format.format(new Date(`2000-01-01T${time.slice(0, 5)}:00Z`)).replaceAll("\u202f", " ");
}

export type DayNames = { today: string; tomorrow: string; yesterday: string };

/** "Today", "Tomorrow", "Friday", "Tue, Dec 1": as short as it stays unambiguous. */
export function dayLabel(date: IsoDate, now: IsoDate, locale: string, names: DayNames): string {
  const distance = daysBetween(now, date);
  if (distance === 0) return names.today;
  if (distance === 1) return names.tomorrow;
  if (distance === -1) return names.yesterday;
  if (distance > 1 && distance < 7) return formatDate(date, locale, { weekday: "long" });
  const sameYear = date.slice(0, 4) === now.slice(0, 4) || Math.abs(distance) < 120;
  return formatDate(date, locale, {
    weekday: "short",
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  });
}

/** The next day of the week (0 Monday … 6 Sunday) strictly after `from`. */
export function nextWeekday(from: IsoDate, day: number): IsoDate {
  return addDays(from, ((day - weekday(from) + 6) % 7) + 1);
}
