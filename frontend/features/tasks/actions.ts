"use client";

/** What a person can do to tasks. Each change shows at once, goes to the server, and comes back visibly if it fails. */
import { useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useUser } from "@/features/account/session";
import { api, withChange } from "@/lib/api/client";
import type { BulkRequest, Task, TaskInput, TaskPatch } from "@/lib/api/types";
import { dayLabel, today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { createStore } from "@/lib/store";
import { messageOf } from "@/ui/problem";
import { dismissToast, showToast } from "@/ui/toast";
import {
  dropTasks,
  findTask,
  keepQuiet,
  mapTask,
  moveInLists,
  refreshSoon,
  restore,
  snapshot,
  taskKey,
} from "./cache";
import { forget, remember, useUndo, type Undoable } from "./undo";

/** Rows whose change was refused: they shake once. */
export const refused = createStore<ReadonlySet<number>>(new Set());

const FADE_MS = 960;

function refuse(ids: number[]): void {
  refused.set(new Set(ids));
  setTimeout(() => refused.set(new Set()), 600);
}

type Written<T> = Promise<{ data: T; change: number | null }>;

export function useTaskActions() {
  const client = useQueryClient();
  const user = useUser();
  const undo = useUndo();

  return useMemo(() => {
    const path = (id: number) => ({ path: { user_id: user.id, task_id: id } });

    const offerUndo = (text: string, entry: Undoable) =>
      showToast({ text, action: { label: t.undo.action, run: () => void undo(entry) } });

    /** Runs a write whose effect is already on screen: toast with Undo now, rollback if it fails. */
    async function write<T>(
      send: Written<T>,
      said: string | null,
      ids: number[],
      rollback: () => void,
    ): Promise<T | null> {
      const changes = send.then(
        (answer) => (answer.change === null ? [] : [answer.change]),
        () => [],
      );
      const entry: Undoable = { changes, revert: rollback };
      remember(entry);
      if (said) entry.toast = offerUndo(said, entry);
      try {
        return (await send).data;
      } catch (error) {
        forget(entry);
        if (entry.toast !== undefined) dismissToast(entry.toast);
        rollback();
        refuse(ids);
        showToast({ text: `${messageOf(error)} ${t.errors.safe}`, tone: "error" });
        return null;
      } finally {
        refreshSoon(client);
      }
    }

    async function toggle(task: Task): Promise<void> {
      const completed = !task.completed;
      const set = (value: boolean) =>
        mapTask(client, task.id, (one) => ({
          ...one,
          completed: value,
          completed_at: value ? new Date().toISOString() : null,
        }));
      set(completed);
      keepQuiet(FADE_MS);
      const said = completed ? t.task.done(task.title) : t.task.reopened(task.title);
      const answer = await write(
        withChange(api.PATCH("/api/{user_id}/tasks/{task_id}/complete", { params: path(task.id) })),
        said,
        [task.id],
        () => set(!completed),
      );
      if (answer?.next?.due) {
        const when = dayLabel(answer.next.due.date, today(user.timezone), user.locale, t.days);
        showToast({
          text: t.task.doneNext(task.title, when),
          action: { label: t.undo.action, run: () => void undo() },
        });
      }
    }

    async function patch(
      task: Task,
      body: TaskPatch,
      shown: Partial<Task>,
      said: string | null = null,
    ): Promise<Task | null> {
      const before = task;
      mapTask(client, task.id, (one) => ({ ...one, ...shown }));
      const saved = await write(
        withChange(api.PATCH("/api/{user_id}/tasks/{task_id}", { params: path(task.id), body })),
        said,
        [task.id],
        () => mapTask(client, task.id, () => before),
      );
      if (saved) mapTask(client, task.id, () => saved);
      return saved;
    }

    async function remove(tasks: Task[]): Promise<void> {
      const ids = tasks.map((task) => task.id);
      const saved = snapshot(client);
      dropTasks(client, new Set(ids));
      const back = () => restore(client, saved);
      const [only] = tasks;
      if (tasks.length === 1 && only) {
        await write(
          withChange(api.DELETE("/api/{user_id}/tasks/{task_id}", { params: path(only.id) })),
          t.task.deleted(only.title),
          ids,
          back,
        );
      } else {
        await write(sendBulk({ ids, action: "delete" }), t.bulk.done.delete(ids.length), ids, back);
      }
      for (const id of ids) client.removeQueries({ queryKey: taskKey(id) });
    }

    /** Moves a task next to another one in the person's own order. */
    async function place(task: Task, target: number, side: "before" | "after"): Promise<void> {
      const saved = snapshot(client);
      moveInLists(client, task.id, target, side);
      const position = side === "before" ? { before: target } : { after: target };
      await write(
        withChange(
          api.PATCH("/api/{user_id}/tasks/{task_id}", { params: path(task.id), body: { position } }),
        ),
        null,
        [task.id],
        () => restore(client, saved),
      );
    }

    function sendBulk(body: BulkRequest) {
      return withChange(
        api.POST("/api/{user_id}/tasks/bulk", { params: { path: { user_id: user.id } }, body }),
      );
    }

    async function bulk(body: BulkRequest, shown: (task: Task) => Task): Promise<void> {
      const saved = snapshot(client);
      for (const id of body.ids) mapTask(client, id, shown);
      if (body.action === "complete") keepQuiet(FADE_MS);
      await write(sendBulk(body), t.bulk.done[body.action](body.ids.length), body.ids, () =>
        restore(client, saved),
      );
    }

    /** Adds one task and answers it; throws when the server refuses, so that the words can stay in the line. */
    async function create(input: TaskInput): Promise<{ task: Task; entry: Undoable }> {
      const { data, change } = await withChange(
        api.POST("/api/{user_id}/tasks", {
          params: {
            path: { user_id: user.id },
            header: { "Idempotency-Key": crypto.randomUUID?.() } as never,
          },
          body: input,
        }),
      );
      const entry: Undoable = {
        changes: Promise.resolve(change === null ? [] : [change]),
        revert: () => dropTasks(client, new Set([data.id])),
      };
      refreshSoon(client, 0);
      return { task: data, entry };
    }

    const find = (id: number) => findTask(client, id);
    const setDue = (ids: number[], due: Task["due"]) => {
      const [only] = ids;
      const task = ids.length === 1 && only !== undefined ? find(only) : undefined;
      if (task) return patch(task, { due }, { due });
      return bulk({ ids, action: "reschedule", due }, (one) => ({ ...one, due }));
    };
    const setPriority = (ids: number[], priority: Task["priority"]) => {
      const [only] = ids;
      const task = ids.length === 1 && only !== undefined ? find(only) : undefined;
      if (task) return patch(task, { priority }, { priority });
      return bulk({ ids, action: "priority", priority }, (one) => ({ ...one, priority }));
    };
    const move = (ids: number[], project: Task["project"]) => {
      const [only] = ids;
      const task = ids.length === 1 && only !== undefined ? find(only) : undefined;
      if (task) return patch(task, { project: project?.id ?? null }, { project });
      return bulk({ ids, action: "move", project: project?.id ?? null }, (one) => ({ ...one, project }));
    };
    const setTag = (ids: number[], name: string, on: boolean) => {
      const change = (tags: string[]) =>
        on ? [...tags.filter((tag) => tag !== name), name] : tags.filter((tag) => tag !== name);
      const [only] = ids;
      const task = ids.length === 1 && only !== undefined ? find(only) : undefined;
      if (task) return patch(task, { tags: change(task.tags) }, { tags: change(task.tags) });
      return bulk({ ids, action: on ? "tag" : "untag", tags: [name] }, (one) => ({
        ...one,
        tags: change(one.tags),
      }));
    };
    const setCompleted = (ids: number[], completed: boolean) =>
      bulk({ ids, action: completed ? "complete" : "reopen" }, (one) => ({ ...one, completed }));

    return {
      toggle,
      patch,
      place,
      remove,
      create,
      find,
      setDue,
      setPriority,
      move,
      setTag,
      setCompleted,
      undo,
    };
  }, [client, user, undo]);
}

export type TaskActions = ReturnType<typeof useTaskActions>;
