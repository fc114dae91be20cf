"use client";

import dynamic from "next/dynamic";
import { ListFilter } from "lucide-react";
import { useRef, useState } from "react";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import { dayLabel, today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { filterCount, SORTS, type Sort, type TaskQuery } from "@/lib/task-query";
import { Button } from "@/ui/button";
import { Chip } from "@/ui/chip";
import { setFilters } from "./filters-in-url";

const FilterPanel = dynamic(() => import("./filter-panel"), { ssr: false });

const ORDER_OF: Record<Sort, "asc" | "desc"> = {
  created: "desc",
  due: "asc",
  priority: "desc",
  title: "asc",
  manual: "asc",
  completed: "desc",
};

function useFilterChips(own: TaskQuery): { key: string; label: string; without: TaskQuery }[] {
  const user = useUser();
  const projects = useProjects();
  const now = today(user.timezone);
  const day = (date: string) => dayLabel(date, now, user.locale, t.days);
  const chips: { key: string; label: string; without: TaskQuery }[] = [];
  if (own.status)
    chips.push({
      key: "status",
      label: t.filter.statuses[own.status],
      without: { ...own, status: undefined },
    });
  for (const priority of own.priority ?? []) {
    const rest = own.priority?.filter((one) => one !== priority);
    chips.push({
      key: `p-${priority}`,
      label: t.task.priorities[priority],
      without: { ...own, priority: rest },
    });
  }
  for (const id of own.project ?? []) {
    const name =
      id === "inbox" ? t.filter.inbox : (projects.find((one) => String(one.id) === id)?.name ?? id);
    chips.push({
      key: `l-${id}`,
      label: name,
      without: { ...own, project: own.project?.filter((one) => one !== id) },
    });
  }
  for (const tag of own.tags ?? []) {
    chips.push({
      key: `t-${tag}`,
      label: `@${tag}`,
      without: { ...own, tags: own.tags?.filter((one) => one !== tag) },
    });
  }
  if (own.due_after)
    chips.push({
      key: "after",
      label: t.filter.from(day(own.due_after)),
      without: { ...own, due_after: undefined },
    });
  if (own.due_before)
    chips.push({
      key: "before",
      label: t.filter.until(day(own.due_before)),
      without: { ...own, due_before: undefined },
    });
  if (own.overdue)
    chips.push({ key: "overdue", label: t.filter.overdue, without: { ...own, overdue: undefined } });
  return chips;
}

export function FilterBar({ base, own }: { base: TaskQuery; own: TaskQuery }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const chips = useFilterChips(own);
  const count = filterCount(own);
  const sort = own.sort ?? base.sort ?? "created";

  return (
    <div className="-mt-2 flex flex-wrap items-center gap-1.5 desk:mt-3">
      {chips.map((chip) => (
        <Chip
          key={chip.key}
          tone="accent"
          dismissLabel={t.filter.remove(chip.label)}
          onDismiss={() => setFilters(chip.without)}
        >
          {chip.label}
        </Chip>
      ))}
      <span className="ms-auto flex items-center">
        <Button
          ref={button}
          kind="quiet"
          aria-haspopup="dialog"
          aria-expanded={open}
          className="min-h-8 px-2 text-sm"
          onClick={() => setOpen(!open)}
          aria-label={count > 0 ? t.filter.active(count) : undefined}
        >
          <ListFilter aria-hidden size={15} />
          {t.filter.button}
        </Button>
        <select
          aria-label={t.filter.sort}
          title={t.filter.sort}
          value={sort}
          onChange={(event) => {
            const next = event.target.value as Sort;
            setFilters({
              ...own,
              sort: next === base.sort ? undefined : next,
              order: next === base.sort ? undefined : ORDER_OF[next],
            });
          }}
          className="text-muted hover:bg-hover hover:text-text min-h-8 rounded-lg bg-transparent ps-2 text-sm touch:min-h-11"
        >
          {SORTS.filter((one) => one !== "completed" || base.sort === "completed").map((one) => (
            <option key={one} value={one} className="bg-panel text-text">
              {t.filter.sorts[one]}
            </option>
          ))}
        </select>
      </span>
      {open && <FilterPanel anchor={button} base={base} own={own} onClose={() => setOpen(false)} />}
    </div>
  );
}
