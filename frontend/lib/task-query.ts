/** The filters of a list, in the URL and in the API. `/all?q=milk&priority=high&tag=home&sort=due` is such a list. */
export const PRIORITIES = ["urgent", "high", "medium", "low"] as const;
export const SORTS = ["created", "due", "priority", "title", "manual", "completed"] as const;
export const STATUSES = ["pending", "completed", "all"] as const;
export type Priority = (typeof PRIORITIES)[number];
export type Sort = (typeof SORTS)[number];
export type Status = (typeof STATUSES)[number];

export type TaskQuery = {
  status?: Status;
  sort?: Sort;
  order?: "asc" | "desc";
  search?: string;
  priority?: Priority[];
  tags?: string[];
  project?: string[];
  due_before?: string;
  due_after?: string;
  overdue?: boolean;
};

const ISO_DATE = /^\d{4}-\d{2}-\d{2}$/;

function oneOf<T extends string>(value: string | null, allowed: readonly T[]): T | undefined {
  return allowed.find((item) => item === value);
}

function dateOf(value: string | null): string | undefined {
  return value && ISO_DATE.test(value) ? value : undefined;
}

/** Reads what a URL asks for; what makes no sense is left out, so that a mangled link still opens a list. */
export function queryFromUrl(params: URLSearchParams): TaskQuery {
  const priority = params
    .getAll("priority")
    .filter((value): value is Priority => PRIORITIES.includes(value as Priority));
  const query: TaskQuery = {
    status: oneOf(params.get("status"), STATUSES),
    sort: oneOf(params.get("sort"), SORTS),
    order: oneOf(params.get("order"), ["asc", "desc"] as const),
    search: params.get("q")?.trim() || undefined,
    priority: priority.length ? priority : undefined,
    tags: params.getAll("tag").filter(Boolean),
    project: params.getAll("project").filter((value) => value === "inbox" || /^\d+$/.test(value)),
    due_before: dateOf(params.get("before")),
    due_after: dateOf(params.get("after")),
    overdue: params.get("overdue") === "true" || undefined,
  };
  return clean(query);
}

/** The same query as URL parameters, in a fixed order. */
export function queryToUrl(query: TaskQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.search) params.set("q", query.search);
  if (query.status) params.set("status", query.status);
  for (const value of query.priority ?? []) params.append("priority", value);
  for (const value of query.tags ?? []) params.append("tag", value);
  for (const value of query.project ?? []) params.append("project", value);
  if (query.due_after) params.set("after", query.due_after);
  if (query.due_before) params.set("before", query.due_before);
  if (query.overdue) params.set("overdue", "true");
  if (query.sort) params.set("sort", query.sort);
  if (query.order) params.set("order", query.order);
  return params;
}

/** Without empty values: two queries that mean the same are equal as JSON. */
export function clean(query: TaskQuery): TaskQuery {
  const kept = Object.entries(query).filter(
    ([, value]) => value !== undefined && value !== "" && !(Array.isArray(value) && value.length === 0),
  );
  return Object.fromEntries(kept) as TaskQuery;
}

/** How many filters (not the sorting) a person has set. */
export function filterCount(query: TaskQuery): number {
  const filters = clean({ ...query, sort: undefined, order: undefined, search: undefined });
  return Object.values(filters).reduce<number>(
    (sum, value) => sum + (Array.isArray(value) ? value.length : 1),
    0,
  );
}
