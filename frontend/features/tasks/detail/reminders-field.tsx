"use client";

import { Bell } from "lucide-react";
import { useUser } from "@/features/account/session";
import { reminderLabel } from "@/features/quick-add/reading";
import type { Reminder, Task } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Chip } from "@/ui/chip";
import { useTaskActions } from "../actions";

const USUAL_MINUTES = [0, 10, 60, 1440];

export function RemindersField({ task }: { task: Task }) {
  const user = useUser();
  const actions = useTaskActions();
  const label = (reminder: Reminder) => reminderLabel(reminder, user.locale, user.timezone);
  const taken = new Set(
    task.reminders.map((reminder) => ("offset_minutes" in reminder ? reminder.offset_minutes : null)),
  );

  function save(reminders: Reminder[]) {
    void actions.patch(task, { reminders }, { reminders });
  }

  return (
    <div className="grid min-h-10 grid-cols-[1.25rem_5.5rem_minmax(0,1fr)] items-center gap-x-2 px-2">
      <Bell aria-hidden size={16} className="text-muted" />
      <span className="text-muted">{t.detail.reminders}</span>
      <span className="flex flex-wrap items-center gap-1.5 py-1">
        {task.reminders.map((reminder, index) => (
          <Chip
            key={index}
            dismissLabel={t.detail.removeReminder(label(reminder))}
            onDismiss={() => save(task.reminders.filter((_, at) => at !== index))}
          >
            {label(reminder)}
          </Chip>
        ))}
        <select
          aria-label={t.detail.addReminder}
          value=""
          disabled={!task.due}
          title={task.due ? undefined : t.detail.needsDue}
          onChange={(event) => {
            if (event.target.value !== "")
              save([...task.reminders, { offset_minutes: Number(event.target.value) }]);
          }}
          className="text-muted hover:bg-hover -ms-1 min-h-9 max-w-full truncate rounded-md bg-transparent disabled:opacity-70"
        >
          <option value="">{t.detail.addReminder}</option>
          {USUAL_MINUTES.filter((minutes) => !taken.has(minutes)).map((minutes) => (
            <option key={minutes} value={minutes}>
              {label({ offset_minutes: minutes })}
            </option>
          ))}
        </select>
      </span>
    </div>
  );
}
