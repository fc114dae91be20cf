"use client";

/**
 * Changes the query part of the address without a page load: `useSearchParams` hears of it, the back button undoes a
 * `push`. Filters replace (typing must not fill the history), opening a task pushes.
 */
export function changeUrl(
  change: (params: URLSearchParams) => void,
  mode: "push" | "replace" = "replace",
): void {
  const params = new URLSearchParams(window.location.search);
  change(params);
  const query = params.toString();
  const next = window.location.pathname + (query ? `?${query}` : "");
  if (next === window.location.pathname + window.location.search) return;
  if (mode === "push") window.history.pushState(null, "", next);
  else window.history.replaceState(null, "", next);
}

export function openTask(id: number): void {
  const already = new URLSearchParams(window.location.search).has("task");
  changeUrl((params) => params.set("task", String(id)), already ? "replace" : "push");
}

export function closeTask(): void {
  changeUrl((params) => params.delete("task"));
}
