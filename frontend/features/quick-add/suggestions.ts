/** What can follow a `#` or an `@` that is being typed. Pure. */
export type Trigger = { sign: "#" | "@"; typed: string; start: number };

/** The `#name` or `@name` that ends at the cursor (UTF-16 index, as the text field counts). */
export function triggerAt(text: string, cursor: number): Trigger | null {
  const match = /(?:^|\s)([#@])([^\s#@]{0,50})$/u.exec(text.slice(0, cursor));
  if (!match) return null;
  const typed = match[2] ?? "";
  return { sign: match[1] as "#" | "@", typed, start: cursor - typed.length - 1 };
}

/** Names that fit, those that begin with it first; a name that is already complete needs no suggestion. */
export function matching(names: readonly string[], typed: string, limit = 6): string[] {
  const wanted = typed.toLowerCase();
  const found = names.filter((name) => name.toLowerCase().includes(wanted) && name.toLowerCase() !== wanted);
  const rank = (name: string) => (name.toLowerCase().startsWith(wanted) ? 0 : 1);
  return found.sort((a, b) => rank(a) - rank(b)).slice(0, limit);
}

export function insertName(
  text: string,
  cursor: number,
  trigger: Trigger,
  name: string,
): { text: string; cursor: number } {
  const before = `${text.slice(0, trigger.start)}${trigger.sign}${name} `;
  return { text: before + text.slice(cursor).replace(/^\s/, ""), cursor: before.length };
}
