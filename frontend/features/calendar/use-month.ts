"use client";

import { useEffect, useMemo } from "react";
import { useTaskList } from "@/features/tasks/queries";
import type { IsoDate } from "@/lib/dates";

const MOST_PAGES = 20;

/** Every dated task between two days, both included. Comes through the same cache as the lists, so ticks show at once. */
export function useMonthTasks(from: IsoDate, to: IsoDate) {
  const query = useMemo(
    () => ({ status: "all", due_after: from, due_before: to, sort: "due", order: "asc" }) as const,
    [from, to],
  );
  const list = useTaskList(query);
  const pages = list.data?.pages.length ?? 0;
  const { hasNextPage, isFetching, fetchNextPage } = list;
  useEffect(() => {
    if (hasNextPage && !isFetching && pages < MOST_PAGES) void fetchNextPage();
  }, [hasNextPage, isFetching, pages, fetchNextPage]);
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  return { ...list, tasks };
}
