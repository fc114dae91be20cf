"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { useUser } from "@/features/account/session";
import { api, ApiError, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { messageOf } from "@/ui/problem";
import { dismissToast, showToast } from "@/ui/toast";
import { refreshSoon } from "./cache";

/** A change of this session that can be taken back; `changes` may still be on its way to the server. */
export type Undoable = {
  changes: Promise<number[]>;
  revert?: () => void;
  /** The toast that offers to take it back. */
  toast?: number;
};

const LIMIT = 100;
const stack: Undoable[] = [];

export function remember(entry: Undoable): void {
  stack.push(entry);
  if (stack.length > LIMIT) stack.shift();
}

export function forget(entry: Undoable): void {
  const index = stack.indexOf(entry);
  if (index >= 0) stack.splice(index, 1);
}

/** Answers a function that takes back the given change, or the last one. */
export function useUndo(): (entry?: Undoable) => Promise<boolean> {
  const client = useQueryClient();
  const user = useUser();
  return useCallback(
    async (entry) => {
      const chosen = entry ?? stack.at(-1);
      if (chosen) forget(chosen);
      if (chosen?.toast !== undefined) dismissToast(chosen.toast);
      try {
        const changes = chosen ? await chosen.changes : [undefined];
        if (changes.length === 0) return false;
        chosen?.revert?.();
        for (const change of [...changes].reverse()) {
          await unwrap(
            api.POST("/api/{user_id}/undo", {
              params: { path: { user_id: user.id } },
              body: change === undefined ? {} : { change_id: change },
            }),
          );
        }
        showToast({ text: t.undo.done });
        return true;
      } catch (error) {
        const nothing =
          error instanceof ApiError && (error.status === 404 || error.status === 409) && !chosen;
        showToast({ text: nothing ? t.undo.nothing : messageOf(error), tone: nothing ? "plain" : "error" });
        return false;
      } finally {
        refreshSoon(client, 0);
      }
    },
    [client, user.id],
  );
}

/** Answers a function that says what happened and offers to take the change back. */
export function useUndoToast(): (text: string, change: number | null) => void {
  const undo = useUndo();
  return (text, change) => {
    const action =
      change === null
        ? undefined
        : { label: t.undo.action, run: () => void undo({ changes: Promise.resolve([change]) }) };
    showToast({ text, action });
  };
}
