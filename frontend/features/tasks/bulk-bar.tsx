"use client";

import { CalendarDays, CheckCheck, Flag, FolderInput, RotateCcw, Tag, Trash2, X } from "lucide-react";
import { usePathname } from "next/navigation";
import { useEffect } from "react";
import { t } from "@/lib/messages";
import { useStore } from "@/lib/store";
import { IconButton } from "@/ui/button";
import { useTaskActions } from "./actions";
import { openPicker, type PickerKind } from "./picker";
import { clearSelection, selection } from "./selection";

/** What can be done to the selected tasks at once. */
export function BulkBar() {
  const chosen = useStore(selection);
  const actions = useTaskActions();
  const pathname = usePathname();
  useEffect(() => clearSelection, [pathname]);
  if (chosen.size === 0) return null;

  const ids = [...chosen];
  const tasks = ids.flatMap((id) => actions.find(id) ?? []);
  const allDone = tasks.length > 0 && tasks.every((task) => task.completed);
  const choices: { kind: PickerKind; label: string; key: string; icon: typeof Flag }[] = [
    { kind: "due", label: t.task.due, key: "d", icon: CalendarDays },
    { kind: "priority", label: t.task.priority, key: "p", icon: Flag },
    { kind: "project", label: t.task.project, key: "m", icon: FolderInput },
    { kind: "tags", label: t.task.tags, key: "t", icon: Tag },
  ];

  return (
    <section
      data-bulk
      aria-label={t.bulk.label}
      className="bg-panel border-line shadow-pop appear fixed inset-x-3 bottom-18 z-40 mx-auto flex w-fit max-w-full items-center gap-0.5 rounded-2xl border p-1.5 ps-4 desk:bottom-6"
    >
      <span role="status" className="me-2 font-medium whitespace-nowrap tabular-nums">
        {t.bulk.selected(ids.length)}
      </span>
      <IconButton
        label={allDone ? t.bulk.reopen : t.bulk.complete}
        hotkey="space"
        onClick={() => {
          clearSelection();
          void actions.setCompleted(ids, !allDone);
        }}
      >
        {allDone ? <RotateCcw aria-hidden size={18} /> : <CheckCheck aria-hidden size={18} />}
      </IconButton>
      {choices.map(({ kind, label, key, icon: Icon }) => (
        <IconButton
          key={kind}
          label={label}
          hotkey={key}
          aria-haspopup="dialog"
          onClick={(event) => openPicker(kind, ids, event.currentTarget)}
        >
          <Icon aria-hidden size={18} />
        </IconButton>
      ))}
      <IconButton
        label={t.task.delete}
        hotkey="#"
        className="text-urgent"
        onClick={() => {
          clearSelection();
          void actions.remove(tasks);
        }}
      >
        <Trash2 aria-hidden size={18} />
      </IconButton>
      <IconButton label={t.bulk.clear} hotkey="Esc" onClick={clearSelection}>
        <X aria-hidden size={18} />
      </IconButton>
    </section>
  );
}
