"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent, type ReactNode, type RefObject } from "react";
import { useUser } from "@/features/account/session";
import { FILTERS } from "@/features/filters/queries";
import { useProjects } from "@/features/projects/queries";
import { useTags } from "@/features/tags/queries";
import { COUNTS } from "@/features/tasks/cache";
import { api, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { clean, filterCount, PRIORITIES, STATUSES, type Status, type TaskQuery } from "@/lib/task-query";
import { Button } from "@/ui/button";
import { inputStyle, SelectField, TextField } from "@/ui/field";
import { Popover } from "@/ui/popover";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { setFilters } from "./filters-in-url";

type PanelProps = { anchor: RefObject<Element | null>; base: TaskQuery; own: TaskQuery; onClose: () => void };

function toggled<T>(all: T[] | undefined, value: T): T[] {
  return all?.includes(value) ? all.filter((one) => one !== value) : [...(all ?? []), value];
}

function Group({ title, children }: { title: string; children: ReactNode }) {
  return (
    <fieldset className="grid gap-1.5">
      <legend className="text-muted mb-1.5 text-sm font-medium">{title}</legend>
      <div className="flex flex-wrap gap-1.5">{children}</div>
    </fieldset>
  );
}

function Choice({ on, onPick, children }: { on: boolean; onPick: () => void; children: ReactNode }) {
  return (
    <button
      type="button"
      aria-pressed={on}
      onClick={onPick}
      className={`min-h-8 rounded-full border px-3 text-sm touch:min-h-11 ${on ? "border-accent bg-accent-soft text-accent font-medium" : "border-line hover:bg-hover"}`}
    >
      {children}
    </button>
  );
}

export default function FilterPanel({ anchor, base, own, onClose }: PanelProps) {
  const projects = useProjects().filter((project) => !project.archived);
  const tags = useTags();
  const set = (change: TaskQuery) => setFilters(clean({ ...own, ...change }));
  const status = own.status ?? base.status ?? "all";

  return (
    <Popover
      anchor={anchor}
      label={t.filter.button}
      onClose={onClose}
      className="w-[min(24rem,calc(100vw-1.5rem))]"
    >
      <div className="grid gap-4 p-3">
        <SelectField
          label={t.filter.status}
          value={status}
          onChange={(event) => {
            const next = event.target.value as Status;
            set({ status: next === base.status ? undefined : next });
          }}
        >
          {STATUSES.map((one) => (
            <option key={one} value={one}>
              {t.filter.statuses[one]}
            </option>
          ))}
        </SelectField>
        <Group title={t.task.priority}>
          {PRIORITIES.map((one) => (
            <Choice
              key={one}
              on={own.priority?.includes(one) ?? false}
              onPick={() => set({ priority: toggled(own.priority, one) })}
            >
              {t.task.priorities[one]}
            </Choice>
          ))}
        </Group>
        {!base.project && projects.length > 0 && (
          <Group title={t.lists.projects}>
            {[
              { id: "inbox", name: t.filter.inbox },
              ...projects.map(({ id, name }) => ({ id: String(id), name })),
            ].map((one) => (
              <Choice
                key={one.id}
                on={own.project?.includes(one.id) ?? false}
                onPick={() => set({ project: toggled(own.project, one.id) })}
              >
                {one.name}
              </Choice>
            ))}
          </Group>
        )}
        {!base.tags && tags.length > 0 && (
          <Group title={t.lists.tags}>
            {tags.map((tag) => (
              <Choice
                key={tag.id}
                on={own.tags?.includes(tag.name) ?? false}
                onPick={() => set({ tags: toggled(own.tags, tag.name) })}
              >
                @{tag.name}
              </Choice>
            ))}
          </Group>
        )}
        <div className="grid grid-cols-2 gap-3">
          <TextField
            type="date"
            label={t.filter.after}
            value={own.due_after ?? ""}
            onChange={(event) => set({ due_after: event.target.value || undefined })}
          />
          <TextField
            type="date"
            label={t.filter.before}
            value={own.due_before ?? ""}
            onChange={(event) => set({ due_before: event.target.value || undefined })}
          />
        </div>
        <div>
          <Choice on={own.overdue ?? false} onPick={() => set({ overdue: own.overdue ? undefined : true })}>
            {t.filter.overdue}
          </Choice>
        </div>
        {(filterCount(own) > 0 || own.search) && (
          <>
            <SaveFilter query={clean({ ...base, ...own })} />
            <Button
              kind="quiet"
              onClick={() => setFilters(clean({ search: own.search, sort: own.sort, order: own.order }))}
            >
              {t.filter.clear}
            </Button>
          </>
        )}
      </div>
    </Popover>
  );
}

function SaveFilter({ query }: { query: TaskQuery }) {
  const user = useUser();
  const client = useQueryClient();
  const [name, setName] = useState("");

  async function save(event: FormEvent) {
    event.preventDefault();
    const wanted = name.trim();
    if (!wanted) return;
    try {
      await unwrap(
        api.POST("/api/{user_id}/filters", {
          params: { path: { user_id: user.id } },
          body: { name: wanted, query: query as never },
        }),
      );
      setName("");
      void client.invalidateQueries({ queryKey: FILTERS });
      void client.invalidateQueries({ queryKey: COUNTS });
      showToast({ text: t.filter.saved(wanted) });
    } catch (error) {
      showToast({ text: messageOf(error), tone: "error" });
    }
  }

  return (
    <form onSubmit={save} className="border-line flex gap-2 border-t pt-3">
      <input
        aria-label={t.filter.saveName}
        placeholder={t.filter.saveName}
        maxLength={100}
        value={name}
        onChange={(event) => setName(event.target.value)}
        className={inputStyle}
      />
      <Button type="submit" className="shrink-0">
        {t.filter.save}
      </Button>
    </form>
  );
}
