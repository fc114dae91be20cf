"use client";

/** The keyboard of the whole page: one listener, one table. Single letters can be switched off in the settings. */
import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { focusQuickAdd } from "@/features/quick-add/draft";
import { useTaskActions, type TaskActions } from "@/features/tasks/actions";
import { openPicker, picker, type PickerKind } from "@/features/tasks/picker";
import { focusedTask, focusNeighbour, moveFocus, rowOf, rowOrder } from "@/features/tasks/row-focus";
import { clearSelection, selection, toggleSelected } from "@/features/tasks/selection";
import { assistantOpen, hotkeys } from "@/lib/preferences";
import { createStore } from "@/lib/store";
import { closeTask, openTask } from "@/lib/url";

/** The full-screen helper that is open: commands or the list of keys. */
export const overlay = createStore<"palette" | "keys" | null>(null);

const SEQUENCE_MS = 900;
const PLACES: Record<string, string> = {
  i: "/inbox",
  t: "/today",
  u: "/upcoming",
  a: "/all",
  c: "/completed",
  s: "/settings",
};
const PICKERS: Record<string, PickerKind> = { d: "due", p: "priority", t: "tags", m: "project" };

type Context = { actions: TaskActions; go: (path: string) => void };

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

function targets(): number[] {
  if (selection.get().size > 0) return [...selection.get()];
  const id = focusedTask() ?? (Number(new URLSearchParams(window.location.search).get("task")) || null);
  return id === null ? [] : [id];
}

function talk(go: Context["go"]): void {
  const field = () => document.querySelector<HTMLTextAreaElement>("textarea[data-chat]");
  if (field()) return field()?.focus();
  if (!window.matchMedia("(min-width: 75rem)").matches) return go("/assistant");
  closeTask();
  assistantOpen.set("open");
  setTimeout(() => field()?.focus(), 150);
}

function complete({ actions }: Context): boolean {
  const ids = targets();
  const tasks = ids.flatMap((id) => actions.find(id) ?? []);
  const [only] = tasks;
  if (!only) return false;
  if (tasks.length > 1) {
    clearSelection();
    void actions.setCompleted(ids, !tasks.every((task) => task.completed));
  } else {
    clearSelection();
    if (!only.completed) focusNeighbour(only.id);
    void actions.toggle(only);
  }
  return true;
}

function remove({ actions }: Context): boolean {
  const tasks = targets().flatMap((id) => actions.find(id) ?? []);
  const [first] = tasks;
  if (!first) return false;
  if (tasks.length === 1) focusNeighbour(first.id);
  clearSelection();
  closeTask();
  void actions.remove(tasks);
  return true;
}

function pick(kind: PickerKind): boolean {
  const ids = targets();
  const [first] = ids;
  if (first === undefined) return false;
  const anchor = rowOf(first) ?? document.querySelector("[data-detail-title]");
  if (anchor) openPicker(kind, ids, anchor);
  return anchor !== null;
}

/** Moves the focused task by one place, where the order is the person's own. */
function reorder(step: 1 | -1, { actions }: Context): boolean {
  const id = focusedTask();
  const task = id === null ? undefined : actions.find(id);
  if (!task || !rowOf(task.id)?.closest("[data-manual]")) return false;
  const order = rowOrder();
  const target = order[order.indexOf(task.id) + step];
  if (target !== undefined) void actions.place(task, target, step === 1 ? "after" : "before");
  return true;
}

/** Runs what a single key stands for; answers whether it did something. */
function single(key: string, context: Context): boolean {
  const kind = PICKERS[key];
  if (kind) return pick(kind);
  const focused = focusedTask();
  switch (key) {
    case "j":
    case "ArrowDown":
      return moveFocus(1);
    case "k":
    case "ArrowUp":
      return moveFocus(-1);
    case "x":
      if (focused !== null) toggleSelected(focused);
      return focused !== null;
    case "e":
    case "Enter":
      if (focused !== null) openTask(focused);
      return focused !== null;
    case " ":
      return complete(context);
    case "#":
    case "Delete":
      return remove(context);
    case "q":
      focusQuickAdd();
      return true;
    case "/": {
      const field = document.querySelector<HTMLInputElement>("input[data-search]");
      if (field) field.focus();
      else context.go("/search");
      return true;
    }
    case "a":
      talk(context.go);
      return true;
    case "?":
      overlay.set("keys");
      return true;
    default:
      return false;
  }
}

// These work whatever the setting says: they are no letters, and a row has the focus.
const ALWAYS = new Set(["ArrowDown", "ArrowUp", " ", "Enter", "Delete"]);

export function Hotkeys() {
  const actions = useTaskActions();
  const router = useRouter();

  useEffect(() => {
    let waiting = -Infinity;
    const context: Context = { actions, go: (path) => router.push(path) };

    function press(event: KeyboardEvent) {
      if (event.defaultPrevented || event.isComposing) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.altKey && event.key.toLowerCase() === "k") {
        event.preventDefault();
        overlay.set((open) => (open === "palette" ? null : "palette"));
        return;
      }
      if (isTyping(event.target)) return;
      if (
        picker.get() ||
        overlay.get() ||
        document.querySelector("[role=dialog][data-state=open]:not([data-keys])")
      )
        return;
      if (command && !event.shiftKey && event.key.toLowerCase() === "z") {
        event.preventDefault();
        void actions.undo();
        return;
      }
      if (event.altKey && !command && (event.key === "ArrowDown" || event.key === "ArrowUp")) {
        if (reorder(event.key === "ArrowDown" ? 1 : -1, context)) event.preventDefault();
        return;
      }
      if (command || event.altKey) return;
      if (event.key === "Escape") {
        if (selection.get().size > 0) clearSelection();
        else {
          const open = Number(new URLSearchParams(window.location.search).get("task"));
          closeTask();
          if (open) rowOf(open)?.querySelector<HTMLElement>("[data-title]")?.focus();
        }
        return;
      }
      const inRow = event.target instanceof Element && event.target.closest("[data-title]") !== null;
      const onControl =
        event.target instanceof Element &&
        event.target.closest("button, a, [role=checkbox]") !== null &&
        !inRow;
      if (
        ALWAYS.has(event.key) &&
        (onControl || (!inRow && event.key !== "ArrowDown" && event.key !== "ArrowUp"))
      )
        return;
      if (!ALWAYS.has(event.key) && hotkeys.get() === "off") return;
      if (event.timeStamp - waiting < SEQUENCE_MS) {
        waiting = -Infinity;
        const place = PLACES[event.key];
        if (place) {
          event.preventDefault();
          router.push(place);
        }
        return;
      }
      if (event.key === "g") {
        waiting = event.timeStamp;
        return;
      }
      if (single(event.key, context)) event.preventDefault();
    }

    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [actions, router]);

  return null;
}
