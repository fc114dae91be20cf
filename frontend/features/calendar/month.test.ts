import { describe, expect, it } from "vitest";
import type { Task } from "@/lib/api/types";
import { addMonths, readMonth, tasksByDay, weeksOf } from "./month";

const task = (id: number, due: Task["due"], more: Partial<Task> = {}): Task =>
  ({ id, title: `Task ${id}`, completed: false, priority: "medium", due, ...more }) as Task;

describe("a month", () => {
  it("is shown in whole weeks that begin on the person's first day", () => {
    const monday = weeksOf("2026-11", 0);
    expect([monday[0]?.[0], monday.at(-1)?.[6], monday.length]).toEqual(["2026-10-26", "2026-12-06", 6]);
    const sunday = weeksOf("2026-11", 6);
    expect([sunday[0]?.[0], sunday.at(-1)?.[6], sunday.length]).toEqual(["2026-11-01", "2026-12-05", 5]);
    expect(weeksOf("2027-02", 0)).toHaveLength(4);
  });

  it("has neighbours across years", () => {
    expect([addMonths("2026-12", 1), addMonths("2026-01", -1), addMonths("2026-11", 14)]).toEqual([
      "2027-01",
      "2025-12",
      "2028-01",
    ]);
  });

  it("is read from a URL only when it is one", () => {
    expect(["2026-11", "2026-13", "11-2026", "", null].map(readMonth)).toEqual([
      "2026-11",
      null,
      null,
      null,
      null,
    ]);
  });
});

describe("the tasks of a day", () => {
  it("stand on the viewer's day, whatever zone they were set in", () => {
    const late = task(1, { date: "2026-11-21", time: "23:30:00", timezone: "America/New_York" });
    expect([...tasksByDay([late, task(2, null)], "Asia/Karachi").keys()]).toEqual(["2026-11-22"]);
  });

  it("come open first, whole days before times, urgent before the rest", () => {
    const on = (time: string | null) => ({ date: "2026-11-21", time, timezone: null });
    const tasks = [
      task(1, on(null), { completed: true }),
      task(2, on("15:00")),
      task(3, on("09:00")),
      task(4, on(null)),
      task(5, on(null), { priority: "urgent" }),
    ];
    expect(
      tasksByDay(tasks, "UTC")
        .get("2026-11-21")
        ?.map(({ id }) => id),
    ).toEqual([5, 4, 3, 2, 1]);
  });
});
