"use client";

/** Sample tasks for a new Inbox: added with one click, removed with one. This browser remembers which they are. */
import { useEffect, useState } from "react";
import { useUser } from "@/features/account/session";
import { addDays, today } from "@/lib/dates";
import type { TaskInput } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { createStore, useStore } from "@/lib/store";
import { Button } from "@/ui/button";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { useTaskActions } from "./actions";

const KEY = "taskora.samples";
const samples = createStore<{ user: string; ids: number[] } | null>(null);

function load(user: string): void {
  try {
    const saved: unknown = JSON.parse(window.localStorage.getItem(KEY) ?? "null");
    const found = saved as { user?: unknown; ids?: unknown } | null;
    const ids = Array.isArray(found?.ids) ? found.ids.filter((id): id is number => Number.isInteger(id)) : [];
    samples.set({ user, ids: found?.user === user ? ids : [] });
  } catch {
    samples.set({ user, ids: [] });
  }
}

function save(user: string, ids: number[]): void {
  samples.set({ user, ids });
  try {
    window.localStorage.setItem(KEY, JSON.stringify({ user, ids }));
  } catch {
    // Without storage the offer to remove them ends with this page.
  }
}

function sampleTasks(now: string): TaskInput[] {
  return [
    {
      title: "Get to know Taskora",
      priority: "high",
      due: { date: now },
      steps: [
        { title: "Write a task with a date, like “Call Mom tomorrow at 5pm”" },
        { title: "Tick something off, then undo it" },
        { title: "Ask the assistant what is due this week" },
      ],
    },
    {
      title: "Water the plants",
      due: { date: addDays(now, 1) },
      recurrence: { rrule: "FREQ=DAILY;INTERVAL=3" },
      priority: "low",
    },
    {
      title: "Plan something nice for the weekend",
      description: "Press **?** to see every key.",
      tags: ["ideas"],
    },
  ];
}

export function useSamples() {
  const user = useUser();
  const actions = useTaskActions();
  const known = useStore(samples);
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    if (samples.get()?.user !== user.id) load(user.id);
  }, [user.id]);

  async function add() {
    setBusy(true);
    const ids: number[] = [];
    try {
      for (const sample of sampleTasks(today(user.timezone)))
        ids.push((await actions.create(sample)).task.id);
      showToast({ text: t.empty.samplesAdded });
    } catch (error) {
      showToast({ text: messageOf(error), tone: "error" });
    }
    save(user.id, ids);
    setBusy(false);
  }

  async function remove() {
    setBusy(true);
    const present = (known?.ids ?? []).flatMap((id) => actions.find(id) ?? []);
    save(user.id, []);
    if (present.length > 0) await actions.remove(present);
    setBusy(false);
  }

  return { ids: known?.user === user.id ? known.ids : [], busy, add, remove };
}

/** The quiet line above a list that still holds sample tasks. */
export function SamplesNote({ shown }: { shown: readonly number[] }) {
  const { ids, busy, remove } = useSamples();
  if (!ids.some((id) => shown.includes(id))) return null;
  return (
    <p className="text-muted mt-6 flex flex-wrap items-center gap-x-3 px-2 text-sm">
      {t.empty.samplesNote}
      <Button
        kind="quiet"
        className="px-2 text-sm underline underline-offset-2"
        disabled={busy}
        onClick={() => void remove()}
      >
        {t.empty.samplesRemove}
      </Button>
    </p>
  );
}

export function AddSamples() {
  const { busy, add } = useSamples();
  return (
    <Button kind="quiet" className="mt-4" disabled={busy} onClick={() => void add()}>
      {t.empty.samples}
    </Button>
  );
}
