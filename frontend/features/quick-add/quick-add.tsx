"use client";

import { CornerDownLeft, Plus } from "lucide-react";
import { useId, useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import { today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { pastedLines, segments, spansFit } from "@/lib/spans";
import { cx } from "@/lib/cx";
import { Highlight, Offers, Pasted, ReadChips } from "./parts";
import { chipsOf, rangesOf, type Defaults, type ReadChip } from "./reading";
import { useAdding } from "./use-adding";
import { useLine } from "./use-line";
import { useReading } from "./use-reading";
import { useSuggestions } from "./use-suggestions";

const MAX_LINES = 50;
const TEXT =
  "col-start-1 row-start-1 py-3 ps-10 pe-12 text-lg leading-6 whitespace-pre-wrap [overflow-wrap:anywhere]";

type QuickAddProps = { defaults?: Defaults; autoFocus?: boolean };

/** One line: while it is typed, what was understood becomes chips; Enter adds exactly what is on screen. */
export function QuickAdd({ defaults = {}, autoFocus = false }: QuickAddProps) {
  const user = useUser();
  const projects = useProjects();
  const field = useRef<HTMLTextAreaElement>(null);
  const line = useLine(field, autoFocus);
  const suggestions = useSuggestions(line, field);
  const understood = useReading(line.text, line.ignored);
  const [lines, setLines] = useState<string[] | null>(null);
  const listId = useId();
  const viewer = { today: today(user.timezone), locale: user.locale, timezone: user.timezone };
  const adding = useAdding(line, field, defaults, viewer);

  const { text } = line;
  const reading = understood?.reading ?? null;
  const chips = reading ? chipsOf(reading, line.kept(defaults), viewer) : [];
  const pieces =
    reading && spansFit(text, reading.spans) ? segments(text, reading.spans) : [{ text, kind: null }];
  const offering = suggestions.offers.length > 0;

  function dismiss(chip: ReadChip) {
    if (chip.spanKinds.length === 0) line.drop(chip.key);
    else if (reading) line.ignore(rangesOf(chip, reading));
    field.current?.focus();
  }

  async function submit() {
    if (!lines) return void (await adding.addOne(understood));
    const rest = await adding.addMany(lines);
    setLines(rest.length > 0 ? rest : null);
  }

  function paste(event: ClipboardEvent) {
    const found = pastedLines(event.clipboardData.getData("text/plain"));
    if (found.length < 2) return;
    event.preventDefault();
    setLines(found.slice(0, MAX_LINES));
  }

  function keepAsOne() {
    const joined = [text, ...(lines ?? [])].filter(Boolean).join(" ");
    line.change(joined, joined.length);
    setLines(null);
    field.current?.focus();
  }

  /** Keys that belong to the open suggestions; answers whether it was one. */
  function pressInOffers(event: KeyboardEvent): boolean {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    const chosen = suggestions.offers[suggestions.active];
    if (step !== 0) suggestions.move(step);
    else if (event.key === "Escape") suggestions.hide();
    else if (chosen && (event.key === "Tab" || (event.key === "Enter" && suggestions.typed)))
      suggestions.choose(chosen);
    else return false;
    return true;
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (offering && pressInOffers(event)) {
      event.preventDefault();
      event.stopPropagation();
    } else if (event.key === "Enter") {
      event.preventDefault();
      void submit();
    } else if (event.key === "Escape" && (text || lines)) {
      event.preventDefault();
      event.stopPropagation();
      if (lines) setLines(null);
      else line.reset();
    } else if (event.key === "Escape" && !autoFocus) {
      field.current?.blur();
    }
  }

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
      className="bg-panel border-edge focus-within:border-accent focus-within:ring-accent shadow-card relative rounded-xl border transition-colors focus-within:ring-1"
    >
      <Plus aria-hidden size={18} className="text-muted pointer-events-none absolute start-3.5 top-[15px]" />
      <div className="grid">
        <Highlight pieces={pieces} className={TEXT} />
        <textarea
          ref={field}
          data-quick-add
          rows={1}
          value={text}
          aria-label={t.quickAdd.label}
          aria-autocomplete="list"
          aria-controls={offering ? listId : undefined}
          aria-activedescendant={offering ? `${listId}-${suggestions.active}` : undefined}
          autoFocus={autoFocus}
          autoComplete="off"
          autoCapitalize="sentences"
          enterKeyHint="done"
          maxLength={1000}
          onChange={(event) => line.change(event.target.value, event.target.selectionStart)}
          onSelect={(event) => line.setCursor(event.currentTarget.selectionStart)}
          onPaste={paste}
          onKeyDown={press}
          onBlur={suggestions.hide}
          className={cx(
            TEXT,
            "relative z-10 h-full w-full resize-none overflow-hidden bg-transparent outline-none",
          )}
        />
        {!text && (
          <span
            aria-hidden
            className={cx(TEXT, "text-muted pointer-events-none truncate whitespace-nowrap!")}
          >
            <span className="hidden sm:inline">{t.quickAdd.placeholder}</span>
            <span className="sm:hidden">{t.quickAdd.placeholderShort}</span>
          </span>
        )}
      </div>
      {text && (
        <button
          type="submit"
          aria-label={t.quickAdd.add}
          title={`${t.quickAdd.add} (Enter)`}
          disabled={adding.busy}
          className="bg-accent text-on-accent hover:bg-accent-strong absolute end-2 top-2 z-20 grid size-8 place-items-center rounded-lg disabled:opacity-60"
        >
          <CornerDownLeft aria-hidden size={16} />
        </button>
      )}
      {chips.length > 0 && <ReadChips chips={chips} projects={projects} onDismiss={dismiss} />}
      {lines && <Pasted lines={lines} busy={adding.busy} onMany={() => void submit()} onOne={keepAsOne} />}
      {offering && (
        <Offers
          id={listId}
          sign={suggestions.sign}
          names={suggestions.offers}
          active={suggestions.active}
          onChoose={suggestions.choose}
        />
      )}
    </form>
  );
}
