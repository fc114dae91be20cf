import { createStore } from "@/lib/store";

/** Text that something else (an example, the palette, a key) wants in the quick-add line; `at` tells requests apart. */
export const draft = createStore<{ text: string | null; at: number }>({ text: null, at: 0 });
/** Whether the quick-add sheet of a phone is open. */
export const quickAddSheet = createStore(false);

/** Puts the cursor into the line, on a phone into its sheet. */
export function focusQuickAdd(text: string | null = null): void {
  draft.set((last) => ({ text, at: last.at + 1 }));
  const line = document.querySelector<HTMLTextAreaElement>("textarea[data-quick-add]");
  if (line && line.offsetParent !== null) line.focus();
  else quickAddSheet.set(true);
}
