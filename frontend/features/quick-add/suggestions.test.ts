import { describe, expect, it } from "vitest";
import { insertName, matching, triggerAt } from "./suggestions";

describe("suggestions", () => {
  it("begin with a sign at the start of a word", () => {
    expect(triggerAt("Fix #la", 7)).toEqual({ sign: "#", typed: "la", start: 4 });
    expect(triggerAt("@", 1)).toEqual({ sign: "@", typed: "", start: 0 });
    expect(triggerAt("mail a@b", 8)).toBeNull();
    expect(triggerAt("issue #12 now", 13)).toBeNull();
  });

  it("put names that begin with it first and leave out a finished one", () => {
    expect(matching(["Relaunch", "Launch", "la"], "la")).toEqual(["Launch", "Relaunch"]);
  });

  it("replace what was typed and keep the rest", () => {
    const trigger = triggerAt("Fix #la today", 7);
    expect(trigger && insertName("Fix #la today", 7, trigger, "Launch")).toEqual({
      text: "Fix #Launch today",
      cursor: 12,
    });
  });
});
