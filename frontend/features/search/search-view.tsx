"use client";

import { Search, X } from "lucide-react";
import { useSearchParams } from "next/navigation";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTaskList } from "@/features/tasks/queries";
import { TaskList } from "@/features/tasks/task-list";
import { t } from "@/lib/messages";
import { clean, filterCount, queryFromUrl, type TaskQuery } from "@/lib/task-query";
import { IconButton } from "@/ui/button";
import { LoadProblem } from "@/ui/problem";
import { RowSkeleton } from "@/ui/skeleton";
import { FilterBar } from "./filter-bar";
import { setFilters } from "./filters-in-url";

const BASE: TaskQuery = { status: "all" };
const DEBOUNCE_MS = 120;

export function SearchView() {
  const params = useSearchParams();
  const own = useMemo(() => queryFromUrl(params), [params]);
  const [text, setText] = useState(own.search ?? "");
  const field = useRef<HTMLInputElement>(null);
  const written = useRef(own.search ?? "");

  // The address is the truth; what is typed goes there with a short delay, what comes from there (back button) comes here.
  useEffect(() => {
    const search = own.search ?? "";
    if (search !== written.current) {
      written.current = search;
      setText(search);
    }
  }, [own.search]);
  useEffect(() => {
    const wanted = text.trim();
    if (wanted === written.current) return;
    const timer = setTimeout(() => {
      written.current = wanted;
      setFilters(clean({ ...queryFromUrl(new URLSearchParams(window.location.search)), search: wanted }));
    }, DEBOUNCE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  useEffect(() => field.current?.focus(), []);

  const asked = Boolean(own.search) || filterCount(own) > 0;
  const query = useMemo(() => clean({ ...BASE, ...own }), [own]);
  const list = useTaskList(query, asked);
  const tasks = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const total = list.data?.pages[0]?.total ?? 0;

  return (
    <>
      <h1 tabIndex={-1} className="mb-4 text-2xl font-bold tracking-tight outline-none">
        {t.lists.search}
      </h1>
      <div role="search" className="relative">
        <Search
          aria-hidden
          size={18}
          className="text-muted pointer-events-none absolute start-3.5 top-[15px]"
        />
        <input
          ref={field}
          data-search
          type="search"
          value={text}
          maxLength={200}
          aria-label={t.search.label}
          placeholder={t.search.placeholder}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          className="bg-panel border-edge shadow-card min-h-12 w-full rounded-xl border ps-10 pe-12 text-lg [&::-webkit-search-cancel-button]:hidden"
        />
        {text && (
          <IconButton
            label={t.search.clear}
            className="absolute end-2 top-2 touch:top-0.5"
            onClick={() => (setText(""), field.current?.focus())}
          >
            <X aria-hidden size={17} />
          </IconButton>
        )}
      </div>
      <div className="mt-4 desk:mt-0">
        <FilterBar base={BASE} own={own} />
      </div>
      <p role="status" className="text-muted mt-3 px-2 text-sm">
        {asked && list.data ? t.task.count(total) : ""}
      </p>
      {!asked ? (
        <p className="text-muted px-2 py-10 text-center">{t.search.start}</p>
      ) : list.isError && !list.data ? (
        <LoadProblem error={list.error} title={t.errors.load} retry={() => void list.refetch()} />
      ) : !list.data ? (
        <RowSkeleton rows={3} />
      ) : tasks.length === 0 ? (
        <div className="px-2 py-10 text-center">
          <p className="font-medium">{own.search ? t.search.none(own.search) : t.filter.noMatch}</p>
          <p className="text-muted">{t.search.hint}</p>
        </div>
      ) : (
        <TaskList
          name={t.lists.search}
          tasks={tasks}
          grouping="none"
          pendingOnly={query.status === "pending"}
          more={
            list.hasNextPage
              ? { load: () => void list.fetchNextPage(), loading: list.isFetchingNextPage }
              : null
          }
        />
      )}
    </>
  );
}
