"use client";

import { Bell, ListChecks, Repeat } from "lucide-react";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import type { Task } from "@/lib/api/types";
import { dayLabel, dueFor, formatTime, isOverdue, today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { describeRule } from "@/lib/recurrence";
import { cx } from "@/lib/cx";
import { Dot } from "@/ui/chip";

type Hidden = { project?: boolean; day?: boolean | "always" };

/** The small line below a title: when, how often, where, and what belongs to it. Nothing to say: no line. */
export function TaskMeta({ task, hide = {} }: { task: Task; hide?: Hidden }) {
  const user = useUser();
  const projects = useProjects();
  const now = today(user.timezone);
  const due = task.due ? dueFor(task.due, user.timezone) : null;
  const late = task.due !== null && !task.completed && isOverdue(task.due, user.timezone);
  const done = task.steps.filter((step) => step.completed).length;
  const color = projects.find((project) => project.id === task.project?.id)?.color;
  const hideDay = !late && (hide.day === "always" || (hide.day && due?.time));
  const day = due && !hideDay ? dayLabel(due.date, now, user.locale, t.days) : null;
  const when = [day, due?.time ? formatTime(due.time, user.locale) : null].filter(Boolean).join(", ");
  const nothing =
    !when && !task.recurrence && !task.project && task.tags.length === 0 && task.steps.length === 0;
  if (nothing && task.reminders.length === 0) return null;

  return (
    <div className="text-muted flex flex-wrap gap-x-3 gap-y-0.5 text-sm">
      {due && when && (
        <span
          className={cx(
            "tabular-nums",
            late ? "text-urgent" : due.date === now && !task.completed && "text-accent",
          )}
        >
          {when}
        </span>
      )}
      {task.recurrence && (
        <span className="inline-flex items-center gap-1">
          <Repeat aria-hidden size={12} />
          {describeRule(task.recurrence.rrule, task.recurrence.from)}
        </span>
      )}
      {task.reminders.length > 0 && (
        <span className="inline-flex items-center">
          <Bell aria-hidden size={12} />
          <span className="sr-only">{t.detail.reminders}</span>
        </span>
      )}
      {task.steps.length > 0 && (
        <span className="inline-flex items-center gap-1 tabular-nums">
          <ListChecks aria-hidden size={13} />
          {t.task.steps(done, task.steps.length)}
        </span>
      )}
      {task.project && !hide.project && (
        <span className="inline-flex items-center gap-1.5">
          <Dot color={color} />
          {task.project.name}
        </span>
      )}
      {task.tags.map((tag) => (
        <span key={tag}>
          <span aria-hidden className="opacity-80">
            @
          </span>
          {tag}
        </span>
      ))}
    </div>
  );
}
