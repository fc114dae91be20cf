import { describe, expect, it } from "vitest";
import type { Task } from "@/lib/api/types";
import { groupTasks } from "./groups";

const VIEWER = {
  timezone: "Asia/Karachi",
  locale: "en-GB",
  today: "2026-11-21",
  names: {
    today: "Today",
    tomorrow: "Tomorrow",
    yesterday: "Yesterday",
    overdue: "Overdue",
    noDate: "No date",
  },
};
let id = 0;
const task = (due: Task["due"]): Task => ({
  id: (id += 1),
  title: "x",
  description: "",
  completed: false,
  completed_at: null,
  priority: "medium",
  tags: [],
  project: null,
  due,
  recurrence: null,
  reminders: [],
  steps: [],
  position: 0,
  parent_task_id: null,
  created_at: "2026-11-01T00:00:00Z",
  updated_at: "2026-11-01T00:00:00Z",
});
const on = (date: string) => task({ date, time: null, timezone: null });

describe("groupTasks", () => {
  it("puts overdue before today", () => {
    const groups = groupTasks([on("2026-11-19"), on("2026-11-20"), on("2026-11-21")], "today", VIEWER);
    expect(groups.map((group) => [group.label, group.tasks.length, group.late ?? false])).toEqual([
      ["Overdue", 2, true],
      ["Today", 1, false],
    ]);
  });

  it("sorts a time of another zone under the viewer's day", () => {
    const late = task({ date: "2026-11-21", time: "23:00", timezone: "America/New_York" });
    const [group] = groupTasks([late], "days", VIEWER);
    expect(group?.label).toMatch(/22 November/);
  });

  it("loses no task, whatever the grouping", () => {
    const tasks = [on("2026-11-19"), on("2026-11-21"), task(null), on("2027-01-01")];
    for (const grouping of ["none", "today", "days", "completed"] as const) {
      expect(groupTasks(tasks, grouping, VIEWER).flatMap((group) => group.tasks)).toHaveLength(tasks.length);
    }
  });
});
