import { describe, expect, it } from "vitest";
import { filterCount, queryFromUrl, queryToUrl, type TaskQuery } from "./task-query";

describe("filters in the URL", () => {
  const full: TaskQuery = {
    status: "all",
    sort: "due",
    order: "asc",
    search: "milk & eggs",
    priority: ["urgent", "low"],
    tags: ["a b", "ü"],
    project: ["inbox", "12"],
    due_before: "2026-12-01",
    due_after: "2026-11-01",
    overdue: true,
  };

  it("reads back what it wrote", () => {
    expect(queryFromUrl(new URLSearchParams(queryToUrl(full).toString()))).toEqual(full);
    expect(queryFromUrl(queryToUrl({}))).toEqual({});
  });

  it("leaves out what makes no sense instead of failing", () => {
    const mangled =
      "status=maybe&sort=%00&order=up&priority=none&priority=high&project=../x&before=tomorrow&overdue=1&q=%20";
    expect(queryFromUrl(new URLSearchParams(mangled))).toEqual({ priority: ["high"] });
  });

  it("ignores what belongs to others in the address", () => {
    expect(queryFromUrl(new URLSearchParams("task=5&id=3&name=x"))).toEqual({});
  });

  it("counts filters, not the order of the list", () => {
    expect(filterCount(full)).toBe(10);
    expect(filterCount({ sort: "due", order: "asc", search: "x" })).toBe(0);
  });
});
