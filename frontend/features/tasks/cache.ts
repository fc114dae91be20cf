/** The tasks that the page holds: changed at once when a person acts, and asked for again soon after. */
import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Task, TaskPage } from "@/lib/api/types";

export const TASKS = ["tasks"] as const;
export const taskKey = (id: number) => ["task", id] as const;
export const COUNTS = ["counts"] as const;
export type TaskPages = InfiniteData<TaskPage, string | null>;

function mapPages(client: QueryClient, change: (items: Task[]) => Task[]): void {
  client.setQueriesData<TaskPages>({ queryKey: TASKS }, (data) => {
    if (!data) return data;
    let touched = false;
    const pages = data.pages.map((page) => {
      const items = change(page.items);
      if (items === page.items) return page;
      touched = true;
      return { ...page, items, total: page.total + items.length - page.items.length };
    });
    return touched ? { ...data, pages } : data;
  });
}

/** Applies a change to one task wherever it is shown. */
export function mapTask(client: QueryClient, id: number, change: (task: Task) => Task): void {
  mapPages(client, (items) =>
    items.some((task) => task.id === id)
      ? items.map((task) => (task.id === id ? change(task) : task))
      : items,
  );
  client.setQueryData<Task>(taskKey(id), (task) => (task ? change(task) : task));
}

/** Puts a task next to another one in every list that shows both. */
export function moveInLists(client: QueryClient, id: number, target: number, side: "before" | "after"): void {
  client.setQueriesData<TaskPages>({ queryKey: TASKS }, (data) => {
    const all = data?.pages.flatMap((page) => page.items) ?? [];
    const moved = all.find((task) => task.id === id);
    if (!data || !moved || !all.some((task) => task.id === target)) return data;
    const rest = all.filter((task) => task.id !== id);
    const at = rest.findIndex((task) => task.id === target) + (side === "after" ? 1 : 0);
    const ordered = [...rest.slice(0, at), moved, ...rest.slice(at)];
    let from = 0;
    const pages = data.pages.map((page) => {
      const items = ordered.slice(from, from + page.items.length);
      from += page.items.length;
      return { ...page, items };
    });
    return { ...data, pages };
  });
}

/** Takes tasks out of every list. */
export function dropTasks(client: QueryClient, ids: ReadonlySet<number>): void {
  mapPages(client, (items) =>
    items.some((task) => ids.has(task.id)) ? items.filter((task) => !ids.has(task.id)) : items,
  );
}

export function findTask(client: QueryClient, id: number): Task | undefined {
  const single = client.getQueryData<Task>(taskKey(id));
  if (single) return single;
  for (const [, data] of client.getQueriesData<TaskPages>({ queryKey: TASKS })) {
    for (const page of data?.pages ?? []) {
      const found = page.items.find((task) => task.id === id);
      if (found) return found;
    }
  }
  return undefined;
}

export type Snapshot = [readonly unknown[], TaskPages | undefined][];

export function snapshot(client: QueryClient): Snapshot {
  return client.getQueriesData<TaskPages>({ queryKey: TASKS }) as Snapshot;
}

export function restore(client: QueryClient, saved: Snapshot): void {
  for (const [key, data] of saved) client.setQueryData(key, data);
}

let quietUntil = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Holds back list updates while a completed row fades out, so that it does not vanish under the eyes. */
export function keepQuiet(milliseconds: number): void {
  quietUntil = Math.max(quietUntil, Date.now() + milliseconds);
}

/** Asks for lists and counts again, once for any number of calls. */
export function refreshSoon(client: QueryClient, delay = 120): void {
  clearTimeout(timer);
  const wait = Math.max(delay, quietUntil - Date.now());
  void client.invalidateQueries({ queryKey: COUNTS });
  timer = setTimeout(() => {
    void client.invalidateQueries({ queryKey: TASKS });
    void client.invalidateQueries({ queryKey: ["task"] });
    void client.invalidateQueries({ queryKey: ["projects"] });
    void client.invalidateQueries({ queryKey: ["tags"] });
    void client.invalidateQueries({ queryKey: ["filters"] });
  }, wait);
}
