"use client";

import { CalendarArrowUp, CalendarCheck, CalendarX, Sofa, Sunrise } from "lucide-react";
import { useState, type FormEvent } from "react";
import { useUser } from "@/features/account/session";
import { useParse } from "@/features/quick-add/use-reading";
import { addDays, dueFor, formatDate, nextWeekday, today, weekday } from "@/lib/dates";
import type { Task } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { inputStyle, TextField } from "@/ui/field";
import { PopoverItem } from "@/ui/popover";
import { messageOf } from "@/ui/problem";
import { useTaskActions } from "../actions";
import type { PickerProps } from "../picker";

const SATURDAY = 5;

/** A date in words, a usual day in one click, or an exact day and time. */
export function DuePicker({ ids, close }: PickerProps) {
  const user = useUser();
  const actions = useTaskActions();
  const parse = useParse();
  const now = today(user.timezone);
  const first = ids[0] === undefined ? undefined : actions.find(ids[0]);
  const shown = first?.due ? dueFor(first.due, user.timezone) : null;
  const [words, setWords] = useState("");
  const [problem, setProblem] = useState<string>();
  const [date, setDate] = useState(shown?.date ?? "");
  const [time, setTime] = useState(shown?.time ?? "");

  function set(due: Task["due"]) {
    close();
    void actions.setDue(ids, due);
  }

  /** A usual day keeps the time of day that a single task has. */
  function setDay(day: string) {
    const keep = ids.length === 1 ? shown?.time : null;
    set({ date: day, time: keep ?? null, timezone: keep ? user.timezone : null });
  }

  async function setWordsDate(event: FormEvent) {
    event.preventDefault();
    if (!words.trim()) return setExact();
    try {
      const reading = await parse(words, []);
      const moment = reading.due ?? reading.deadline ?? reading.start;
      if (!moment) return setProblem(t.due.notUnderstood);
      set({ date: moment.date, time: moment.time, timezone: moment.time ? moment.timezone : null });
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  function setExact() {
    if (date) set({ date, time: time || null, timezone: time ? user.timezone : null });
  }

  const day = (iso: string) =>
    formatDate(iso, user.locale, { weekday: "short", day: "numeric", month: "short" });
  const saturday = weekday(now) === SATURDAY ? now : nextWeekday(now, SATURDAY);
  const monday = nextWeekday(now, user.week_start === 6 ? 6 : 0);
  const days = [
    { label: t.due.today, date: now, icon: CalendarCheck },
    { label: t.due.tomorrow, date: addDays(now, 1), icon: Sunrise },
    { label: t.due.weekend, date: saturday, icon: Sofa },
    { label: t.due.nextWeek, date: monday, icon: CalendarArrowUp },
  ];

  return (
    <div>
      <form onSubmit={setWordsDate} className="p-1.5">
        <input
          // The person asked for this pop-over: typing may begin at once.
          autoFocus
          aria-label={t.due.words}
          aria-invalid={problem ? true : undefined}
          aria-describedby={problem ? "due-problem" : undefined}
          placeholder={t.due.wordsPlaceholder}
          value={words}
          maxLength={200}
          autoComplete="off"
          onChange={(event) => (setWords(event.target.value), setProblem(undefined))}
          className={inputStyle}
        />
        {problem && (
          <p id="due-problem" role="alert" className="text-urgent mt-1.5 text-sm">
            {problem}
          </p>
        )}
      </form>
      {days.map(({ label, date: iso, icon: Icon }) => (
        <PopoverItem key={label} onPick={() => setDay(iso)} hint={day(iso)}>
          <Icon aria-hidden size={16} className="text-muted" />
          {label}
        </PopoverItem>
      ))}
      <PopoverItem onPick={() => set(null)}>
        <CalendarX aria-hidden size={16} className="text-muted" />
        {t.due.none}
      </PopoverItem>
      <form
        onSubmit={(event) => (event.preventDefault(), setExact())}
        className="border-line mt-1.5 grid grid-cols-[minmax(0,1.25fr)_minmax(0,1fr)] gap-2 border-t p-1.5 pt-3"
      >
        <TextField
          type="date"
          label={t.due.date}
          value={date}
          onChange={(event) => setDate(event.target.value)}
          className="px-2"
        />
        <TextField
          type="time"
          label={t.due.time}
          value={time}
          onChange={(event) => setTime(event.target.value)}
          className="px-2"
        />
        <Button type="submit" kind="main" disabled={!date} className="col-span-2">
          {t.due.set}
        </Button>
      </form>
    </div>
  );
}
