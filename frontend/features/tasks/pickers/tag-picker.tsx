"use client";

import { Check, Plus } from "lucide-react";
import { useState } from "react";
import { useTags } from "@/features/tags/queries";
import { t } from "@/lib/messages";
import { inputStyle } from "@/ui/field";
import { arrowKeys, PopoverItem } from "@/ui/popover";
import { useTaskActions } from "../actions";
import type { PickerProps } from "../picker";

/** Find a tag or make a new one; stays open, because tags come in twos and threes. */
export function TagPicker({ ids, close }: PickerProps) {
  const actions = useTaskActions();
  const known = useTags();
  const [text, setText] = useState("");
  const tasks = ids.flatMap((id) => actions.find(id) ?? []);
  const [on, setOn] = useState<ReadonlySet<string>>(
    () =>
      new Set(
        known
          .map((tag) => tag.name)
          .filter((name) => tasks.length > 0 && tasks.every((task) => task.tags.includes(name))),
      ),
  );
  const wanted = text.trim().replace(/^@/, "");
  const fits = known.filter((tag) => tag.name.toLowerCase().includes(wanted.toLowerCase()));
  const isNew = wanted !== "" && !known.some((tag) => tag.name.toLowerCase() === wanted.toLowerCase());

  function toggle(name: string) {
    const set = !on.has(name);
    setOn((all) => {
      const next = new Set(all);
      if (set) next.add(name);
      else next.delete(name);
      return next;
    });
    setText("");
    void actions.setTag(ids, name, set);
  }

  return (
    <div onKeyDown={arrowKeys}>
      <form
        className="p-1.5"
        onSubmit={(event) => {
          event.preventDefault();
          if (wanted) toggle(isNew ? wanted : (fits[0]?.name ?? wanted));
          else close();
        }}
      >
        <input
          autoFocus
          aria-label={t.tags.find}
          placeholder={t.tags.find}
          maxLength={50}
          value={text}
          autoComplete="off"
          onChange={(event) => setText(event.target.value)}
          className={inputStyle}
        />
      </form>
      {fits.map((tag) => (
        <PopoverItem key={tag.id} pressed={on.has(tag.name)} onPick={() => toggle(tag.name)}>
          <span className="w-4">{on.has(tag.name) && <Check aria-hidden size={15} />}</span>
          <span className="truncate">{tag.name}</span>
        </PopoverItem>
      ))}
      {isNew && (
        <PopoverItem onPick={() => toggle(wanted)}>
          <Plus aria-hidden size={15} className="w-4" />
          {t.tags.create(wanted)}
        </PopoverItem>
      )}
    </div>
  );
}
