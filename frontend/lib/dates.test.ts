import { describe, expect, it } from "vitest";
import {
  addDays,
  dayLabel,
  daysBetween,
  dueFor,
  instantOf,
  isOverdue,
  nextWeekday,
  today,
  wallClock,
  weekday,
} from "./dates";

const NAMES = { today: "Today", tomorrow: "Tomorrow", yesterday: "Yesterday" };

describe("days", () => {
  it("is the day on the wall of the zone, not of the machine", () => {
    const instant = new Date("2026-11-21T20:30:00Z");
    expect(today("Asia/Karachi", instant)).toBe("2026-11-22");
    expect(today("America/New_York", instant)).toBe("2026-11-21");
  });

  it("adds over month ends and leap days", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(addDays("2028-02-28", 1)).toBe("2028-02-29");
    expect(addDays("2026-03-01", -1)).toBe("2026-02-28");
  });

  it("adding and counting days are each other's inverse", () => {
    for (const days of [-400, -31, -1, 0, 1, 28, 365, 1461]) {
      expect(daysBetween("2026-11-21", addDays("2026-11-21", days))).toBe(days);
    }
  });

  it("counts weekdays from Monday", () => {
    expect(weekday("2026-11-23")).toBe(0);
    expect(weekday("2026-11-22")).toBe(6);
  });

  it("finds the next weekday strictly after a day", () => {
    expect(nextWeekday("2026-11-23", 0)).toBe("2026-11-30");
    expect(nextWeekday("2026-11-23", 1)).toBe("2026-11-24");
    expect(nextWeekday("2026-11-22", 0)).toBe("2026-11-23");
  });
});

describe("instants", () => {
  it("reads a wall clock back as it was set, on both sides of daylight saving", () => {
    for (const date of ["2026-03-28", "2026-03-30", "2026-10-24", "2026-10-26", "2026-07-01"]) {
      expect(wallClock(instantOf(date, "09:00", "Europe/Berlin"), "Europe/Berlin")).toEqual({
        date,
        time: "09:00",
      });
    }
  });

  it("knows the offset of the day", () => {
    expect(instantOf("2026-07-01", "09:00", "Europe/Berlin").toISOString()).toBe("2026-07-01T07:00:00.000Z");
    expect(instantOf("2026-12-01", "09:00", "Europe/Berlin").toISOString()).toBe("2026-12-01T08:00:00.000Z");
  });
});

describe("due dates", () => {
  it("shows a time of another zone on the viewer's clock", () => {
    const due = { date: "2026-11-22", time: "02:00", timezone: "Asia/Karachi" };
    expect(dueFor(due, "Europe/London")).toEqual({ date: "2026-11-21", time: "21:00" });
    expect(dueFor(due, "Asia/Karachi")).toEqual({ date: "2026-11-22", time: "02:00" });
  });

  it("never moves a day without a time", () => {
    expect(dueFor({ date: "2026-11-22", time: null, timezone: null }, "Pacific/Auckland").date).toBe(
      "2026-11-22",
    );
  });

  it("is overdue after its day, or after its time on the day", () => {
    const now = new Date("2026-11-21T12:00:00Z");
    const due = (date: string, time: string | null) => ({ date, time, timezone: time ? "UTC" : null });
    expect(isOverdue(due("2026-11-20", null), "UTC", now)).toBe(true);
    expect(isOverdue(due("2026-11-21", null), "UTC", now)).toBe(false);
    expect(isOverdue(due("2026-11-21", "11:59"), "UTC", now)).toBe(true);
    expect(isOverdue(due("2026-11-21", "12:01"), "UTC", now)).toBe(false);
    expect(isOverdue(due("2026-11-22", "00:00"), "UTC", now)).toBe(false);
  });
});

describe("labels", () => {
  it("is as short as it stays unambiguous", () => {
    const label = (date: string) => dayLabel(date, "2026-11-21", "en-GB", NAMES);
    expect(label("2026-11-21")).toBe("Today");
    expect(label("2026-11-22")).toBe("Tomorrow");
    expect(label("2026-11-20")).toBe("Yesterday");
    expect(label("2026-11-27")).toBe("Friday");
    expect(label("2026-11-28")).toMatch(/28 Nov/);
    expect(label("2026-11-28")).not.toMatch(/2026/);
    expect(label("2028-02-01")).toMatch(/2028/);
  });
});
