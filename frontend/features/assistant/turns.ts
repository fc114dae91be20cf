/** A conversation as the page shows it, and how each event changes it. Pure: nothing here talks to the server. */
import {
  actionOf,
  engineOf,
  suggestionsOf,
  type Action,
  type ChatEvent,
  type Engine,
  type Suggestion,
} from "./stream";

export type Failure = { code: string; message: string };
export type Said = { key: string; role: "user"; text: string; failure: Failure | null };
export type Reply = {
  key: string;
  role: "assistant";
  text: string;
  actions: Action[];
  suggestions: Suggestion[];
  engine: Engine | null;
  state: "streaming" | "done" | "stopped" | "broken";
};
export type Turn = Said | Reply;

type StoredMessage = {
  id: number;
  role: string;
  content: string;
  tool_calls?: unknown;
  engine?: unknown;
  suggestions?: unknown;
};

/** The history of a conversation. Suggestions count only under the last reply: the others have been answered. */
export function turnsFrom(messages: readonly StoredMessage[]): Turn[] {
  return messages.map((message, index) => {
    const key = `m${message.id}`;
    if (message.role === "user") return { key, role: "user", text: message.content, failure: null };
    return {
      key,
      role: "assistant",
      text: message.content,
      actions: Array.isArray(message.tool_calls) ? message.tool_calls.map(actionOf) : [],
      suggestions: index === messages.length - 1 ? suggestionsOf(message.suggestions) : [],
      engine: engineOf(message.engine),
      state: "done",
    };
  });
}

/** A message was sent: it is shown at once, with a reply that has yet to come. Older suggestions are over. */
export function asked(turns: readonly Turn[], text: string, key: string): Turn[] {
  const before = turns.map((turn) =>
    turn.role === "assistant" && turn.suggestions.length > 0 ? { ...turn, suggestions: [] } : turn,
  );
  return [
    ...before,
    { key: `${key}-said`, role: "user", text, failure: null },
    {
      key: `${key}-reply`,
      role: "assistant",
      text: "",
      actions: [],
      suggestions: [],
      engine: null,
      state: "streaming",
    },
  ];
}

function changeReply(turns: readonly Turn[], change: (reply: Reply) => Reply): Turn[] {
  return turns.map((turn) => (turn.role === "assistant" && turn.state === "streaming" ? change(turn) : turn));
}

/** An event of the reply that is under way. The final answer counts over what was streamed. */
export function received(turns: readonly Turn[], event: Exclude<ChatEvent, { kind: "error" }>): Turn[] {
  return changeReply(turns, (reply) => {
    if (event.kind === "token") return { ...reply, text: reply.text + event.text };
    if (event.kind === "action") return { ...reply, actions: [...reply.actions, event.action] };
    return {
      ...reply,
      text: event.text || reply.text,
      actions: event.actions.length > 0 ? event.actions : reply.actions,
      engine: event.engine,
      suggestions: event.suggestions,
      state: "done",
    };
  });
}

/** The person pressed Stop. */
export function stopped(turns: readonly Turn[]): Turn[] {
  return changeReply(turns, (reply) => ({ ...reply, state: "stopped" }));
}

export function changedSomething(reply: Reply): boolean {
  return reply.actions.some((action) => action.change_id !== null);
}

/**
 * The reply did not come, or not to its end. When nothing was done the message is marked and can be sent again; when
 * something was done the reply stays and says so, because sending again would do it twice.
 */
export function failed(turns: readonly Turn[], failure: Failure): Turn[] {
  const at = turns.findIndex((turn) => turn.role === "assistant" && turn.state === "streaming");
  const reply = turns[at];
  if (reply?.role !== "assistant") return [...turns];
  if (changedSomething(reply)) return changeReply(turns, (turn) => ({ ...turn, state: "broken" }));
  return turns.flatMap((turn, index) => {
    if (index === at) return [];
    return index === at - 1 && turn.role === "user" ? [{ ...turn, failure }] : [turn];
  });
}

/** What the person said, newest first and without repeats: what ArrowUp goes through. */
export function spoken(turns: readonly Turn[]): string[] {
  const texts = turns.flatMap((turn) => (turn.role === "user" ? [turn.text] : [])).reverse();
  return texts.filter((text, index) => text !== texts[index - 1]);
}

/** Who answered last. */
export function lastEngine(turns: readonly Turn[]): Engine | null {
  return turns.reduce<Engine | null>(
    (engine, turn) => (turn.role === "assistant" && turn.engine) || engine,
    null,
  );
}

export type Card = { name: string; changes: number[]; lines: string[]; tasks: string[] };

/**
 * What was done, as cards: calls of one change share a card, and so do calls of the same kind in a row ("add milk, eggs
 * and bread" is one thing for a person). Calls that changed nothing have none.
 */
export function cardsOf(actions: readonly Action[]): Card[] {
  const cards: Card[] = [];
  for (const { name, change_id: change, summary, tasks } of actions) {
    if (change === null) continue;
    const last = cards.at(-1);
    const joins = last && (last.name === name || last.changes.includes(change));
    const card = joins ? last : { name, changes: [], lines: [], tasks: [] };
    if (!joins) cards.push(card);
    if (!card.changes.includes(change)) card.changes.push(change);
    if (summary && !card.lines.includes(summary)) card.lines.push(summary);
    for (const { title } of tasks) if (!card.tasks.includes(title)) card.tasks.push(title);
  }
  return cards;
}

/** The tasks of a card that its lines do not name already. */
export function unnamedTasks(card: Card): string[] {
  const said = card.lines.join("\n").toLowerCase();
  return card.tasks.filter((title) => !said.includes(title.toLowerCase()));
}
