"use client";

import { useSearchParams } from "next/navigation";
import { useMemo, type ReactNode } from "react";
import { FilterBar } from "@/features/search/filter-bar";
import { QuickAdd } from "@/features/quick-add/quick-add";
import type { Defaults } from "@/features/quick-add/reading";
import { t } from "@/lib/messages";
import { clean, filterCount, queryFromUrl, type TaskQuery } from "@/lib/task-query";
import { useDesk } from "@/lib/use-media";
import { LoadProblem } from "@/ui/problem";
import { RowSkeleton } from "@/ui/skeleton";
import type { Grouping } from "./groups";
import { useTaskList } from "./queries";
import { SamplesNote } from "./samples";
import { TaskList } from "./task-list";

type ViewProps = {
  title: ReactNode;
  name: string;
  subtitle?: (total: number) => string;
  base: TaskQuery;
  grouping?: Grouping;
  defaults?: Defaults;
  empty: ReactNode;
  hideProject?: boolean;
  actions?: ReactNode;
  quickAdd?: boolean;
};

/** The frame of every list: its name, the line to write in, the filters of the URL, and the tasks. */
export function TaskView(props: ViewProps) {
  const {
    title,
    name,
    subtitle,
    base,
    grouping = "none",
    defaults,
    empty,
    hideProject,
    actions,
    quickAdd = true,
  } = props;
  const params = useSearchParams();
  const desk = useDesk();
  const own = useMemo(() => queryFromUrl(params), [params]);
  const query = useMemo(() => clean({ ...base, ...own }), [base, own]);
  const list = useTaskList(query);
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? 0;
  const filtered = filterCount(own) > 0 || Boolean(own.search);
  // Sections by day make no sense in another order.
  const sections = own.sort && own.sort !== base.sort ? "none" : grouping;

  return (
    <>
      <header className="mb-4 flex items-start gap-3">
        <div className="min-w-0 flex-1">
          <h1
            tabIndex={-1}
            className="flex items-center gap-2.5 text-2xl font-bold tracking-tight outline-none [overflow-wrap:anywhere]"
          >
            {title}
          </h1>
          <p className="text-muted min-h-6">
            {list.data
              ? (subtitle?.(total) ?? (total > 0 ? t.task.count(total) : ""))
              : (subtitle?.(0) ?? "")}
          </p>
        </div>
        {actions}
      </header>
      {quickAdd && desk && <QuickAdd defaults={defaults} />}
      {(tasks.length > 0 || filtered || !list.data) && <FilterBar base={base} own={own} />}
      {list.isError && !list.data ? (
        <LoadProblem error={list.error} title={t.errors.load} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <RowSkeleton />
      ) : tasks.length === 0 ? (
        filtered ? (
          <p className="text-muted px-2 py-12 text-center">{t.filter.noMatch}</p>
        ) : (
          empty
        )
      ) : (
        <>
          <SamplesNote shown={tasks.map((task) => task.id)} />
          <TaskList
            name={name}
            tasks={tasks}
            grouping={sections}
            pendingOnly={query.status === "pending"}
            hideProject={hideProject}
            manual={query.sort === "manual"}
            more={
              list.hasNextPage
                ? { load: () => void list.fetchNextPage(), loading: list.isFetchingNextPage }
                : null
            }
          />
        </>
      )}
    </>
  );
}
