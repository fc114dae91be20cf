"use client";

import { CalendarDays, Flag, FolderInput, PanelRightOpen, SquareCheck, Tag, Trash2 } from "lucide-react";
import { t } from "@/lib/messages";
import { openTask } from "@/lib/url";
import { Kbd } from "@/ui/kbd";
import { arrowKeys, PopoverItem } from "@/ui/popover";
import { useTaskActions } from "../actions";
import { picker, openPicker, type PickerKind, type PickerProps } from "../picker";
import { focusNeighbour } from "../row-focus";
import { toggleSelected } from "../selection";

export function TaskMenu({ ids, close }: PickerProps) {
  const actions = useTaskActions();
  const id = ids[0];
  const task = id === undefined ? undefined : actions.find(id);
  const anchor = picker.get()?.anchor;
  if (!task || !anchor) return null;

  const next = (kind: PickerKind) => openPicker(kind, ids, anchor);
  const items = [
    { label: t.task.open, key: "e", icon: PanelRightOpen, run: () => (close(), openTask(task.id)) },
    { label: t.task.due, key: "d", icon: CalendarDays, run: () => next("due") },
    { label: t.task.priority, key: "p", icon: Flag, run: () => next("priority") },
    { label: t.task.project, key: "m", icon: FolderInput, run: () => next("project") },
    { label: t.task.tags, key: "t", icon: Tag, run: () => next("tags") },
    { label: t.task.select, key: "x", icon: SquareCheck, run: () => (close(), toggleSelected(task.id)) },
  ];
  return (
    <div onKeyDown={arrowKeys}>
      {items.map(({ label, key, icon: Icon, run }) => (
        <PopoverItem key={label} onPick={run} hint={<Kbd>{key}</Kbd>}>
          <Icon aria-hidden size={15} className="text-muted" />
          {label}
        </PopoverItem>
      ))}
      <PopoverItem
        danger
        hint={<Kbd>#</Kbd>}
        onPick={() => {
          close();
          focusNeighbour(task.id);
          void actions.remove([task]);
        }}
      >
        <Trash2 aria-hidden size={15} />
        {t.task.delete}
      </PopoverItem>
    </div>
  );
}
