"use client";

import { Flag } from "lucide-react";
import { t } from "@/lib/messages";
import { PRIORITIES } from "@/lib/task-query";
import { arrowKeys, PopoverItem } from "@/ui/popover";
import { useTaskActions } from "../actions";
import { PRIORITY_COLOR } from "../tick";
import type { PickerProps } from "../picker";

export function PriorityPicker({ ids, close }: PickerProps) {
  const actions = useTaskActions();
  const current = ids.length === 1 && ids[0] !== undefined ? actions.find(ids[0])?.priority : undefined;

  function pick(priority: (typeof PRIORITIES)[number]) {
    close();
    void actions.setPriority(ids, priority);
  }

  return (
    <div
      onKeyDown={(event) => {
        const chosen = PRIORITIES[Number(event.key) - 1];
        if (chosen) {
          event.preventDefault();
          pick(chosen);
        } else arrowKeys(event);
      }}
    >
      {PRIORITIES.map((priority, index) => (
        <PopoverItem
          key={priority}
          pressed={priority === current}
          onPick={() => pick(priority)}
          hint={index + 1}
        >
          <Flag aria-hidden size={15} style={{ color: PRIORITY_COLOR[priority] }} />
          {t.task.priorities[priority]}
        </PopoverItem>
      ))}
    </div>
  );
}
