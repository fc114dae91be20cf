import { describe, expect, it } from "vitest";
import { describeRule, ordinal } from "./recurrence";

describe("describeRule", () => {
  it.each([
    ["FREQ=DAILY", "Every day"],
    ["FREQ=DAILY;INTERVAL=3", "Every 3 days"],
    ["FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR", "Every weekday"],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", "Every other week on Tuesday"],
    ["FREQ=WEEKLY;BYDAY=SA,SU", "Every weekend day"],
    ["FREQ=MONTHLY;BYMONTHDAY=1", "Every month on the 1st"],
    ["FREQ=MONTHLY;BYMONTHDAY=-1", "Every month on the last day"],
    ["FREQ=MONTHLY;BYDAY=2FR", "Every month on the 2nd Friday"],
    ["FREQ=MONTHLY;BYDAY=-1MO", "Every month on the last Monday"],
    ["FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "Every month on the last weekday"],
    ["FREQ=YEARLY;BYMONTH=12;BYMONTHDAY=24", "Every year on December 24"],
    ["FREQ=DAILY;COUNT=5", "Every day, 5 times"],
    ["FREQ=WEEKLY;BYDAY=MO;UNTIL=20261130T000000Z", "Every Monday, until 30 Nov 2026"],
  ])("%s", (rule, words) => {
    expect(describeRule(rule)).toBe(words);
  });

  it("says when it counts from completion", () => {
    expect(describeRule("FREQ=DAILY;INTERVAL=10", "done")).toBe("Every 10 days after completion");
  });

  it("says less rather than something wrong about rules that it does not know", () => {
    expect(describeRule("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO")).toBe("Repeats");
    expect(describeRule("FREQ=MONTHLY;BYDAY=XX")).toBe("Repeats");
    expect(describeRule("")).toBe("Repeats");
    expect(describeRule("FREQ=MONTHLY;BYDAY=2FR;BYMONTH=1,2,3,4,5,6,8,9,10,11,12")).toBe("Repeats");
  });

  it("knows the endings of ordinals", () => {
    expect([1, 2, 3, 4, 11, 12, 13, 21, 22, 23, 31].map(ordinal).join(" ")).toBe(
      "1st 2nd 3rd 4th 11th 12th 13th 21st 22nd 23rd 31st",
    );
  });
});
