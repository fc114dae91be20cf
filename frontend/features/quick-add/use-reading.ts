"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { Reading } from "@/lib/api/types";
import type { Range } from "@/lib/spans";

const DEBOUNCE_MS = 80;

export type Understood = { text: string; ignored: readonly Range[]; reading: Reading };

/** Asks the server what one line of text means; nothing is stored. */
export function useParse(): (
  text: string,
  ignored: readonly Range[],
  signal?: AbortSignal,
) => Promise<Reading> {
  const user = useUser();
  return useCallback(
    (text, ignored, signal) =>
      unwrap(
        api.POST("/api/{user_id}/parse", {
          params: { path: { user_id: user.id } },
          body: {
            text,
            timezone: user.timezone,
            locale: user.locale,
            ignored: ignored.map(({ start, end }) => [start, end]) as never,
          },
          signal,
        }),
      ),
    [user.id, user.timezone, user.locale],
  );
}

/** What the line means while it is typed. An older answer never replaces a newer one. */
export function useReading(text: string, ignored: readonly Range[]): Understood | null {
  const parse = useParse();
  const [understood, setUnderstood] = useState<Understood | null>(null);
  const blank = text.trim() === "";
  const running = useRef<AbortController | null>(null);

  useEffect(() => {
    running.current?.abort();
    if (blank) return;
    const control = new AbortController();
    running.current = control;
    const timer = setTimeout(() => {
      parse(text, ignored, control.signal).then(
        (reading) => {
          if (!control.signal.aborted) setUnderstood({ text, ignored, reading });
        },
        () => {
          // No chips while the server is away or the text is too long: the banner or Enter says why.
          if (!control.signal.aborted) setUnderstood(null);
        },
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      control.abort();
    };
  }, [text, ignored, blank, parse]);

  return blank ? null : understood;
}
