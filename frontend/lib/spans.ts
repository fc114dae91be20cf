/**
 * Pieces of a line of text. The API counts code points (an emoji is one), JavaScript counts UTF-16 units (it is two):
 * everything that crosses the wire goes through here.
 */
export type Range = { start: number; end: number };
export type Span = Range & { kind: string; text: string };

/** Splits text into plain and understood pieces, in order; spans are in code points. */
export function segments(text: string, spans: readonly Span[]): { text: string; kind: string | null }[] {
  const points = Array.from(text);
  const pieces: { text: string; kind: string | null }[] = [];
  let at = 0;
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    if (span.start < at || span.end > points.length) continue;
    if (span.start > at) pieces.push({ text: points.slice(at, span.start).join(""), kind: null });
    pieces.push({ text: points.slice(span.start, span.end).join(""), kind: span.kind });
    at = span.end;
  }
  if (at < points.length) pieces.push({ text: points.slice(at).join(""), kind: null });
  return pieces;
}

/** A reading belongs to the text it was made of: true while every span still stands where it was read. */
export function spansFit(text: string, spans: readonly Span[]): boolean {
  const points = Array.from(text);
  return spans.every((span) => points.slice(span.start, span.end).join("") === span.text);
}

/**
 * Moves ranges along with an edit, so that words that were dismissed stay dismissed while the rest of the line is
 * typed. A range that the edit touched is dropped: its words are new words.
 */
export function shiftRanges(before: string, after: string, ranges: readonly Range[]): Range[] {
  if (before === after || ranges.length === 0) return [...ranges];
  const from = Array.from(before);
  const to = Array.from(after);
  const shortest = Math.min(from.length, to.length);
  let prefix = 0;
  while (prefix < shortest && from[prefix] === to[prefix]) prefix += 1;
  let suffix = 0;
  while (suffix < shortest - prefix && from[from.length - 1 - suffix] === to[to.length - 1 - suffix])
    suffix += 1;
  const editEnd = from.length - suffix;
  const moved = to.length - from.length;
  return ranges.flatMap((range) => {
    if (range.end <= prefix) return [range];
    if (range.start >= editEnd) return [{ start: range.start + moved, end: range.end + moved }];
    return [];
  });
}

/** Lines of a pasted text as single tasks: bullets, numbers and check boxes at the front are dropped. */
export function pastedLines(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.replace(/^\s*(?:[-*+•]|\d{1,3}[.)])\s+(?=\S)/, "").replace(/^\s*\[[ xX]?\]\s*/, ""))
    .map((line) => line.trim())
    .filter(Boolean);
}
