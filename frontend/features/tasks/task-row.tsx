"use client";

import { CalendarDays, Ellipsis } from "lucide-react";
import { memo, type MouseEvent } from "react";
import { t } from "@/lib/messages";
import type { Task } from "@/lib/api/types";
import { cx } from "@/lib/cx";
import { openTask } from "@/lib/url";
import { Kbd } from "@/ui/kbd";
import { IconButton } from "@/ui/button";
import { openPicker } from "./picker";
import { PRIORITY_COLOR, Tick } from "./tick";
import { TaskMeta } from "./task-meta";

type RowProps = {
  task: Task;
  open: boolean;
  selected: boolean;
  selecting: boolean;
  leaving: boolean;
  shaking: boolean;
  hideProject?: boolean;
  hideDay?: boolean | "always";
  onToggle: (task: Task) => void;
  onSelect: (task: Task, range: boolean) => void;
};

export const TaskRow = memo(function TaskRow(props: RowProps) {
  const { task, open, selected, selecting, leaving, shaking, onToggle, onSelect } = props;

  function press(event: MouseEvent) {
    if (event.shiftKey || event.metaKey || event.ctrlKey || selecting) {
      event.preventDefault();
      onSelect(task, event.shiftKey);
    } else {
      openTask(task.id);
    }
  }

  return (
    <li
      data-task-id={task.id}
      data-leaving={leaving || undefined}
      className={cx(
        "group border-line relative grid grid-cols-[auto_minmax(0,1fr)_auto] items-start gap-x-2 border-b py-[5px] pe-1 transition-colors",
        "has-[[data-title]:focus-visible]:bg-panel has-[[data-title]:focus-visible]:rounded-lg has-[[data-title]:focus-visible]:border-transparent has-[[data-title]:focus-visible]:ring-2 has-[[data-title]:focus-visible]:ring-accent",
        selected
          ? "bg-accent-soft rounded-lg"
          : open
            ? "bg-panel rounded-lg"
            : "hover:bg-panel hover:rounded-lg",
        leaving && "row-leaving",
        shaking && "row-refused",
      )}
    >
      <Tick
        title={task.title}
        completed={task.completed}
        color={PRIORITY_COLOR[task.priority]}
        onToggle={() => onToggle(task)}
      />
      <div className="min-w-0 py-1 touch:py-2.5">
        <button
          type="button"
          data-title
          aria-current={open || undefined}
          onClick={press}
          className={cx(
            "block w-full cursor-default text-start outline-none [overflow-wrap:anywhere] after:absolute after:inset-0",
            task.completed && "text-muted line-through decoration-1",
          )}
        >
          {task.title}
          {selected && <span className="sr-only"> ({t.task.selectedLabel})</span>}
          {task.priority !== "medium" && (
            <span className="sr-only"> ({t.task.priorityOf(t.task.priorities[task.priority])})</span>
          )}
        </button>
        <TaskMeta task={task} hide={{ project: props.hideProject, day: props.hideDay }} />
      </div>
      <div className="relative z-10 flex items-center opacity-0 transition-opacity group-hover:opacity-100 group-has-[:focus-visible]:opacity-100 touch:hidden">
        <span
          aria-hidden
          className="text-muted pointer-events-none me-2 hidden items-center gap-1.5 text-xs group-has-[[data-title]:focus-visible]:flex"
        >
          <Kbd>space</Kbd> {t.keys.hintDone} <Kbd>d</Kbd> {t.keys.hintDate}
        </span>
        <IconButton
          label={t.due.title}
          hotkey="d"
          tabIndex={-1}
          onClick={(event) => openPicker("due", [task.id], event.currentTarget)}
        >
          <CalendarDays aria-hidden size={16} />
        </IconButton>
        <IconButton
          label={t.task.actions(task.title)}
          aria-haspopup="dialog"
          onClick={(event) => openPicker("menu", [task.id], event.currentTarget)}
        >
          <Ellipsis aria-hidden size={18} />
        </IconButton>
      </div>
    </li>
  );
});
