"use client";

import { X } from "lucide-react";
import { useState } from "react";
import type { Step, Task } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { IconButton } from "@/ui/button";
import { useTaskActions } from "../actions";
import { Tick } from "../tick";

type Draft = { id?: number; title: string; completed: boolean };

/** Checkable steps with a bar that shows how far along they are. */
export function StepsField({ task }: { task: Task }) {
  const actions = useTaskActions();
  const [text, setText] = useState("");
  const done = task.steps.filter((step) => step.completed).length;

  function save(steps: Draft[]) {
    // A step that has no number yet gets one from the server; until then a negative one tells them apart.
    const shown: Step[] = steps.map((step, index) => ({ ...step, id: step.id ?? -1 - index }));
    const body = steps.map(({ id, title, completed }) => ({
      title,
      completed,
      ...(id && id > 0 ? { id } : {}),
    }));
    void actions.patch(task, { steps: body }, { steps: shown });
  }

  function rename(step: Step, title: string) {
    const wanted = title.trim();
    if (!wanted || wanted === step.title) return;
    save(task.steps.map((one) => (one.id === step.id ? { ...one, title: wanted } : one)));
  }

  return (
    <section aria-label={t.detail.steps}>
      <div className="mb-1 flex items-center gap-3">
        <h3 className="text-muted text-sm font-semibold">{t.detail.steps}</h3>
        {task.steps.length > 0 && (
          <>
            <progress
              aria-label={t.task.steps(done, task.steps.length)}
              value={done}
              max={task.steps.length}
              className="[&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-hover [&::-webkit-progress-value]:bg-accent bg-hover h-1.5 flex-1 appearance-none overflow-hidden rounded-full border-0 [&::-webkit-progress-value]:transition-all"
            />
            <span className="text-muted text-sm tabular-nums">
              {done}/{task.steps.length}
            </span>
          </>
        )}
      </div>
      <ul>
        {task.steps.map((step) => (
          <li key={step.id} className="group -mx-1.5 flex items-center gap-1">
            <Tick
              small
              title={step.title}
              completed={step.completed}
              onToggle={() =>
                save(
                  task.steps.map((one) => (one.id === step.id ? { ...one, completed: !one.completed } : one)),
                )
              }
            />
            <input
              key={step.title}
              aria-label={t.detail.stepTitle}
              defaultValue={step.title}
              maxLength={200}
              onBlur={(event) => rename(step, event.target.value)}
              onKeyDown={(event) => {
                if (event.key === "Enter") event.currentTarget.blur();
              }}
              className={cx(
                "hover:bg-hover min-h-8 min-w-0 flex-1 rounded-md bg-transparent px-1.5 focus:bg-transparent",
                step.completed && "text-muted line-through decoration-1",
              )}
            />
            <IconButton
              label={t.detail.removeStep(step.title)}
              className="opacity-0 group-hover:opacity-100 focus-visible:opacity-100 touch:opacity-100"
              onClick={() => save(task.steps.filter((one) => one.id !== step.id))}
            >
              <X aria-hidden size={15} />
            </IconButton>
          </li>
        ))}
      </ul>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const title = text.trim();
          if (!title) return;
          setText("");
          save([...task.steps, { title, completed: false }]);
        }}
      >
        <input
          aria-label={t.detail.addStep}
          placeholder={`+ ${t.detail.addStep}`}
          maxLength={200}
          value={text}
          onChange={(event) => setText(event.target.value)}
          className="hover:bg-hover -mx-1.5 min-h-9 w-[calc(100%+0.75rem)] rounded-md bg-transparent px-2.5 focus:bg-transparent"
        />
      </form>
    </section>
  );
}
