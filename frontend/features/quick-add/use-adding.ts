"use client";

import { useState } from "react";
import { useTaskActions } from "@/features/tasks/actions";
import { remember, type Undoable } from "@/features/tasks/undo";
import { t } from "@/lib/messages";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { inputOf, type Defaults, type Viewer } from "./reading";
import type { Field, Line } from "./use-line";
import { useParse, type Understood } from "./use-reading";

const MAX_TITLE = 200;
const MAX_LINE = 1000;

/** Sends what the line means. Words that could not be saved stay where they are. */
export function useAdding(line: Line, field: Field, defaults: Defaults, viewer: Viewer) {
  const actions = useTaskActions();
  const parse = useParse();
  const [busy, setBusy] = useState(false);

  function offerUndo(text: string, entry: Undoable | null, failed = false) {
    const action = entry ? { label: t.undo.action, run: () => void actions.undo(entry) } : undefined;
    const toast = showToast({ text, tone: failed ? "error" : "plain", action });
    if (entry) entry.toast = toast;
  }

  /** Adds the line; what was understood of an older text is asked for again first. */
  async function addOne(understood: Understood | null): Promise<boolean> {
    const { text, ignored } = line;
    if (!text.trim() || busy) return false;
    setBusy(true);
    try {
      const fresh = understood?.text === text && understood.ignored === ignored;
      const reading = fresh ? understood.reading : await parse(text, ignored);
      if (Array.from(reading.title.trim()).length > MAX_TITLE) {
        offerUndo(t.quickAdd.tooLong, null, true);
        return false;
      }
      const { task, entry } = await actions.create(inputOf(reading, line.kept(defaults), viewer));
      remember(entry);
      offerUndo(
        task.project ? t.quickAdd.addedTo(task.title, task.project.name) : t.quickAdd.added(task.title),
        entry,
      );
      line.reset();
      return true;
    } catch (error) {
      offerUndo(`${messageOf(error)} ${t.errors.safe}`, null, true);
      return false;
    } finally {
      setBusy(false);
      field.current?.focus();
    }
  }

  /** Adds many lines as one undoable change; answers the lines that could not be added. */
  async function addMany(lines: string[]): Promise<string[]> {
    setBusy(true);
    const done: Undoable[] = [];
    let problem: unknown = null;
    for (const text of lines) {
      try {
        const reading = await parse(text.slice(0, MAX_LINE), []);
        done.push((await actions.create(inputOf(reading, line.kept(defaults), viewer))).entry);
      } catch (error) {
        problem = error;
        break;
      }
    }
    const entry: Undoable = {
      changes: Promise.all(done.map((one) => one.changes)).then((each) => each.flat()),
      revert: () => done.forEach((one) => one.revert?.()),
    };
    if (done.length > 0) remember(entry);
    const said = problem
      ? `${t.quickAdd.addedSome(done.length, lines.length)} ${messageOf(problem)}`
      : t.quickAdd.addedMany(done.length);
    offerUndo(said, done.length > 0 ? entry : null, problem !== null);
    setBusy(false);
    field.current?.focus();
    return lines.slice(done.length);
  }

  return { busy, addOne, addMany };
}
