"use client";

import { Redo2, Undo2 } from "lucide-react";
import { useState } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { messageOf } from "@/ui/problem";
import { unnamedTasks, type Card } from "./turns";

const SHOWN_TASKS = 6;

/** One thing that the assistant did, and the way back. `redo` is null when it stands, 0 when it was undone elsewhere. */
export function ActionCard({
  card,
  redo,
  toggle,
}: {
  card: Card;
  redo: number | null;
  toggle: () => Promise<void>;
}) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const undone = redo !== null;
  const tasks = unnamedTasks(card);
  const what = card.lines.join(", ") || tasks.join(", ");

  async function press() {
    setBusy(true);
    setProblem(null);
    try {
      await toggle();
    } catch (error) {
      setProblem(messageOf(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <li className="border-line bg-bg appear rounded-xl border ps-3 pe-2 py-1.5">
      <div className="flex items-center gap-2">
        <div
          className={cx("min-w-0 flex-1 py-1 [overflow-wrap:anywhere]", undone && "text-muted line-through")}
        >
          {card.lines.map((line) => (
            <p key={line}>{line}</p>
          ))}
          {tasks.length > 0 && (
            <p className={card.lines.length > 0 ? "text-muted text-sm" : undefined}>
              {tasks.slice(0, SHOWN_TASKS).join(" · ")}
              {tasks.length > SHOWN_TASKS && ` · ${t.chat.moreTasks(tasks.length - SHOWN_TASKS)}`}
            </p>
          )}
        </div>
        {undone && <span className="text-muted shrink-0 text-sm">{t.chat.undone}</span>}
        {redo !== 0 && (
          <Button
            disabled={busy}
            onClick={() => void press()}
            aria-label={undone ? t.chat.redoOf(what) : t.chat.undoOf(what)}
            className="shrink-0 px-2.5 text-sm"
          >
            {undone ? <Redo2 aria-hidden size={14} /> : <Undo2 aria-hidden size={14} />}
            {undone ? t.chat.redo : t.undo.action}
          </Button>
        )}
      </div>
      {problem && (
        <p role="alert" className="text-urgent pb-1 text-sm">
          {problem}
        </p>
      )}
    </li>
  );
}
