"use client";

import { useEffect, useRef, type KeyboardEvent } from "react";
import { useUser } from "@/features/account/session";
import { PRIORITY_COLOR } from "@/features/tasks/tick";
import type { Task } from "@/lib/api/types";
import { cx } from "@/lib/cx";
import { addDays, dueFor, formatDate, formatTime, isOverdue, type IsoDate } from "@/lib/dates";
import { t } from "@/lib/messages";
import { openTask } from "@/lib/url";
import { monthOf, type Month } from "./month";

const SHOWN = 3;
const STEPS: Record<string, number> = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

type GridProps = {
  month: Month;
  weeks: IsoDate[][];
  days: Map<IsoDate, Task[]>;
  chosen: IsoDate;
  now: IsoDate;
  choose: (day: IsoDate) => void;
};

/** A month as a table. Arrow keys move between days; the tasks of the chosen day are listed below. */
export function MonthGrid({ month, weeks, days, chosen, now, choose }: GridProps) {
  const user = useUser();
  const table = useRef<HTMLTableElement>(null);
  const moved = useRef(false);

  useEffect(() => {
    if (!moved.current) return;
    moved.current = false;
    table.current?.querySelector<HTMLElement>(`[data-day="${chosen}"]`)?.focus();
  }, [chosen, weeks]);

  function onKeyDown(event: KeyboardEvent) {
    const step = STEPS[event.key];
    if (step === undefined || !(event.target as HTMLElement).dataset.day) return;
    event.preventDefault();
    // The page's own arrow keys move between tasks of a list.
    event.stopPropagation();
    event.nativeEvent.stopImmediatePropagation();
    const rightToLeft = document.dir === "rtl" && Math.abs(step) === 1;
    moved.current = true;
    choose(addDays(chosen, rightToLeft ? -step : step));
  }

  return (
    <table
      ref={table}
      onKeyDown={onKeyDown}
      className="border-line w-full table-fixed border-collapse border"
    >
      <caption className="sr-only">
        {formatDate(`${month}-01`, user.locale, { month: "long", year: "numeric" })}
      </caption>
      <thead>
        <tr>
          {weeks[0]?.map((day) => (
            <th key={day} scope="col" className="text-muted py-1 text-xs font-medium">
              <abbr title={formatDate(day, user.locale, { weekday: "long" })} className="no-underline">
                {formatDate(day, user.locale, { weekday: "short" })}
              </abbr>
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {weeks.map((week) => (
          <tr key={week[0]}>
            {week.map((day) => (
              <DayCell
                key={day}
                day={day}
                tasks={days.get(day) ?? []}
                inside={monthOf(day) === month}
                chosen={day === chosen}
                today={day === now}
                choose={choose}
              />
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}

type CellProps = {
  day: IsoDate;
  tasks: Task[];
  inside: boolean;
  chosen: boolean;
  today: boolean;
  choose: (day: IsoDate) => void;
};

function DayCell({ day, tasks, inside, chosen, today, choose }: CellProps) {
  const user = useUser();
  const open = tasks.filter((task) => !task.completed).length;
  const name = formatDate(day, user.locale, { weekday: "long", day: "numeric", month: "long" });
  return (
    <td
      className={cx(
        "border-line h-14 border p-0 align-top desk:h-24",
        !inside && "bg-sunken",
        chosen && "bg-accent-soft",
      )}
    >
      <button
        type="button"
        data-day={day}
        tabIndex={chosen ? 0 : -1}
        aria-label={t.calendar.day(name, open)}
        aria-current={today ? "date" : undefined}
        aria-pressed={chosen}
        onClick={() => choose(day)}
        className="hover:bg-hover flex h-14 w-full flex-col items-center gap-1 pt-1 -outline-offset-2 desk:h-9 desk:items-start desk:px-1"
      >
        <span
          className={cx(
            "grid size-7 place-items-center rounded-full text-sm tabular-nums",
            today ? "bg-accent text-on-accent font-semibold" : !inside && "text-muted",
          )}
        >
          {Number(day.slice(8))}
        </span>
        <span aria-hidden className="flex gap-0.5 desk:hidden">
          {tasks.slice(0, SHOWN).map((task) => (
            <span
              key={task.id}
              className="size-1.5 rounded-full"
              style={{ background: task.completed ? "var(--line)" : PRIORITY_COLOR[task.priority] }}
            />
          ))}
        </span>
      </button>
      <ul className="hidden grid-cols-[minmax(0,1fr)] gap-0.5 px-1 pb-1 desk:grid">
        {tasks.slice(0, SHOWN).map((task) => (
          <li key={task.id}>
            <DayTask task={task} />
          </li>
        ))}
        {tasks.length > SHOWN && (
          <li>
            <button
              type="button"
              onClick={() => choose(day)}
              className="text-muted hover:text-text min-h-6 w-full rounded px-1 text-start text-xs"
            >
              {t.settings.andMore(tasks.length - SHOWN)}
            </button>
          </li>
        )}
      </ul>
    </td>
  );
}

function DayTask({ task }: { task: Task }) {
  const user = useUser();
  const due = task.due && dueFor(task.due, user.timezone);
  const late = task.due !== null && !task.completed && isOverdue(task.due, user.timezone);
  return (
    <button
      type="button"
      // The cell is narrow: the time is in the tooltip and in the list below.
      title={[due?.time && formatTime(due.time, user.locale), task.title].filter(Boolean).join(" ")}
      onClick={() => openTask(task.id)}
      className="hover:bg-hover flex min-h-6 w-full items-center gap-1 rounded px-1 text-start text-xs -outline-offset-1"
    >
      <span
        aria-hidden
        className="size-1.5 shrink-0 rounded-full"
        style={{ background: task.completed ? "var(--line)" : PRIORITY_COLOR[task.priority] }}
      />
      <span
        className={cx("min-w-0 truncate", task.completed ? "text-muted line-through" : late && "text-urgent")}
      >
        {task.title}
      </span>
    </button>
  );
}
