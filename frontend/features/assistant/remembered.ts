/** What this browser remembers about conversations, per person. Without storage the page simply starts afresh. */
const CONVERSATION = "taskora.chat.";
const UNDONE = "taskora.undone.";
const UNDONE_KEPT = 100;

function read(key: string): string | null {
  try {
    return window.localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string | null): void {
  try {
    if (value === null) window.localStorage.removeItem(key);
    else window.localStorage.setItem(key, value);
  } catch {
    // Storage is full or forbidden: the conversation still holds for this page.
  }
}

export function rememberedConversation(userId: string): number | null {
  const id = Number(read(CONVERSATION + userId));
  return Number.isSafeInteger(id) && id > 0 ? id : null;
}

export function rememberConversation(userId: string, id: number | null): void {
  write(CONVERSATION + userId, id === null ? null : String(id));
}

/** Changes that were taken back: the change, and the undo that is taken back to redo it. */
/** In place of an undo that happened elsewhere: it can't be redone from here. */
export const NO_REDO = 0;
export type Undone = ReadonlyMap<number, number>;

export function rememberedUndone(userId: string): Undone {
  try {
    const pairs: unknown = JSON.parse(read(UNDONE + userId) ?? "[]");
    if (!Array.isArray(pairs)) return new Map();
    const valid = pairs.filter(
      (pair): pair is [number, number] => Array.isArray(pair) && pair.every((id) => Number.isSafeInteger(id)),
    );
    return new Map(valid);
  } catch {
    return new Map();
  }
}

export function rememberUndone(userId: string, undone: Undone): void {
  write(UNDONE + userId, undone.size === 0 ? null : JSON.stringify([...undone].slice(-UNDONE_KEPT)));
}
