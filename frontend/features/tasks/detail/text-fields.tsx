"use client";

import { useState } from "react";
import type { Task } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { LazyMarkdown } from "@/ui/lazy-markdown";
import { useTaskActions } from "../actions";

const GROWING =
  "[field-sizing:content] w-full resize-none bg-transparent rounded-md -mx-1.5 px-1.5 hover:bg-hover focus:bg-transparent";

export function TitleField({ task }: { task: Task }) {
  const actions = useTaskActions();
  const [text, setText] = useState<string | null>(null);

  function save() {
    const title = text?.trim().replace(/\s*\n\s*/g, " ");
    setText(null);
    if (title && title !== task.title) void actions.patch(task, { title }, { title }, t.task.changed);
  }

  return (
    <textarea
      aria-label={t.detail.title}
      data-detail-title
      rows={1}
      maxLength={200}
      value={text ?? task.title}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Enter" && !event.nativeEvent.isComposing) {
          event.preventDefault();
          event.currentTarget.blur();
        } else if (event.key === "Escape" && text !== null) {
          event.stopPropagation();
          setText(null);
        }
      }}
      className={cx(
        GROWING,
        "py-1 text-xl leading-snug font-semibold",
        task.completed && "text-muted line-through decoration-1",
      )}
    />
  );
}

export function DescriptionField({ task }: { task: Task }) {
  const actions = useTaskActions();
  const [text, setText] = useState<string | null>(null);
  const editing = text !== null;

  function save() {
    const description = text?.trim() ?? "";
    setText(null);
    if (description !== task.description)
      void actions.patch(task, { description }, { description }, t.task.changed);
  }

  if (!editing && task.description) {
    return (
      <div
        className="hover:bg-hover group relative -mx-1.5 cursor-text rounded-md px-1.5 py-1"
        onClick={(event) => {
          if (!(event.target instanceof HTMLElement && event.target.closest("a"))) setText(task.description);
        }}
      >
        <LazyMarkdown text={task.description} />
        <button
          type="button"
          onClick={() => setText(task.description)}
          className="text-accent mt-1 text-sm opacity-0 group-hover:opacity-100 focus-visible:opacity-100 touch:opacity-100"
        >
          {t.detail.editDescription}
        </button>
      </div>
    );
  }
  return (
    <textarea
      aria-label={t.detail.description}
      placeholder={t.detail.descriptionPlaceholder}
      rows={editing ? 3 : 1}
      maxLength={2000}
      autoFocus={editing}
      value={text ?? ""}
      onFocus={() => setText((current) => current ?? task.description)}
      onChange={(event) => setText(event.target.value)}
      onBlur={save}
      onKeyDown={(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          event.currentTarget.blur();
        }
      }}
      className={cx(GROWING, "py-1")}
    />
  );
}
