import { describe, expect, it } from "vitest";
import { addDays } from "@/lib/dates";
import { bestDay, byWeek, monthStarts, niceTop } from "./chart";

/** Days from a Saturday on, with the given numbers. */
const days = (...counts: number[]) =>
  counts.map((completed, index) => ({ date: addDays("2026-11-21", index), completed }));

describe("the chart of completed tasks", () => {
  it("has a round top that is never below the largest day", () => {
    expect([0, 1, 4, 5, 6, 11, 21, 50, 51, 1000].map(niceTop)).toEqual([
      4, 4, 4, 5, 10, 20, 50, 50, 100, 1000,
    ]);
  });

  it("gathers days into weeks that begin on the person's first day", () => {
    const counts = days(1, 2, 3, 4);
    expect(byWeek(counts, 0)).toEqual([
      { from: "2026-11-21", to: "2026-11-22", completed: 3 },
      { from: "2026-11-23", to: "2026-11-24", completed: 7 },
    ]);
    expect(byWeek(counts, 6).map((week) => week.completed)).toEqual([1, 9]);
    expect(byWeek([], 0)).toEqual([]);
  });

  it("names the best day, the latest of equals, and none when nothing was done", () => {
    expect(bestDay(days(2, 5, 5, 1))?.date).toBe("2026-11-23");
    expect(bestDay(days(0, 0))).toBeNull();
  });

  it("marks where months begin", () => {
    const long = days(...Array.from({ length: 45 }, () => 0));
    expect(monthStarts(long)).toEqual([
      { index: 10, date: "2026-12-01" },
      { index: 41, date: "2027-01-01" },
    ]);
  });
});
