"use client";

import { CornerDownLeft, Plus } from "lucide-react";
import { useEffect, useId, useRef, useState, type ClipboardEvent, type KeyboardEvent } from "react";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import { useTags } from "@/features/tags/queries";
import { useTaskActions } from "@/features/tasks/actions";
import { remember, type Undoable } from "@/features/tasks/undo";
import { today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { pastedLines, segments, shiftRanges, spansFit, type Range } from "@/lib/spans";
import { useStore } from "@/lib/store";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/button";
import { Chip, Dot } from "@/ui/chip";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { draft } from "./draft";
import { chipsOf, inputOf, rangesOf, type Defaults, type ReadChip } from "./reading";
import { insertName, matching, triggerAt } from "./suggestions";
import { useParse, useReading } from "./use-reading";

const NO_RANGES: Range[] = [];
const MAX_LINES = 50;

export function QuickAdd({ defaults = {}, autoFocus, onDone }: { defaults?: Defaults; autoFocus?: boolean; onDone?: () => void }) {
  const user = useUser();
  const projects = useProjects();
  const tags = useTags();
  const actions = useTaskActions();
  const parse = useParse();
  const field = useRef<HTMLTextAreaElement>(null);
  const listId = useId();
  const [text, setText] = useState("");
  const [ignored, setIgnored] = useState<Range[]>(NO_RANGES);
  const [dropped, setDropped] = useState<ReadonlySet<string>>(new Set());
  const [lines, setLines] = useState<string[] | null>(null);
  const [cursor, setCursor] = useState(0);
  const [choice, setChoice] = useState(0);
  const [hideSuggestions, setHideSuggestions] = useState(false);
  const [busy, setBusy] = useState(false);
  const understood = useReading(text, ignored);
  const viewer = { today: today(user.timezone), locale: user.locale, timezone: user.timezone };

  const kept: Defaults = {
    due: dropped.has("default-due") ? undefined : defaults.due,
    project: dropped.has("default-project") ? undefined : defaults.project,
    tag: dropped.has("default-tag") ? undefined : defaults.tag,
  };
  const reading = understood?.reading ?? null;
  const chips = reading ? chipsOf(reading, kept, viewer) : [];
  const marked = reading && spansFit(text, reading.spans) ? segments(text, reading.spans) : [{ text, kind: null }];

  const trigger = hideSuggestions ? null : triggerAt(text, cursor);
  const names = trigger?.sign === "#" ? projects.filter((one) => !one.archived).map((one) => one.name) : tags.map((tag) => tag.name);
  const offers = trigger ? matching(names, trigger.typed) : [];
  const active = Math.min(choice, offers.length - 1);

  const wish = useStore(draft);
  const seen = useRef(wish.at);
  useEffect(() => {
    if (wish.at === seen.current && !autoFocus) return;
    seen.current = wish.at;
    if (wish.text !== null) change(wish.text, wish.text.length);
    field.current?.focus();
    // eslint-disable-next-line react-hooks/exhaustive-deps -- runs once a wish, not once a keystroke
  }, [wish]);

  function change(next: string, at: number) {
    const flat = next.replace(/\n+/g, " ");
    setIgnored((ranges) => (ranges.length > 0 ? shiftRanges(text, flat, ranges) : ranges));
    setText(flat);
    setCursor(at);
    setChoice(0);
    setHideSuggestions(false);
    if (flat === "") reset();
  }

  function reset() {
    setText("");
    setIgnored(NO_RANGES);
    setDropped(new Set());
    setLines(null);
  }

  function dismiss(chip: ReadChip) {
    if (chip.spanKinds.length === 0) setDropped((all) => new Set(all).add(chip.key));
    else if (reading) setIgnored((ranges) => [...ranges, ...rangesOf(chip, reading)]);
    field.current?.focus();
  }

  function choose(name: string) {
    if (!trigger) return;
    const next = insertName(text, cursor, trigger, name);
    change(next.text, next.cursor);
    requestAnimationFrame(() => field.current?.setSelectionRange(next.cursor, next.cursor));
  }

  async function submit() {
    const line = text.trim();
    if (!line || busy) return;
    setBusy(true);
    try {
      const fresh = understood?.text === text && understood.ignored === ignored;
      const final = fresh ? understood.reading : await parse(text, ignored);
      if (final.title.trim().length > 200) {
        showToast({ text: t.quickAdd.tooLong, tone: "error" });
        return;
      }
      const { task, entry } = await actions.create(inputOf(final, kept, viewer));
      remember(entry);
      const said = task.project ? t.quickAdd.addedTo(task.title, task.project.name) : t.quickAdd.added(task.title);
      showToast({ text: said, action: { label: t.undo.action, run: () => void actions.undo(entry) } });
      reset();
      onDone?.();
    } catch (error) {
      showToast({ text: `${messageOf(error)} ${t.errors.safe}`, tone: "error" });
    } finally {
      setBusy(false);
      field.current?.focus();
    }
  }

  async function addMany(all: string[]) {
    setBusy(true);
    const done: Undoable[] = [];
    let problem: unknown = null;
    for (const line of all) {
      try {
        done.push((await actions.create(inputOf(await parse(line.slice(0, 1000), []), kept, viewer))).entry);
      } catch (error) {
        problem = error;
        break;
      }
    }
    setBusy(false);
    const entry: Undoable = {
      changes: Promise.all(done.map((one) => one.changes)).then((each) => each.flat()),
      revert: () => done.forEach((one) => one.revert?.()),
    };
    if (done.length > 0) remember(entry);
    const rest = all.slice(done.length);
    const said = problem ? `${t.quickAdd.addedSome(done.length, all.length)} ${messageOf(problem)}` : t.quickAdd.addedMany(done.length);
    showToast({
      text: said,
      tone: problem ? "error" : "plain",
      action: done.length > 0 ? { label: t.undo.action, run: () => void actions.undo(entry) } : undefined,
    });
    setLines(rest.length > 0 ? rest : null);
    if (rest.length === 0) onDone?.();
    field.current?.focus();
  }

  function paste(event: ClipboardEvent) {
    const found = pastedLines(event.clipboardData.getData("text/plain"));
    if (found.length < 2) return;
    event.preventDefault();
    setLines(found.slice(0, MAX_LINES));
  }

  function keepAsOne() {
    change([text, ...(lines ?? [])].filter(Boolean).join(" "), text.length);
    setLines(null);
    field.current?.focus();
  }

  function press(event: KeyboardEvent) {
    if (event.nativeEvent.isComposing) return;
    if (offers.length > 0) {
      const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
      if (step !== 0) {
        event.preventDefault();
        setChoice((active + step + offers.length) % offers.length);
        return;
      }
      const chosen = offers[active];
      if ((event.key === "Tab" || (event.key === "Enter" && trigger?.typed)) && chosen) {
        event.preventDefault();
        choose(chosen);
        return;
      }
      if (event.key === "Escape") {
        event.stopPropagation();
        setHideSuggestions(true);
        return;
      }
    }
    if (event.key === "Enter") {
      event.preventDefault();
      void (lines ? addMany(lines) : submit());
    } else if (event.key === "Escape") {
      event.stopPropagation();
      if (lines) setLines(null);
      else if (text) reset();
      else field.current?.blur();
    }
  }

  const typography = "col-start-1 row-start-1 py-3 ps-10 pe-12 text-lg leading-6 whitespace-pre-wrap [overflow-wrap:anywhere]";
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
        <div aria-hidden className={cx(typography, "pointer-events-none text-transparent")}>
          {marked.map((piece, index) =>
            piece.kind ? (
              <mark key={index} className="bg-accent-soft box-decoration-clone rounded text-transparent shadow-[0_0_0_2px_var(--accent-soft)]">
                {piece.text}
              </mark>
            ) : (
              piece.text
            ),
          )}
          {"\u200b"}
        </div>
        <textarea
          ref={field}
          data-quick-add
          rows={1}
          value={text}
          aria-label={t.quickAdd.label}
          aria-autocomplete="list"
          aria-controls={offers.length > 0 ? listId : undefined}
          aria-activedescendant={offers.length > 0 ? `${listId}-${active}` : undefined}
          autoFocus={autoFocus}
          autoComplete="off"
          autoCapitalize="sentences"
          enterKeyHint="done"
          maxLength={1000}
          onChange={(event) => change(event.target.value, event.target.selectionStart)}
          onSelect={(event) => setCursor(event.currentTarget.selectionStart)}
          onPaste={paste}
          onKeyDown={press}
          onBlur={() => setHideSuggestions(true)}
          className={cx(typography, "relative z-10 h-full w-full resize-none overflow-hidden bg-transparent outline-none")}
        />
        {!text && (
          <span aria-hidden className={cx(typography, "text-muted pointer-events-none truncate whitespace-nowrap!")}>
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
          disabled={busy}
          className="bg-accent text-on-accent hover:bg-accent-strong absolute end-2 top-2 z-20 grid size-8 place-items-center rounded-lg disabled:opacity-60"
        >
          <CornerDownLeft aria-hidden size={16} />
        </button>
      )}
      {chips.length > 0 && (
        <div role="group" aria-label={t.quickAdd.understood} className="flex flex-wrap gap-1.5 px-3 pb-3">
          {chips.map((chip) => (
            <Chip
              key={chip.key}
              tone={chip.urgent ? "urgent" : "plain"}
              dismissLabel={chip.spanKinds.length > 0 ? t.quickAdd.dismiss(chip.label) : t.quickAdd.dismissDefault(chip.label)}
              onDismiss={() => dismiss(chip)}
            >
              {chip.kind === "project" && <Dot color={projects.find((one) => one.name.toLowerCase() === chip.label.toLowerCase())?.color} />}
              {chip.kind === "tag" && <span aria-hidden className="text-muted -me-1">@</span>}
              {chip.label}
            </Chip>
          ))}
        </div>
      )}
      {lines && (
        <div className="border-line flex flex-wrap items-center gap-2 border-t px-3 py-2.5">
          <span className="text-muted me-auto">{t.quickAdd.pasted(lines.length)}</span>
          <Button kind="quiet" onClick={keepAsOne} disabled={busy}>
            {t.quickAdd.addOne}
          </Button>
          <Button kind="main" onClick={() => void addMany(lines)} disabled={busy}>
            {t.quickAdd.addMany(lines.length)}
          </Button>
        </div>
      )}
      {offers.length > 0 && (
        <ul
          id={listId}
          role="listbox"
          aria-label={t.quickAdd.suggestions}
          className="bg-panel border-line shadow-pop absolute inset-x-2 top-full z-30 mt-1 overflow-hidden rounded-xl border p-1"
        >
          {offers.map((name, index) => (
            <li
              key={name}
              id={`${listId}-${index}`}
              role="option"
              aria-selected={index === active}
              onMouseDown={(event) => {
                event.preventDefault();
                choose(name);
              }}
              className={cx("flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-2.5", index === active && "bg-accent-soft text-accent")}
            >
              <span aria-hidden className="text-muted">
                {trigger?.sign}
              </span>
              {name}
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
