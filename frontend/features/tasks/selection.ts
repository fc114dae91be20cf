import { createStore } from "@/lib/store";

/** The tasks that are selected for a change to many at once. */
export const selection = createStore<ReadonlySet<number>>(new Set());

export function toggleSelected(id: number): void {
  selection.set((all) => {
    const next = new Set(all);
    if (!next.delete(id)) next.add(id);
    return next;
  });
}

export function clearSelection(): void {
  if (selection.get().size > 0) selection.set(new Set());
}

/** Selects everything between the last selected row and this one, in the order on screen. */
export function selectRange(order: number[], to: number): void {
  const chosen = selection.get();
  const from = order.findLast((id) => chosen.has(id));
  if (from === undefined) return toggleSelected(to);
  const [a, b] = [order.indexOf(from), order.indexOf(to)].sort((x, y) => x - y) as [number, number];
  selection.set(new Set([...chosen, ...order.slice(a, b + 1)]));
}
