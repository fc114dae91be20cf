"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useUser } from "@/features/account/session";
import { findTask, refreshSoon } from "@/features/tasks/cache";
import { t } from "@/lib/messages";
import { openTask } from "@/lib/url";
import { showToast } from "@/ui/toast";

const CHANGES = ["task.created", "task.updated", "task.completed", "task.deleted", "task.recurred"];
const FIRST_WAIT_MS = 2000;
const LONGEST_WAIT_MS = 60_000;

function remind(title: string, id: number): void {
  const text = t.reminder.toast(title);
  showToast({ text, action: { label: t.reminder.open, run: () => openTask(id) } });
  if (typeof Notification !== "undefined" && Notification.permission === "granted" && document.hidden) {
    const note = new Notification(title, { tag: `taskora-${id}`, icon: "/icon.svg" });
    note.onclick = () => {
      window.focus();
      openTask(id);
      note.close();
    };
  }
}

/** Hears from the server what changed elsewhere (another tab, the assistant, another device) and shows reminders. */
export function LiveUpdates() {
  const user = useUser();
  const client = useQueryClient();

  useEffect(() => {
    let source: EventSource | null = null;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let wait = FIRST_WAIT_MS;
    let opened = false;

    function listen() {
      source = new EventSource(`/api/${encodeURIComponent(user.id)}/events`);
      source.onopen = () => {
        // After a gap anything may have changed.
        if (opened) refreshSoon(client);
        opened = true;
        wait = FIRST_WAIT_MS;
      };
      source.onerror = () => {
        if (source?.readyState !== EventSource.CLOSED) return;
        timer = setTimeout(listen, wait);
        wait = Math.min(wait * 2, LONGEST_WAIT_MS);
      };
      for (const name of CHANGES) source.addEventListener(name, () => refreshSoon(client));
      source.addEventListener("reminder", (event) => {
        const data = JSON.parse((event as MessageEvent<string>).data) as { task_id?: number; title?: string };
        if (data.task_id === undefined) return;
        remind(data.title ?? findTask(client, data.task_id)?.title ?? t.detail.reminders, data.task_id);
      });
    }

    listen();
    return () => {
      clearTimeout(timer);
      source?.close();
    };
  }, [client, user.id]);

  return null;
}
