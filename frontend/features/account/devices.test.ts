import { describe, expect, it } from "vitest";
import { ago, deviceName } from "./devices";

describe("a device", () => {
  it.each([
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0",
      "Firefox on Windows",
    ],
    [
      "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
      "Safari on macOS",
    ],
    [
      "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) CriOS/130.0 Mobile/15E148 Safari/604.1",
      "Chrome on iPhone",
    ],
    [
      "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36 Edg/130.0",
      "Edge on Windows",
    ],
    [
      "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0 Safari/537.36",
      "Chrome on Linux",
    ],
    ["curl/8.5.0", "curl"],
    ["", null],
  ])("is named from %s", (agent, name) => {
    expect(deviceName(agent)).toBe(name);
  });

  it("was seen some time ago", () => {
    const now = new Date("2026-11-21T12:00:00Z");
    expect(ago("2026-11-21T11:55:00Z", now, "en")).toBe("5 minutes ago");
    expect(ago("2026-11-20T12:00:00Z", now, "en")).toBe("yesterday");
    expect(ago("2026-10-01T12:00:00Z", now, "en-GB")).toBe("1 Oct 2026");
  });
});
