import type { Task } from "@/lib/api/types";
import { dueFor, formatDate, wallClock, type DayNames } from "@/lib/dates";

export type Group = { key: string; label: string | null; late?: boolean; tasks: Task[] };
export type Grouping = "none" | "today" | "days" | "completed";
type Viewer = {
  timezone: string;
  locale: string;
  today: string;
  names: DayNames & { overdue: string; noDate: string };
};

function dayHeading(date: string, viewer: Viewer, withNear: boolean): string {
  const long = formatDate(date, viewer.locale, { weekday: "long", day: "numeric", month: "long" });
  if (!withNear) return long;
  const near = date === viewer.today ? viewer.names.today : null;
  return near ? `${near} · ${long}` : long;
}

function gather(
  tasks: readonly Task[],
  keyOf: (task: Task) => { key: string; label: string; late?: boolean },
): Group[] {
  const groups = new Map<string, Group>();
  for (const task of tasks) {
    const { key, label, late } = keyOf(task);
    const group = groups.get(key) ?? { key, label, late, tasks: [] };
    group.tasks.push(task);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** The sections of a list, in the order of its tasks. */
export function groupTasks(tasks: readonly Task[], grouping: Grouping, viewer: Viewer): Group[] {
  if (tasks.length === 0) return [];
  if (grouping === "none") return [{ key: "all", label: null, tasks: [...tasks] }];
  if (grouping === "completed") {
    return gather(tasks, (task) => {
      const date = task.completed_at ? wallClock(new Date(task.completed_at), viewer.timezone).date : "";
      return { key: date, label: date ? dayHeading(date, viewer, true) : viewer.names.noDate };
    });
  }
  return gather(tasks, (task) => {
    if (!task.due) return { key: "none", label: viewer.names.noDate };
    const { date } = dueFor(task.due, viewer.timezone);
    if (date < viewer.today) return { key: "overdue", label: viewer.names.overdue, late: true };
    if (grouping === "today") return { key: "today", label: viewer.names.today };
    return { key: date, label: dayHeading(date, viewer, true) };
  });
}
