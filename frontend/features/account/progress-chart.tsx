"use client";

import { useState } from "react";
import { formatDate } from "@/lib/dates";
import { t } from "@/lib/messages";
import type { Stats } from "@/lib/api/types";
import { bestDay, byWeek, monthStarts, niceTop } from "./chart";

const HEIGHT = 120;
const BAR = 7;
const STEP = 10;

/** Completed tasks per day as bars, with the same as a table for who would rather read. */
export default function ProgressChart({
  stats,
  locale,
  weekStart,
}: {
  stats: Stats;
  locale: string;
  weekStart: number;
}) {
  const { days } = stats;
  const [at, setAt] = useState<number | null>(null);
  const top = niceTop(Math.max(0, ...days.map((day) => day.completed)));
  const sum = days.reduce((total, day) => total + day.completed, 0);
  const best = bestDay(days);
  const width = days.length * STEP;
  const long = (date: string) => formatDate(date, locale, { weekday: "long", day: "numeric", month: "long" });
  const short = (date: string) => formatDate(date, locale, { day: "numeric", month: "short" });
  const shown = at === null ? null : days[at];
  const summary = best
    ? t.settings.chartSummary(sum, days.length, best.completed, long(best.date))
    : t.settings.chartEmpty(days.length);

  return (
    <figure>
      <p className="text-muted min-h-6 text-sm" aria-hidden>
        {shown ? t.settings.chartDay(long(shown.date), shown.completed) : summary}
      </p>
      <div className="mt-2 flex gap-2">
        <div
          aria-hidden
          className="text-muted flex flex-col justify-between text-end text-xs tabular-nums"
          style={{ height: HEIGHT }}
        >
          <span className="-mt-1.5">{top}</span>
          <span className="-mb-1.5">0</span>
        </div>
        <div className="min-w-0 flex-1">
          <svg
            role="img"
            aria-label={summary}
            viewBox={`0 0 ${width} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="block w-full"
            style={{ height: HEIGHT }}
            onPointerLeave={() => setAt(null)}
            onPointerMove={(event) => {
              const box = event.currentTarget.getBoundingClientRect();
              const index = Math.floor(((event.clientX - box.left) / box.width) * days.length);
              setAt(Math.min(Math.max(index, 0), days.length - 1));
            }}
          >
            {[0, 0.5, 1].map((level) => (
              <line
                key={level}
                x1={0}
                x2={width}
                y1={HEIGHT * level}
                y2={HEIGHT * level}
                stroke="var(--line)"
                vectorEffect="non-scaling-stroke"
              />
            ))}
            {days.map((day, index) => {
              const height = (day.completed / top) * HEIGHT;
              return (
                <rect
                  key={day.date}
                  x={index * STEP + (STEP - BAR) / 2}
                  y={HEIGHT - height}
                  width={BAR}
                  height={height}
                  fill={index === at ? "var(--accent-strong)" : "var(--accent)"}
                />
              );
            })}
          </svg>
          <div aria-hidden className="text-muted relative mt-1 h-4 text-xs">
            {monthStarts(days).map(({ index, date }) => (
              <span
                key={date}
                className="absolute whitespace-nowrap"
                style={{ insetInlineStart: `${(index / days.length) * 100}%` }}
              >
                {index < days.length * 0.92 && formatDate(date, locale, { month: "short" })}
              </span>
            ))}
          </div>
        </div>
      </div>
      <details className="mt-3">
        <summary className="text-accent inline-block min-h-6 text-sm underline underline-offset-2">
          {t.settings.chartTable}
        </summary>
        <div
          className="mt-2 max-h-72 overflow-auto"
          tabIndex={0}
          role="region"
          aria-label={t.settings.chartTable}
        >
          <table className="text-sm tabular-nums [&_:is(td,th)]:py-1 [&_:is(td,th)]:pe-6 [&_:is(td,th)]:text-start">
            <thead>
              <tr>
                <th scope="col" className="font-medium">
                  {t.settings.chartWeek}
                </th>
                <th scope="col" className="font-medium">
                  {t.lists.completed}
                </th>
              </tr>
            </thead>
            <tbody>
              {byWeek(days, weekStart)
                .reverse()
                .map((week) => (
                  <tr key={week.from}>
                    <th scope="row" className="font-normal">
                      {week.from === week.to ? short(week.from) : `${short(week.from)} – ${short(week.to)}`}
                    </th>
                    <td>{week.completed}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      </details>
    </figure>
  );
}
