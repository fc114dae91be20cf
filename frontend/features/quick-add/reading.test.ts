import { describe, expect, it } from "vitest";
import type { Reading } from "@/lib/api/types";
import { chipsOf, inputOf, rangesOf } from "./reading";

const VIEWER = { today: "2026-11-21", locale: "en-GB", timezone: "Asia/Karachi" };
const EMPTY: Reading = {
  title: "Pay rent",
  due: null,
  start: null,
  deadline: null,
  duration_minutes: null,
  rrule: null,
  exdates: [],
  recur_from: "due",
  priority: null,
  tags: [],
  project: null,
  reminders: [],
  spans: [],
  alternatives: [],
};
const at = (date: string, time: string | null) => ({ date, time, timezone: "Asia/Karachi" });

describe("what is sent is what is on screen", () => {
  it("sends the date, repeat, project and priority that the chips show", () => {
    const reading: Reading = {
      ...EMPTY,
      due: at("2026-12-01", "09:00"),
      rrule: "FREQ=MONTHLY;BYMONTHDAY=1",
      priority: 1,
      project: "Home",
    };
    expect(chipsOf(reading, {}, VIEWER).map((chip) => chip.label)).toEqual([
      "Tue 1 Dec, 9:00",
      "Every month on the 1st",
      "Urgent",
      "Home",
    ]);
    expect(inputOf(reading, {}, VIEWER)).toMatchObject({
      title: "Pay rent",
      due: { date: "2026-12-01", time: "09:00", timezone: "Asia/Karachi" },
      recurrence: { rrule: "FREQ=MONTHLY;BYMONTHDAY=1", from: "due" },
      priority: "urgent",
      project: "Home",
    });
  });

  it("gives the list's own date, project and tag, unless the words say otherwise", () => {
    const defaults = { due: "2026-11-21", project: { id: 7, name: "Launch" }, tag: "home" };
    expect(inputOf(EMPTY, defaults, VIEWER)).toMatchObject({
      due: { date: "2026-11-21" },
      project: 7,
      tags: ["home"],
    });
    const said = { ...EMPTY, due: at("2026-11-25", null), project: "Reading", tags: ["home", "x"] };
    expect(inputOf(said, defaults, VIEWER)).toMatchObject({
      due: { date: "2026-11-25", time: null, timezone: null },
      project: "Reading",
      tags: ["home", "x"],
    });
    expect(chipsOf(said, defaults, VIEWER).filter((chip) => chip.spanKinds.length === 0)).toEqual([]);
  });

  it("keeps what has no field of its own as a note: nothing that was understood is lost", () => {
    const reading = {
      ...EMPTY,
      start: at("2026-11-21", "15:00"),
      due: at("2026-11-21", "17:00"),
      duration_minutes: 45,
    };
    const input = inputOf(reading, {}, VIEWER);
    expect(input.due).toMatchObject({ time: "17:00" });
    expect(input.description).toMatch(/15:00/);
    expect(input.description).toMatch(/45 min/);
  });

  it("takes a deadline for the date when there is no other", () => {
    expect(inputOf({ ...EMPTY, deadline: at("2026-11-30", null) }, {}, VIEWER).due).toMatchObject({
      date: "2026-11-30",
    });
  });
});

describe("dismissing a chip", () => {
  const spans = [
    { start: 0, end: 5, kind: "tag", text: "@home" },
    { start: 6, end: 11, kind: "tag", text: "@work" },
    { start: 12, end: 20, kind: "recurrence", text: "every day" },
  ];

  it("gives back the words of this tag only", () => {
    const reading = { ...EMPTY, tags: ["home", "work"], spans };
    const chip = chipsOf(reading, {}, VIEWER).find((one) => one.label === "work");
    expect(chip && rangesOf(chip, reading)).toEqual([{ start: 6, end: 11 }]);
  });

  it("gives back the repeat when the date comes from it", () => {
    const reading = { ...EMPTY, due: at("2026-11-21", null), rrule: "FREQ=DAILY", spans };
    const chip = chipsOf(reading, {}, VIEWER).find((one) => one.kind === "due");
    expect(chip && rangesOf(chip, reading)).toEqual([{ start: 12, end: 20 }]);
  });
});
