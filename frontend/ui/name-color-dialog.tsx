"use client";

import { useState, type FormEvent, type ReactNode } from "react";
import { t } from "@/lib/messages";
import { Button } from "./button";
import { ColorChoice } from "./color-choice";
import { Dialog } from "./dialog";
import { TextField } from "./field";
import { messageOf } from "./problem";

/** Runs some work; shut the dialog when it worked, show what went wrong when it did not. */
export type Attempt = (work: () => Promise<void>) => void;

/** The form behind everything that has a name and a colour. */
export function NameColorDialog({
  title,
  initial,
  maxLength,
  submitLabel,
  onSave,
  onClose,
  actions,
}: {
  title: string;
  initial?: { name: string; color: string | null };
  maxLength: number;
  submitLabel: string;
  onSave: (name: string, color: string | null) => Promise<void>;
  onClose: () => void;
  actions?: (attempt: Attempt) => ReactNode;
}) {
  const [name, setName] = useState(initial?.name ?? "");
  const [color, setColor] = useState(initial?.color ?? null);
  const [problem, setProblem] = useState<string>();

  const attempt: Attempt = (work) => {
    work().then(onClose, (error: unknown) => setProblem(messageOf(error)));
  };

  function save(event: FormEvent) {
    event.preventDefault();
    if (name.trim()) attempt(() => onSave(name.trim(), color));
  }

  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={save} className="grid gap-4 overflow-y-auto p-5 pt-3">
        <TextField
          label={t.projects.name}
          value={name}
          maxLength={maxLength}
          error={problem}
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <div className="mt-1 flex flex-wrap gap-2">
          <Button kind="main" type="submit" disabled={!name.trim()}>
            {submitLabel}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t.projects.cancel}
          </Button>
          {actions?.(attempt)}
        </div>
      </form>
    </Dialog>
  );
}
