import { queryToUrl, type TaskQuery } from "@/lib/task-query";
import { changeUrl } from "@/lib/url";

const OWN_KEYS = ["q", "status", "priority", "tag", "project", "after", "before", "overdue", "sort", "order"];

/** Writes the filters into the address; whatever else is there (the open task, the project's id) stays. */
export function setFilters(query: TaskQuery): void {
  changeUrl((params) => {
    for (const key of OWN_KEYS) params.delete(key);
    queryToUrl(query).forEach((value, key) => params.append(key, value));
  });
}
