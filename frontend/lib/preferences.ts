"use client";

import { createStore, useStore, type Store } from "./store";

/** Choices of this browser, kept in localStorage. A browser that refuses storage keeps them for the page's life. */
function stored<T extends string>(key: string, fallback: T, allowed: readonly T[]): Store<T> {
  const read = (): T => {
    if (typeof window === "undefined") return fallback;
    try {
      const value = window.localStorage.getItem(key);
      return allowed.find((item) => item === value) ?? fallback;
    } catch {
      return fallback;
    }
  };
  const store = createStore<T>(read());
  store.subscribe(() => {
    try {
      window.localStorage.setItem(key, store.get());
    } catch {
      // Storage is full or forbidden: the choice still holds for this page.
    }
  });
  return store;
}

export type Theme = "system" | "light" | "dark";
export const THEMES: readonly Theme[] = ["system", "light", "dark"];
export const theme = stored<Theme>("taskora.theme", "system", THEMES);
export const hotkeys = stored("taskora.keys", "on", ["on", "off"] as const);
export const assistantOpen = stored("taskora.assistant", "open", ["open", "closed"] as const);

export function applyTheme(): void {
  const chosen = theme.get();
  const dark =
    chosen === "dark" || (chosen === "system" && window.matchMedia("(prefers-color-scheme: dark)").matches);
  document.documentElement.dataset.theme = dark ? "dark" : "light";
}

export function useTheme(): [Theme, (next: Theme) => void] {
  return [useStore(theme), theme.set];
}
