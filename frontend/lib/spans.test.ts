import { describe, expect, it } from "vitest";
import { pastedLines, segments, shiftRanges, spansFit } from "./spans";

const span = (start: number, end: number, text: string) => ({ start, end, text, kind: "due" });

describe("segments", () => {
  it("counts an emoji as one, as the server does", () => {
    const text = "Pay 🎉 tomorrow";
    expect(segments(text, [span(6, 14, "tomorrow")])).toEqual([
      { text: "Pay 🎉 ", kind: null },
      { text: "tomorrow", kind: "due" },
    ]);
  });

  it("gives back exactly the text, whatever the spans", () => {
    const text = "👨‍👩‍👧 a b c 𝔘 d";
    const points = Array.from(text).length;
    for (let start = 0; start < points; start += 1) {
      for (let end = start + 1; end <= points + 1; end += 1) {
        const pieces = segments(text, [span(start, end, ""), span(start + 1, end + 1, "")]);
        expect(pieces.map((piece) => piece.text).join("")).toBe(text);
      }
    }
  });
});

describe("spansFit", () => {
  it("holds while the words still stand there", () => {
    const read = [span(6, 14, "tomorrow")];
    expect(spansFit("Pay 🎉 tomorrow", read)).toBe(true);
    expect(spansFit("Pay 🎉 tomorrow at", read)).toBe(true);
    expect(spansFit("Pay it 🎉 tomorrow", read)).toBe(false);
  });
});

describe("shiftRanges", () => {
  const range = [{ start: 4, end: 7 }];

  it("moves with what is typed before", () => {
    expect(shiftRanges("get fri milk", "🎉get fri milk", range)).toEqual([{ start: 5, end: 8 }]);
  });

  it("stays when something is typed after", () => {
    expect(shiftRanges("get fri milk", "get fri milk now", range)).toEqual(range);
  });

  it("ends when its words are changed", () => {
    expect(shiftRanges("get fri milk", "get fry milk", range)).toEqual([]);
    expect(shiftRanges("get fri milk", "get milk", range)).toEqual([]);
  });

  it("keeps naming the same words through any insertion outside them", () => {
    const text = "get fri milk";
    for (let at = 0; at <= text.length; at += 1) {
      if (at > 4 && at < 7) continue;
      const next = `${text.slice(0, at)}XY${text.slice(at)}`;
      const [moved] = shiftRanges(text, next, range);
      expect(moved && next.slice(moved.start, moved.end)).toBe("fri");
    }
  });
});

describe("pastedLines", () => {
  it("drops bullets, numbers and boxes, keeps the words", () => {
    expect(pastedLines("- milk\n* [ ] eggs\r\n\n 3. bread\n2026 report\n1.5 l water\n-5 degrees")).toEqual([
      "milk",
      "eggs",
      "bread",
      "2026 report",
      "1.5 l water",
      "-5 degrees",
    ]);
  });
});
