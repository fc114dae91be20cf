"use client";

import { Monitor, Moon, Sun } from "lucide-react";
import { cx } from "@/lib/cx";
import { t } from "@/lib/messages";
import { hotkeys, THEMES, useTheme } from "@/lib/preferences";
import { useStore } from "@/lib/store";
import { Section } from "./section";

const PICTURES = { system: Monitor, light: Sun, dark: Moon } as const;

export function AppearanceSection() {
  const [theme, setTheme] = useTheme();
  const keys = useStore(hotkeys);
  return (
    <Section id="appearance" title={t.settings.appearance} hint={t.settings.appearanceHint}>
      <fieldset>
        <legend className="text-sm font-medium">{t.settings.theme}</legend>
        <div className="mt-1.5 grid max-w-lg grid-cols-3 gap-2">
          {THEMES.map((choice) => {
            const Picture = PICTURES[choice];
            return (
              <label
                key={choice}
                className={cx(
                  "has-focus-visible:outline-accent flex min-h-11 cursor-pointer flex-wrap items-center justify-center gap-2 rounded-xl border px-2 py-2 has-focus-visible:outline-2 has-focus-visible:outline-offset-2",
                  theme === choice
                    ? "border-accent bg-accent-soft text-accent font-medium"
                    : "border-edge hover:bg-hover",
                )}
              >
                <input
                  type="radio"
                  name="theme"
                  value={choice}
                  checked={theme === choice}
                  onChange={() => setTheme(choice)}
                  className="sr-only"
                />
                <Picture aria-hidden size={18} />
                {t.settings.themes[choice]}
              </label>
            );
          })}
        </div>
      </fieldset>
      <label className="mt-5 flex max-w-lg gap-3">
        <input
          type="checkbox"
          checked={keys === "on"}
          aria-describedby="keys-hint"
          onChange={(event) => hotkeys.set(event.target.checked ? "on" : "off")}
          className="accent-accent mt-0.5 size-5 shrink-0"
        />
        <span>
          <span className="font-medium">{t.settings.keys}</span>
          <span id="keys-hint" className="text-muted block text-sm">
            {t.settings.keysHint}
          </span>
        </span>
      </label>
    </Section>
  );
}
