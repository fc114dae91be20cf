/**
 * What the assistant says while it works, as events of the chat stream. Reading is strict about what the page relies on
 * and lenient about the rest: an event of a newer server is skipped, an answer that makes no sense is a `StreamFault`.
 */
import { errorFrom, GUARD_HEADER, reachable, ApiError } from "@/lib/api/client";
import { readEvents, type ServerEvent } from "@/lib/sse";

export type Engine = "builtin" | "model";
export type TaskMention = { id: number; title: string };
/** One thing that the assistant did. `change_id` is what Undo takes back; null when nothing was changed. */
export type Action = { name: string; summary: string; change_id: number | null; tasks: TaskMention[] };
/** An answer that a person can give with one click. */
export type Suggestion = { label: string; message: string };

export type ChatEvent =
  | { kind: "action"; action: Action }
  | { kind: "token"; text: string }
  | {
      kind: "done";
      conversation: number;
      text: string;
      actions: Action[];
      engine: Engine | null;
      suggestions: Suggestion[];
    }
  | { kind: "error"; code: string; message: string };

export type ChatRequest = { conversation_id?: number; message: string; timezone: string; locale: string };

/** The stream broke off or spoke nonsense. What it said before may have happened. */
export class StreamFault extends Error {}

type Fields = Record<string, unknown>;

function fields(value: unknown): Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}

function items(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function words(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function id(value: unknown): number | null {
  return typeof value === "number" && Number.isSafeInteger(value) && value > 0 ? value : null;
}

export function engineOf(value: unknown): Engine | null {
  return value === "builtin" || value === "model" ? value : null;
}

/** One tool call as the API tells it, live or in the history. */
export function actionOf(value: unknown): Action {
  const call = fields(value);
  const result = fields(call.result);
  const tasks = items(call.tasks).flatMap((mention) => {
    const task = fields(mention);
    const taskId = id(task.id);
    return taskId && words(task.title) ? [{ id: taskId, title: words(task.title) }] : [];
  });
  return {
    name: words(call.name),
    summary: words(call.summary),
    change_id: id(call.change_id) ?? id(result.change_id),
    tasks,
  };
}

export function suggestionsOf(value: unknown): Suggestion[] {
  return items(value).flatMap((item) => {
    if (typeof item === "string") return item.trim() ? [{ label: item, message: item }] : [];
    const label = words(fields(item).label);
    const message = words(fields(item).message) || label;
    return message ? [{ label: label || message, message }] : [];
  });
}

/** Reads one event; null for events that this page does not know. Throws StreamFault when its data is not JSON. */
export function chatEvent({ event, data }: ServerEvent): ChatEvent | null {
  if (!["tool_call", "token", "done", "error"].includes(event)) return null;
  let parsed: unknown;
  try {
    parsed = JSON.parse(data);
  } catch {
    throw new StreamFault(`The data of “${event}” is not JSON.`);
  }
  const body = fields(parsed);
  if (event === "tool_call") return { kind: "action", action: actionOf(body) };
  if (event === "token") return { kind: "token", text: words(body.text) };
  if (event === "error") {
    const error = fields(body.error ?? body);
    return { kind: "error", code: words(error.code), message: words(error.message) };
  }
  const conversation = id(body.conversation_id);
  if (!conversation) throw new StreamFault("The answer does not say to which conversation it belongs.");
  return {
    kind: "done",
    conversation,
    text: words(body.response),
    actions: items(body.tool_calls).map(actionOf),
    engine: engineOf(body.engine),
    suggestions: suggestionsOf(body.suggestions),
  };
}

/** The events of a body, to its end. Throws StreamFault when it ends before the assistant had finished. */
export async function* chatEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ChatEvent> {
  for await (const raw of readEvents(body)) {
    const event = chatEvent(raw);
    if (!event) continue;
    yield event;
    if (event.kind === "done" || event.kind === "error") return;
  }
  throw new StreamFault("The stream ended before the answer did.");
}

/** A reply under way: to which conversation it belongs, when the server says so early, and its events. */
export type Answering = { conversation: number | null; events: AsyncIterable<ChatEvent> };

/** Sends a message and answers the reply that begins. Throws ApiError when the server refuses or is away. */
export async function askAssistant(
  userId: string,
  request: ChatRequest,
  signal: AbortSignal,
): Promise<Answering> {
  let response: Response;
  try {
    response = await fetch(`/api/${userId}/chat/stream`, {
      method: "POST",
      headers: { ...GUARD_HEADER, "Content-Type": "application/json", Accept: "text/event-stream" },
      body: JSON.stringify(request),
      credentials: "same-origin",
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    reachable.set(false);
    throw new ApiError(0, "UNREACHABLE", "Taskora can't be reached right now.");
  }
  if (!response.ok || !response.body) {
    throw errorFrom(response.status, await response.json().catch(() => null));
  }
  reachable.set(true);
  return {
    conversation: id(Number(response.headers.get("X-Conversation-Id"))),
    events: chatEvents(response.body),
  };
}
