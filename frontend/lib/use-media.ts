"use client";

import { useSyncExternalStore } from "react";

/** Whether a media query matches; false while the page is prerendered. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = window.matchMedia(query);
      list.addEventListener("change", changed);
      return () => list.removeEventListener("change", changed);
    },
    () => window.matchMedia(query).matches,
    () => false,
  );
}

export const useDesk = () => useMedia("(min-width: 56.25rem)");
export const useWide = () => useMedia("(min-width: 75rem)");
