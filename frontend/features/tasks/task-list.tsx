"use client";

import { useCallback, useMemo } from "react";
import { useSearchParams } from "next/navigation";
import { useUser } from "@/features/account/session";
import type { Task } from "@/lib/api/types";
import { today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { useStore } from "@/lib/store";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/button";
import { refused, useTaskActions } from "./actions";
import { groupTasks, type Grouping } from "./groups";
import { focusNeighbour, rowOrder } from "./row-focus";
import { useHeldFocus } from "./use-held-focus";
import { selection, selectRange, toggleSelected } from "./selection";
import { TaskRow } from "./task-row";

type ListProps = {
  name: string;
  tasks: Task[];
  grouping: Grouping;
  /** Whether a task leaves this list when it is completed. */
  pendingOnly: boolean;
  hideProject?: boolean;
  /** Whether the order is the person's own: then Alt with an arrow moves a task. */
  manual?: boolean;
  more?: { load: () => void; loading: boolean } | null;
};

export function TaskList({ name, tasks, grouping, pendingOnly, hideProject, manual, more }: ListProps) {
  const user = useUser();
  const actions = useTaskActions();
  const chosen = useStore(selection);
  const shaking = useStore(refused);
  const openId = Number(useSearchParams().get("task"));
  const now = today(user.timezone);
  const groups = useMemo(
    () =>
      groupTasks(tasks, grouping, {
        timezone: user.timezone,
        locale: user.locale,
        today: now,
        names: { ...t.days, overdue: t.groups.overdue, noDate: t.groups.noDate },
      }),
    [tasks, grouping, user.timezone, user.locale, now],
  );

  const toggle = useCallback(
    (task: Task) => {
      if (pendingOnly && !task.completed) focusNeighbour(task.id);
      void actions.toggle(task);
    },
    [actions, pendingOnly],
  );
  const select = useCallback((task: Task, range: boolean) => {
    if (range) selectRange(rowOrder(), task.id);
    else toggleSelected(task.id);
  }, []);

  useHeldFocus(tasks);

  return (
    <div>
      {groups.map((group) => (
        <section
          key={group.key}
          aria-label={group.label ?? t.task.list(name)}
          className="not-first:mt-6 first:mt-3"
        >
          {group.label && (
            <h2 className={cx("mb-1 px-2 text-sm font-semibold", group.late ? "text-urgent" : "text-muted")}>
              {group.label}
            </h2>
          )}
          <ul data-task-list data-manual={manual || undefined}>
            {group.tasks.map((task) => (
              <TaskRow
                key={task.id}
                task={task}
                open={task.id === openId}
                selected={chosen.has(task.id)}
                selecting={chosen.size > 0}
                leaving={pendingOnly && task.completed}
                shaking={shaking.has(task.id)}
                hideProject={hideProject}
                hideDay={grouping === "days" ? "always" : grouping === "today"}
                onToggle={toggle}
                onSelect={select}
              />
            ))}
          </ul>
        </section>
      ))}
      {more && (
        <div className="py-4 text-center">
          <Button onClick={more.load} disabled={more.loading}>
            {t.task.more}
          </Button>
        </div>
      )}
    </div>
  );
}
