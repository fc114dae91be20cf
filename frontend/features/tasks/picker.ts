import { createStore } from "@/lib/store";

export type PickerKind = "menu" | "due" | "priority" | "project" | "tags";
/** What every choice gets: the tasks it is for, and how to go away. */
export type PickerProps = { ids: number[]; close: () => void };
export type OpenPicker = { kind: PickerKind; ids: number[]; anchor: Element };

/** The one pop-over of a list: which choice is open, for which tasks, next to what. */
export const picker = createStore<OpenPicker | null>(null);

export function openPicker(kind: PickerKind, ids: number[], anchor: Element): void {
  picker.set({ kind, ids, anchor });
}
