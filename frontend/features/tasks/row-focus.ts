/** Moving the keyboard focus between the rows on screen. The DOM is the order: groups and lists need no bookkeeping. */
function rows(): HTMLElement[] {
  return [...document.querySelectorAll<HTMLElement>("[data-task-list] > [data-task-id]:not([data-leaving])")];
}

/** The tasks on screen from top to bottom. */
export function rowOrder(): number[] {
  return rows().map((row) => Number(row.dataset.taskId));
}

export function rowOf(id: number): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-task-list] > [data-task-id="${id}"]`);
}

function focusRow(row: HTMLElement | undefined): boolean {
  const title = row?.querySelector<HTMLElement>("[data-title]");
  if (!title || !row) return false;
  title.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
  return true;
}

/** The task whose row has the focus. */
export function focusedTask(): number | null {
  const row = document.activeElement?.closest<HTMLElement>("[data-task-id]");
  return row ? Number(row.dataset.taskId) : null;
}

/** Focuses the row at a place of the list, or the last one before it. */
export function focusPlace(place: number): void {
  const all = rows();
  focusRow(all[Math.min(Math.max(place, 0), all.length - 1)]);
}

/** Moves the focus by one row; from outside the list to its first or last row. */
export function moveFocus(step: 1 | -1): boolean {
  const all = rows();
  const current = document.activeElement?.closest<HTMLElement>("[data-task-id]");
  const at = current ? all.indexOf(current) : -1;
  if (at < 0) return focusRow(step === 1 ? all[0] : all.at(-1));
  return focusRow(all[at + step]);
}

/** Before a row goes away: its neighbour takes the focus, the next one first. */
export function focusNeighbour(id: number): void {
  const all = rows();
  const row = rowOf(id);
  const at = row ? all.indexOf(row) : -1;
  if (at < 0 || !row?.contains(document.activeElement)) return;
  if (!focusRow(all[at + 1] ?? all[at - 1])) document.querySelector<HTMLElement>("main h1")?.focus();
}
