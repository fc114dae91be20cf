import { describe, expect, it } from "vitest";
import { isLocale, localeChoices, zoneChoices, zoneFits, zoneName, zoneOffset } from "./locales";

const winter = new Date("2026-01-15T12:00:00Z");

describe("time zones", () => {
  it("are found by place, region or offset, in any order and case", () => {
    const found = (typed: string) => zoneFits("Asia/Karachi", zoneOffset("Asia/Karachi", winter), typed);
    expect(["kar", "KARACHI", "asia kar", "gmt+5", "arachi"].map(found)).toEqual([
      true,
      true,
      true,
      true,
      true,
    ]);
    expect(["europe", "gmt-5", "karz"].map(found)).toEqual([false, false, false]);
    expect(zoneFits("America/New_York", "GMT-5", "new york")).toBe(true);
  });

  it("always offer what is chosen, even when the browser does not know it, and UTC", () => {
    expect(zoneChoices("Mars/Olympus_Mons")).toEqual(
      expect.arrayContaining(["Mars/Olympus_Mons", "UTC", "Asia/Karachi"]),
    );
    expect(zoneOffset("Mars/Olympus_Mons", winter)).toBe("");
  });

  it("read as people say them", () => {
    expect(zoneName("America/Argentina/Buenos_Aires")).toEqual({
      place: "Buenos Aires",
      region: "America, Argentina",
    });
    expect(zoneName("UTC")).toEqual({ place: "UTC", region: "" });
  });
});

describe("languages", () => {
  it("begin with what is chosen and what the browser prefers, each once, and leave out nonsense", () => {
    const choices = localeChoices("cs-CZ", ["de-DE", "de", "not a locale", "de-DE"]);
    expect(choices.slice(0, 2)).toEqual(["cs-CZ", "de-DE"]);
    expect(new Set(choices).size).toBe(choices.length);
    expect(choices.every(isLocale)).toBe(true);
  });
});
