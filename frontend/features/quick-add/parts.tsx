"use client";

import type { Project } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/button";
import { Chip, Dot } from "@/ui/chip";
import type { ReadChip } from "./reading";

/** The same text as in the field, invisible, with the understood words marked; it also gives the field its height. */
export function Highlight({
  pieces,
  className,
}: {
  pieces: { text: string; kind: string | null }[];
  className: string;
}) {
  return (
    <div aria-hidden className={cx(className, "pointer-events-none text-transparent")}>
      {pieces.map((piece, index) =>
        piece.kind ? (
          <mark
            key={index}
            className="bg-accent-soft rounded box-decoration-clone text-transparent shadow-[0_0_0_2px_var(--accent-soft)]"
          >
            {piece.text}
          </mark>
        ) : (
          piece.text
        ),
      )}
      {"\u200b"}
    </div>
  );
}

type ChipsProps = { chips: ReadChip[]; projects: readonly Project[]; onDismiss: (chip: ReadChip) => void };

export function ReadChips({ chips, projects, onDismiss }: ChipsProps) {
  const colorOf = (name: string) =>
    projects.find((one) => one.name.toLowerCase() === name.toLowerCase())?.color;
  return (
    <div role="group" aria-label={t.quickAdd.understood} className="flex flex-wrap gap-1.5 px-3 pb-3">
      {chips.map((chip) => (
        <Chip
          key={chip.key}
          tone={chip.urgent ? "urgent" : "plain"}
          dismissLabel={
            chip.spanKinds.length > 0 ? t.quickAdd.dismiss(chip.label) : t.quickAdd.dismissDefault(chip.label)
          }
          onDismiss={() => onDismiss(chip)}
        >
          {chip.kind === "project" && <Dot color={colorOf(chip.label)} />}
          {chip.kind === "tag" ? `@${chip.label}` : chip.label}
        </Chip>
      ))}
    </div>
  );
}

type OffersProps = {
  id: string;
  sign: string;
  names: string[];
  active: number;
  onChoose: (name: string) => void;
};

export function Offers({ id, sign, names, active, onChoose }: OffersProps) {
  return (
    <ul
      id={id}
      role="listbox"
      aria-label={t.quickAdd.suggestions}
      className="bg-panel border-line shadow-pop absolute inset-x-2 top-full z-30 mt-1 overflow-hidden rounded-xl border p-1"
    >
      {names.map((name, index) => (
        <li
          key={name}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === active}
          onMouseDown={(event) => {
            event.preventDefault();
            onChoose(name);
          }}
          className={cx(
            "flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-2.5 touch:min-h-11",
            index === active && "bg-accent-soft text-accent",
          )}
        >
          <span aria-hidden className="text-muted">
            {sign}
          </span>
          {name}
        </li>
      ))}
    </ul>
  );
}

type PastedProps = { lines: string[]; busy: boolean; onMany: () => void; onOne: () => void };

export function Pasted({ lines, busy, onMany, onOne }: PastedProps) {
  return (
    <div className="border-line flex flex-wrap items-center gap-2 border-t px-3 py-2.5">
      <span role="status" className="text-muted me-auto">
        {t.quickAdd.pasted(lines.length)}
      </span>
      <Button kind="quiet" onClick={onOne} disabled={busy}>
        {t.quickAdd.addOne}
      </Button>
      <Button kind="main" onClick={onMany} disabled={busy}>
        {t.quickAdd.addMany(lines.length)}
      </Button>
    </div>
  );
}
