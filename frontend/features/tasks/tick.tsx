"use client";

import { t } from "@/lib/messages";
import type { Task } from "@/lib/api/types";
import { cx } from "@/lib/cx";

export const PRIORITY_COLOR: Record<Task["priority"], string> = {
  urgent: "var(--urgent)",
  high: "var(--high)",
  medium: "var(--medium)",
  low: "var(--low)",
};

type TickProps = {
  title: string;
  completed: boolean;
  color?: string;
  small?: boolean;
  onToggle: () => void;
  tabIndex?: number;
};

/** The round box: its ring has the priority's colour, its inside the tick. */
export function Tick({ title, completed, color = "var(--low)", small, onToggle, tabIndex }: TickProps) {
  const size = small ? 17 : 20;
  return (
    <button
      type="button"
      role="checkbox"
      aria-checked={completed}
      aria-label={completed ? t.task.reopen(title) : t.task.complete(title)}
      tabIndex={tabIndex}
      onClick={(event) => {
        event.stopPropagation();
        onToggle();
      }}
      className={cx(
        "group/tick relative z-10 grid shrink-0 place-items-center rounded-full",
        small ? "size-7 touch:size-10" : "size-8 touch:size-11",
      )}
    >
      <svg aria-hidden width={size} height={size} viewBox="0 0 20 20" fill="none">
        <circle
          cx="10"
          cy="10"
          r="9"
          strokeWidth="2"
          style={
            completed
              ? { stroke: "var(--accent)", fill: "var(--accent)" }
              : { stroke: color, fill: `color-mix(in srgb, ${color} 7%, transparent)` }
          }
        />
        <path
          d="M6 10.4l2.7 2.6L14.2 7"
          strokeWidth="2"
          strokeLinecap="round"
          strokeLinejoin="round"
          className={cx(
            completed ? "tick-drawn" : "opacity-0 transition-opacity group-hover/tick:opacity-70",
          )}
          style={{ stroke: completed ? "var(--on-accent)" : color }}
        />
      </svg>
    </button>
  );
}
