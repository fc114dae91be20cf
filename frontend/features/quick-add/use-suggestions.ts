"use client";

import { useState } from "react";
import { useProjects } from "@/features/projects/queries";
import { useTags } from "@/features/tags/queries";
import { insertName, matching, triggerAt } from "./suggestions";
import type { Field, Line } from "./use-line";

/** Projects after a `#`, tags after an `@`, while they are typed. */
export function useSuggestions(line: Line, field: Field) {
  const projects = useProjects();
  const tags = useTags();
  const [picked, setPicked] = useState({ for: "", index: 0 });
  const [hiddenFor, setHiddenFor] = useState<string | null>(null);

  const found = triggerAt(line.text, line.cursor);
  const key = found ? `${found.start}${found.sign}${found.typed}` : "";
  const trigger = found && hiddenFor !== key ? found : null;
  const names =
    trigger?.sign === "#"
      ? projects.filter((one) => !one.archived).map((one) => one.name)
      : tags.map((tag) => tag.name);
  const offers = trigger ? matching(names, trigger.typed) : [];
  const active = picked.for === key ? Math.min(picked.index, offers.length - 1) : 0;

  function choose(name: string) {
    if (!trigger) return;
    const next = insertName(line.text, line.cursor, trigger, name);
    line.change(next.text, next.cursor);
    requestAnimationFrame(() => field.current?.setSelectionRange(next.cursor, next.cursor));
  }

  return {
    sign: trigger?.sign ?? "#",
    typed: trigger?.typed ?? "",
    offers,
    active,
    choose,
    move: (step: number) => setPicked({ for: key, index: (active + step + offers.length) % offers.length }),
    hide: () => setHiddenFor(key),
  };
}
