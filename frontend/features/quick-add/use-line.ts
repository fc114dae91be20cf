"use client";

import { useCallback, useEffect, useState, type RefObject } from "react";
import { shiftRanges, type Range } from "@/lib/spans";
import { draft } from "./draft";
import type { Defaults } from "./reading";

const NO_RANGES: Range[] = [];
const NONE: ReadonlySet<string> = new Set();

export type Field = RefObject<HTMLTextAreaElement | null>;

/** The line that is written: its text and cursor, the words and defaults that were dismissed. */
export function useLine(field: Field, takesWaitingDraft: boolean) {
  const [text, setText] = useState(() => (takesWaitingDraft ? (draft.get().text ?? "") : ""));
  const [ignored, setIgnored] = useState<Range[]>(NO_RANGES);
  const [dropped, setDropped] = useState(NONE);
  const [cursor, setCursor] = useState(0);

  const reset = useCallback(() => {
    setText("");
    setIgnored(NO_RANGES);
    setDropped(NONE);
  }, []);

  // An example, the palette or a key puts words here.
  useEffect(
    () =>
      draft.subscribe(() => {
        const wanted = draft.get().text;
        if (wanted !== null) {
          reset();
          setText(wanted);
          setCursor(wanted.length);
        }
        field.current?.focus();
      }),
    [reset, field],
  );

  function change(next: string, at: number) {
    const flat = next.replace(/\n+/g, " ");
    if (flat === "") return reset();
    setIgnored((ranges) => (ranges.length > 0 ? shiftRanges(text, flat, ranges) : ranges));
    setText(flat);
    setCursor(at);
  }

  const ignore = (ranges: Range[]) => setIgnored((all) => [...all, ...ranges]);
  const drop = (key: string) => setDropped((all) => new Set(all).add(key));

  /** What the list gives, without what was dismissed. */
  function kept(defaults: Defaults): Defaults {
    return {
      due: dropped.has("default-due") ? undefined : defaults.due,
      project: dropped.has("default-project") ? undefined : defaults.project,
      tag: dropped.has("default-tag") ? undefined : defaults.tag,
    };
  }

  return { text, ignored, cursor, setCursor, change, reset, ignore, drop, kept };
}

export type Line = ReturnType<typeof useLine>;
