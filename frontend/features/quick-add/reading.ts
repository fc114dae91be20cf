/** From what was understood of a line to chips on the screen and to the task that is sent. Pure. */
import type { Reading, Task, TaskInput } from "@/lib/api/types";
import { dayLabel, formatTime, type IsoDate } from "@/lib/dates";
import { t } from "@/lib/messages";
import { describeRule } from "@/lib/recurrence";

/** What a list gives to tasks that are written in it, unless the words say otherwise. */
export type Defaults = { due?: IsoDate; project?: { id: number; name: string }; tag?: string };
export type ChipKind =
  "due" | "deadline" | "recurrence" | "duration" | "priority" | "project" | "tag" | "reminder";
export type ReadChip = {
  key: string;
  kind: ChipKind;
  label: string;
  urgent?: boolean;
  color?: string | null;
  /** The span kinds whose words go back into the title when the chip is dismissed; empty for a default. */
  spanKinds: string[];
  spanText?: string;
};
export type Viewer = { today: IsoDate; locale: string };
type Moment = NonNullable<Reading["due"]>;

/** The schema leaves the kinds of reminders and of counting open; this is what they are. */
const recurFrom = (reading: Reading): "due" | "done" => (reading.recur_from === "done" ? "done" : "due");
const remindersOf = (reading: Reading) => reading.reminders as Task["reminders"];

const PRIORITY_OF: Record<number, Task["priority"]> = { 1: "urgent", 2: "high", 3: "medium", 4: "low" };

export function priorityOf(reading: Reading): Task["priority"] | null {
  return reading.priority === null ? null : (PRIORITY_OF[reading.priority] ?? null);
}

function momentLabel(moment: Moment, viewer: Viewer): string {
  const day = dayLabel(moment.date, viewer.today, viewer.locale, t.days);
  return moment.time ? `${day}, ${formatTime(moment.time, viewer.locale)}` : day;
}

function rangeLabel(start: Moment, end: Moment, viewer: Viewer): string {
  if (start.date === end.date && start.time && end.time) {
    return `${momentLabel(start, viewer)} – ${formatTime(end.time, viewer.locale)}`;
  }
  return `${momentLabel(start, viewer)} – ${momentLabel(end, viewer)}`;
}

export function reminderLabel(reminder: Task["reminders"][number], locale: string, timezone: string): string {
  if ("at" in reminder && reminder.at) {
    const when = new Intl.DateTimeFormat(locale, {
      dateStyle: "medium",
      timeStyle: "short",
      timeZone: timezone,
    });
    return t.detail.at(when.format(new Date(reminder.at)));
  }
  const minutes = "offset_minutes" in reminder ? reminder.offset_minutes : 0;
  if (minutes === 0) return t.detail.atTime;
  if (minutes % 1440 === 0) return t.detail.daysBefore(minutes / 1440);
  if (minutes % 60 === 0) return t.detail.hoursBefore(minutes / 60);
  return t.detail.minutesBefore(minutes);
}

function dueChip(reading: Reading, viewer: Viewer): ReadChip | null {
  const due = reading.due ?? reading.start;
  if (!due) return null;
  const label =
    reading.start && reading.due ? rangeLabel(reading.start, reading.due, viewer) : momentLabel(due, viewer);
  const own = ["due", "time", "start"].filter((kind) => reading.spans.some((span) => span.kind === kind));
  return { key: "due", kind: "due", label, spanKinds: own.length > 0 ? own : ["recurrence"] };
}

/** The chips below the line, in a fixed order so that they don't dance while a person types. */
export function chipsOf(
  reading: Reading,
  defaults: Defaults,
  viewer: Viewer & { timezone: string },
): ReadChip[] {
  const chips: ReadChip[] = [];
  const due = dueChip(reading, viewer);
  if (due) chips.push(due);
  else if (defaults.due && !reading.deadline) {
    chips.push({
      key: "default-due",
      kind: "due",
      label: dayLabel(defaults.due, viewer.today, viewer.locale, t.days),
      spanKinds: [],
    });
  }
  if (reading.rrule) {
    chips.push({
      key: "recurrence",
      kind: "recurrence",
      label: describeRule(reading.rrule, recurFrom(reading)),
      spanKinds: ["recurrence"],
    });
  }
  if (reading.deadline) {
    chips.push({
      key: "deadline",
      kind: "deadline",
      label: t.quickAdd.deadline(momentLabel(reading.deadline, viewer)),
      spanKinds: ["deadline"],
    });
  }
  if (reading.duration_minutes !== null) {
    chips.push({
      key: "duration",
      kind: "duration",
      label: t.quickAdd.minutes(reading.duration_minutes),
      spanKinds: ["duration"],
    });
  }
  const priority = priorityOf(reading);
  if (priority) {
    chips.push({
      key: "priority",
      kind: "priority",
      label: t.task.priorities[priority],
      urgent: priority === "urgent",
      spanKinds: ["priority"],
    });
  }
  if (reading.project)
    chips.push({ key: "project", kind: "project", label: reading.project, spanKinds: ["project"] });
  else if (defaults.project)
    chips.push({ key: "default-project", kind: "project", label: defaults.project.name, spanKinds: [] });
  for (const tag of tagsOf(reading, defaults)) {
    const isDefault = tag === defaults.tag && !reading.tags.includes(tag);
    chips.push({
      key: isDefault ? "default-tag" : `tag-${tag}`,
      kind: "tag",
      label: tag,
      spanKinds: isDefault ? [] : ["tag"],
      spanText: tag,
    });
  }
  remindersOf(reading).forEach((reminder, index) => {
    const label = reminderLabel(reminder, viewer.locale, viewer.timezone);
    chips.push({ key: `reminder-${index}`, kind: "reminder", label, spanKinds: ["reminder"] });
  });
  return chips;
}

function tagsOf(reading: Reading, defaults: Defaults): string[] {
  return defaults.tag && !reading.tags.includes(defaults.tag)
    ? [...reading.tags, defaults.tag]
    : reading.tags;
}

/** The ranges of the words behind a chip: dismissing it makes them words of the title again. */
export function rangesOf(chip: ReadChip, reading: Reading): { start: number; end: number }[] {
  return reading.spans
    .filter((span) => chip.spanKinds.includes(span.kind))
    .filter(
      (span) =>
        !chip.spanText || span.text.replace(/^[@%+]/, "").toLowerCase() === chip.spanText.toLowerCase(),
    )
    .map(({ start, end }) => ({ start, end }));
}

/** The task that a line means. A range's start and a duration have no field of their own: they become a note. */
export function inputOf(reading: Reading, defaults: Defaults, viewer: Viewer): TaskInput {
  const moment = reading.due ?? reading.deadline ?? reading.start;
  const notes: string[] = [];
  if (reading.start && reading.start !== moment)
    notes.push(t.quickAdd.noteStart(momentLabel(reading.start, viewer)));
  if (reading.duration_minutes !== null) notes.push(t.quickAdd.duration(reading.duration_minutes));
  const due = moment
    ? { date: moment.date, time: moment.time, timezone: moment.time ? moment.timezone : null }
    : null;
  const priority = priorityOf(reading);
  return {
    title: reading.title,
    due: due ?? (defaults.due ? { date: defaults.due } : null),
    recurrence: reading.rrule
      ? { rrule: reading.rrule, exdates: reading.exdates, from: recurFrom(reading) }
      : null,
    tags: tagsOf(reading, defaults),
    project: reading.project ?? defaults.project?.id ?? null,
    reminders: remindersOf(reading),
    ...(priority ? { priority } : {}),
    ...(notes.length > 0 ? { description: notes.join("\n") } : {}),
  };
}
