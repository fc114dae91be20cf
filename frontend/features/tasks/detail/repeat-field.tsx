"use client";

import { Repeat } from "lucide-react";
import { useState } from "react";
import { useUser } from "@/features/account/session";
import type { Task } from "@/lib/api/types";
import { dueFor, today, weekday } from "@/lib/dates";
import { t } from "@/lib/messages";
import { describeRule } from "@/lib/recurrence";
import { inputStyle } from "@/ui/field";
import { useTaskActions } from "../actions";

const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** The usual rules for a day: the weekly, monthly and yearly ones follow from the due date. */
function usualRules(date: string): string[] {
  const day = Number(date.slice(8));
  return [
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR",
    `FREQ=WEEKLY;BYDAY=${WEEKDAYS[weekday(date)]}`,
    `FREQ=MONTHLY;BYMONTHDAY=${day}`,
    `FREQ=YEARLY;BYMONTH=${Number(date.slice(5, 7))};BYMONTHDAY=${day}`,
  ];
}

export function RepeatField({ task }: { task: Task }) {
  const user = useUser();
  const actions = useTaskActions();
  const [own, setOwn] = useState<string | null>(null);
  const date = task.due ? dueFor(task.due, user.timezone).date : today(user.timezone);
  const current = task.recurrence?.rrule ?? "";
  const rules = usualRules(date);
  if (current && !rules.includes(current)) rules.push(current);

  function set(rrule: string) {
    const recurrence = rrule ? { rrule, exdates: [], from: task.recurrence?.from ?? ("due" as const) } : null;
    void actions.patch(task, { recurrence }, { recurrence });
  }

  return (
    <div className="px-2">
      <div className="grid min-h-10 grid-cols-[1.25rem_5.5rem_minmax(0,1fr)] items-center gap-x-2">
        <Repeat aria-hidden size={16} className="text-muted" />
        <span className="text-muted">{t.detail.repeat}</span>
        <select
          aria-label={t.detail.repeat}
          value={own !== null ? "own" : current}
          onChange={(event) => {
            if (event.target.value === "own") setOwn("");
            else {
              setOwn(null);
              set(event.target.value);
            }
          }}
          className={`hover:bg-hover -ms-1 min-h-9 w-full truncate rounded-md bg-transparent ${current || own !== null ? "" : "text-muted"}`}
        >
          <option value="">{t.detail.repeatNone}</option>
          {rules.map((rule) => (
            <option key={rule} value={rule}>
              {describeRule(rule)}
            </option>
          ))}
          <option value="own">{t.detail.repeatCustom}</option>
        </select>
      </div>
      {own !== null && (
        <form
          className="pb-2"
          onSubmit={(event) => {
            event.preventDefault();
            const words = own.trim();
            if (!words) return;
            void actions.patch(task, { recurrence: words }, {}).then((saved) => saved && setOwn(null));
          }}
        >
          <input
            autoFocus
            aria-label={t.detail.repeatLabel}
            placeholder={t.detail.repeatPlaceholder}
            maxLength={200}
            value={own}
            onChange={(event) => setOwn(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") {
                event.stopPropagation();
                setOwn(null);
              }
            }}
            className={inputStyle}
          />
        </form>
      )}
      {task.recurrence && own === null && (
        <div className="grid min-h-9 grid-cols-[1.25rem_5.5rem_minmax(0,1fr)] items-center gap-x-2">
          <span aria-hidden />
          <span className="text-muted">{t.detail.repeatFrom}</span>
          <select
            aria-label={t.detail.repeatFrom}
            value={task.recurrence.from}
            onChange={(event) => {
              if (!task.recurrence) return;
              const recurrence = { ...task.recurrence, from: event.target.value as "due" | "done" };
              void actions.patch(task, { recurrence }, { recurrence });
            }}
            className="hover:bg-hover -ms-1 min-h-9 w-full rounded-md bg-transparent"
          >
            <option value="due">{t.detail.repeatDue}</option>
            <option value="done">{t.detail.repeatDone}</option>
          </select>
        </div>
      )}
    </div>
  );
}
