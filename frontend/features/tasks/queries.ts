"use client";

import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { Task, TaskPage } from "@/lib/api/types";
import type { TaskQuery } from "@/lib/task-query";
import { COUNTS, findTask, taskKey, TASKS } from "./cache";

const PAGE_SIZE = 100;

/** One list of tasks, page by page. While a search is typed, the former answer stays until the next is there. */
export function useTaskList(query: TaskQuery, enabled = true) {
  const user = useUser();
  return useInfiniteQuery({
    queryKey: [...TASKS, query],
    enabled,
    initialPageParam: null as string | null,
    getNextPageParam: (page: TaskPage) => page.next_cursor,
    placeholderData: query.search ? keepPreviousData : undefined,
    queryFn: ({ pageParam, signal }): Promise<TaskPage> =>
      unwrap(
        api.GET("/api/{user_id}/tasks", {
          params: {
            path: { user_id: user.id },
            query: { ...query, limit: PAGE_SIZE, ...(pageParam ? { cursor: pageParam } : {}) },
          },
          signal,
        }),
      ),
  });
}

export function useTask(id: number) {
  const user = useUser();
  const client = useQueryClient();
  return useQuery({
    queryKey: taskKey(id),
    placeholderData: findTask(client, id),
    queryFn: ({ signal }): Promise<Task> =>
      unwrap(
        api.GET("/api/{user_id}/tasks/{task_id}", {
          params: { path: { user_id: user.id, task_id: id } },
          signal,
        }),
      ),
  });
}

export function useCounts() {
  const user = useUser();
  return useQuery({
    queryKey: COUNTS,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/{user_id}/counts", { params: { path: { user_id: user.id } }, signal })),
  }).data;
}
