"use client";

import { useId, useMemo, useRef, useState, type KeyboardEvent } from "react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { Field, inputStyle } from "@/ui/field";
import { zoneChoices, zoneFits, zoneName, zoneOffset } from "./locales";

const SHOWN = 60;

/** A time zone, found by typing a place or an offset. Follows the ARIA pattern of a combobox with a list box. */
export function ZoneField({ value, setValue }: { value: string; setValue: (zone: string) => void }) {
  const list = useId();
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const box = useRef<HTMLUListElement>(null);
  const open = typed !== null;
  const zones = useMemo(() => {
    const now = new Date();
    return zoneChoices(value).map((zone) => ({ zone, offset: zoneOffset(zone, now), ...zoneName(zone) }));
  }, [value]);
  const found = zones
    .filter(({ zone, offset }) => !typed || zoneFits(zone, offset, typed))
    .slice(0, typed ? SHOWN : undefined);
  const chosen = zones.find(({ zone }) => zone === value);

  function show(index: number) {
    setActive(index);
    requestAnimationFrame(() => box.current?.children[index]?.scrollIntoView({ block: "nearest" }));
  }

  function start(text: string) {
    setTyped(text);
    show(
      text
        ? 0
        : Math.max(
            0,
            zones.findIndex(({ zone }) => zone === value),
          ),
    );
  }

  function choose(zone: string | undefined) {
    if (zone) setValue(zone);
    setTyped(null);
  }

  function onKeyDown(event: KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) start("");
      else show((active + (event.key === "ArrowDown" ? 1 : -1) + found.length) % Math.max(found.length, 1));
    } else if (event.key === "Enter" && open) {
      event.preventDefault();
      choose(found[active]?.zone);
    } else if (event.key === "Escape" && open) {
      event.preventDefault();
      event.stopPropagation();
      setTyped(null);
    }
  }

  return (
    <Field label={t.settings.timezone} hint={t.settings.timezoneHint}>
      {(ids) => (
        <div className="relative">
          <input
            {...ids}
            role="combobox"
            aria-expanded={open}
            aria-controls={list}
            aria-autocomplete="list"
            aria-activedescendant={open && found[active] ? `${list}-${active}` : undefined}
            autoComplete="off"
            spellCheck={false}
            value={
              typed ??
              (chosen
                ? `${chosen.place} · ${[chosen.region, chosen.offset].filter(Boolean).join(", ")}`
                : value)
            }
            placeholder={t.settings.timezoneFind}
            onChange={(event) => start(event.target.value)}
            onClick={() => !open && start("")}
            onFocus={(event) => event.target.select()}
            onBlur={() => setTyped(null)}
            onKeyDown={onKeyDown}
            className={inputStyle}
          />
          <ul
            ref={box}
            id={list}
            role="listbox"
            aria-label={t.settings.timezone}
            hidden={!open}
            className="border-line bg-panel shadow-pop absolute inset-x-0 top-full z-30 mt-1 max-h-64 overflow-y-auto rounded-xl border p-1"
          >
            {open &&
              found.map(({ zone, place, region, offset }, index) => (
                <li
                  key={zone}
                  id={`${list}-${index}`}
                  role="option"
                  aria-selected={zone === value}
                  // Pressing must not take the focus, or the list closes before the click arrives.
                  onMouseDown={(event) => event.preventDefault()}
                  onClick={() => choose(zone)}
                  className={cx(
                    "flex min-h-9 cursor-pointer items-center gap-2 rounded-lg px-2.5 touch:min-h-11",
                    index === active ? "bg-hover" : "hover:bg-hover",
                  )}
                >
                  <span
                    className={cx("min-w-0 flex-1 truncate", zone === value && "text-accent font-medium")}
                  >
                    {place} <span className="text-muted text-sm">{region}</span>
                  </span>
                  <span className="text-muted text-sm tabular-nums">{offset}</span>
                </li>
              ))}
          </ul>
          {open && found.length === 0 && (
            <p role="status" className="text-muted pt-1 text-sm">
              {t.settings.timezoneNone}
            </p>
          )}
        </div>
      )}
    </Field>
  );
}
