"use client";

import { ChevronLeft, ChevronRight } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useUser } from "@/features/account/session";
import { QuickAdd } from "@/features/quick-add/quick-add";
import { TaskList } from "@/features/tasks/task-list";
import { formatDate, today, type IsoDate } from "@/lib/dates";
import { t } from "@/lib/messages";
import { changeUrl } from "@/lib/url";
import { useDesk } from "@/lib/use-media";
import { Button, IconButton } from "@/ui/button";
import { LoadProblem } from "@/ui/problem";
import { addMonths, monthOf, readMonth, tasksByDay, weeksOf } from "./month";
import { MonthGrid } from "./month-grid";
import { useMonthTasks } from "./use-month";

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

/** A month of dated tasks, and below it the chosen day. Month and day are in the URL: `?day=2026-11-21`. */
export function CalendarView() {
  const user = useUser();
  const desk = useDesk();
  const params = useSearchParams();
  const now = today(user.timezone);
  const asked = params.get("day") ?? "";
  const chosen = ISO_DATE.test(asked) && readMonth(monthOf(asked)) ? asked : now;
  const month = monthOf(chosen);
  const weeks = useMemo(() => weeksOf(month, user.week_start), [month, user.week_start]);
  const list = useMonthTasks(weeks[0]?.[0] ?? now, weeks.at(-1)?.[6] ?? now);
  const days = useMemo(() => tasksByDay(list.tasks, user.timezone), [list.tasks, user.timezone]);
  const tasks = days.get(chosen) ?? [];
  const name = formatDate(chosen, user.locale, { weekday: "long", day: "numeric", month: "long" });
  const title = formatDate(`${month}-01`, user.locale, { month: "long", year: "numeric" });

  const choose = (day: IsoDate) =>
    changeUrl((query) => (day === now ? query.delete("day") : query.set("day", day)));
  const turn = (count: number) => {
    const next = addMonths(month, count);
    if (readMonth(next)) choose(next === monthOf(now) ? now : `${next}-01`);
  };

  return (
    <>
      <header className="mb-4 flex flex-wrap items-center gap-x-3 gap-y-1">
        <div className="min-w-0 flex-1">
          <h1 tabIndex={-1} className="text-2xl font-bold tracking-tight outline-none">
            {t.lists.calendar}
          </h1>
          <p aria-live="polite" className="text-muted">
            {title}
          </p>
        </div>
        <div className="flex items-center gap-1 desk:me-10">
          <IconButton label={t.calendar.before} onClick={() => turn(-1)}>
            <ChevronLeft aria-hidden size={18} className="rtl:-scale-x-100" />
          </IconButton>
          <Button disabled={chosen === now} onClick={() => choose(now)}>
            {t.days.today}
          </Button>
          <IconButton label={t.calendar.after} onClick={() => turn(1)}>
            <ChevronRight aria-hidden size={18} className="rtl:-scale-x-100" />
          </IconButton>
        </div>
      </header>
      {list.isError && !list.data ? (
        <LoadProblem error={list.error} title={t.errors.load} retry={() => void list.refetch()} />
      ) : (
        <>
          <MonthGrid month={month} weeks={weeks} days={days} chosen={chosen} now={now} choose={choose} />
          <section aria-labelledby="chosen-day" className="mt-6">
            <h2 id="chosen-day" className="mb-2 font-semibold">
              {name}
            </h2>
            {desk && <QuickAdd key={chosen} defaults={{ due: chosen }} />}
            {tasks.length > 0 ? (
              <TaskList name={name} tasks={tasks} grouping="none" pendingOnly={false} />
            ) : (
              list.data && <p className="text-muted px-2 py-3">{t.calendar.free}</p>
            )}
          </section>
        </>
      )}
    </>
  );
}
