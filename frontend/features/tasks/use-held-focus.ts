"use client";

import { useEffect, useRef } from "react";
import { focusPlace, rowOrder } from "./row-focus";

/**
 * Keeps the keyboard's place when the focused row goes away for whatever reason (a new date, another tab, undo): the
 * row that now stands there takes the focus.
 */
export function useHeldFocus(tasks: readonly unknown[]): void {
  const held = useRef<{ id: number; place: number } | null>(null);

  useEffect(() => {
    function follow(event: FocusEvent) {
      const row =
        event.target instanceof Element ? event.target.closest<HTMLElement>("[data-task-id]") : null;
      const id = Number(row?.dataset.taskId);
      held.current = row ? { id, place: rowOrder().indexOf(id) } : null;
    }
    document.addEventListener("focusin", follow);
    return () => document.removeEventListener("focusin", follow);
  }, []);

  useEffect(() => {
    const last = held.current;
    if (!last || document.activeElement !== document.body || rowOrder().includes(last.id)) return;
    focusPlace(last.place);
  }, [tasks]);
}
