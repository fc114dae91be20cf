"use client";

import { Redo2, Undo2 } from "lucide-react";
import { useState } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { messageOf } from "@/ui/problem";
import { NO_REDO, type Undone } from "./remembered";
import { unnamedTasks, type Card } from "./turns";

const SHOWN_TASKS = 6;

type ActionCardProps = { card: Card; undone: Undone; toggle: (changes: readonly number[]) => Promise<void> };

/** What the assistant did, and the way back. */
export function ActionCard({ card, undone: taken, toggle }: ActionCardProps) {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string | null>(null);
  const undone = card.changes.every((change) => taken.has(change));
  const stuck = undone && card.changes.some((change) => taken.get(change) === NO_REDO);
  const doing = t.chat.did[card.name];
  // Many of one kind: the kind once, then the names.
  const many = card.lines.length > 1 && doing !== undefined && card.tasks.length > 1;
  const lines = many ? [doing] : card.lines;
  const tasks = many ? card.tasks : unnamedTasks(card);
  const what = [...lines, ...tasks].join(", ");

  async function press() {
    setBusy(true);
    setProblem(null);
    try {
      await toggle(card.changes);
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
          {lines.map((line) => (
            <p key={line} className={many ? "text-muted text-sm" : undefined}>
              {line}
            </p>
          ))}
          {tasks.length > 0 && (
            <p className={lines.length > 0 && !many ? "text-muted text-sm" : undefined}>
              {tasks.slice(0, SHOWN_TASKS).join(" · ")}
              {tasks.length > SHOWN_TASKS && ` · ${t.chat.moreTasks(tasks.length - SHOWN_TASKS)}`}
            </p>
          )}
        </div>
        {undone && <span className="text-muted shrink-0 text-sm">{t.chat.undone}</span>}
        {!stuck && (
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
