/**
 * The conversation of one person, outside React: a reply goes on while the panel shows something else, and stands there
 * when it comes back. `chatOf` answers the one chat of a person; components watch its store.
 */
import { api, ApiError, unwrap } from "@/lib/api/client";
import type { Message } from "@/lib/api/types";
import { createStore, type Store } from "@/lib/store";
import { t } from "@/lib/messages";
import {
  NO_REDO,
  rememberConversation,
  rememberedConversation,
  rememberedUndone,
  rememberUndone,
  type Undone,
} from "./remembered";
import { askAssistant, type Answering, type ChatRequest } from "./stream";
import { asked, failed, received, stopped, turnsFrom, type Failure, type Turn } from "./turns";

export type ChatState = {
  conversation: number | null;
  turns: Turn[];
  /** A reply is under way. */
  busy: boolean;
  history: "ready" | "loading" | "failed";
  draft: string;
  undone: Undone;
};

export type Place = { timezone: string; locale: string };
type Listener = () => void;

export type Chat = {
  state: Store<ChatState>;
  /** Sends a message; `changed` is called when tasks may have changed and when the reply has ended. */
  send: (text: string, place: Place, changed: Listener) => Promise<void>;
  retry: (key: string, place: Place, changed: Listener) => Promise<void>;
  stop: () => void;
  open: (conversation: number) => Promise<void>;
  startNew: () => void;
  /** Undoes changes, the latest first, or redoes them when all were undone here. Throws ApiError at the first refusal. */
  toggleUndo: (changes: readonly number[]) => Promise<void>;
};

/** How a chat reaches the server. */
export type Door = {
  ask: (userId: string, request: ChatRequest, signal: AbortSignal) => Promise<Answering>;
  /** Takes a change back; answers the change that this was. */
  undo: (userId: string, change: number) => Promise<number>;
};

async function undoChange(userId: string, change: number): Promise<number> {
  const path = { user_id: userId };
  return (await unwrap(api.POST("/api/{user_id}/undo", { params: { path }, body: { change_id: change } })))
    .change_id;
}

const PAGE = 200;
const LONGEST = 4000;
type MessagePage = { items: Message[]; next_cursor?: string | null };

function failureOf(error: unknown): Failure {
  if (error instanceof ApiError) return { code: error.code, message: error.message };
  return { code: "INTERRUPTED", message: t.chat.failed };
}

/** Every message of a conversation, the oldest first: the server gives them in pages. */
async function wholeHistory(userId: string, conversation: number): Promise<Message[]> {
  const messages: Message[] = [];
  const path = { user_id: userId, conversation_id: conversation };
  for (let cursor: string | null = null; ;) {
    const query = { limit: PAGE, ...(cursor ? { cursor } : {}) };
    const page: MessagePage = await unwrap(
      api.GET("/api/{user_id}/conversations/{conversation_id}/messages", { params: { path, query } }),
    );
    messages.push(...page.items);
    cursor = page.next_cursor ?? null;
    if (cursor === null || messages.length >= LONGEST) return messages;
  }
}

export function createChat(userId: string, door: Door = { ask: askAssistant, undo: undoChange }): Chat {
  const state = createStore<ChatState>({
    conversation: rememberedConversation(userId),
    turns: [],
    busy: false,
    history: "ready",
    draft: "",
    undone: rememberedUndone(userId),
  });
  const change = (part: Partial<ChatState>) => state.set((now) => ({ ...now, ...part }));
  const changeTurns = (next: (turns: Turn[]) => Turn[]) =>
    state.set((now) => ({ ...now, turns: next(now.turns) }));
  let running: AbortController | null = null;
  let sent = 0;
  let opened = 0;

  function setConversation(id: number | null): void {
    rememberConversation(userId, id);
    change({ conversation: id });
  }

  async function follow(request: ChatRequest, signal: AbortSignal, changed: Listener): Promise<void> {
    const { conversation, events } = await door.ask(userId, request, signal);
    if (conversation && !signal.aborted) setConversation(conversation);
    for await (const event of events) {
      if (signal.aborted) return;
      if (event.kind === "error") throw new ApiError(200, event.code, event.message || t.chat.failed);
      if (event.kind === "done") setConversation(event.conversation);
      changeTurns((turns) => received(turns, event));
      if (event.kind === "action" && event.action.change_id !== null) changed();
    }
  }

  async function send(text: string, place: Place, changed: Listener): Promise<void> {
    if (state.get().busy || !text.trim()) return;
    const own = new AbortController();
    running = own;
    sent += 1;
    const { conversation } = state.get();
    change({ busy: true });
    changeTurns((turns) => asked(turns, text.trim(), `s${sent}`));
    const request = {
      message: text.trim(),
      ...place,
      ...(conversation ? { conversation_id: conversation } : {}),
    };
    try {
      await follow(request, own.signal, changed);
    } catch (error) {
      if (!own.signal.aborted) {
        const failure = failureOf(error);
        // The conversation was deleted elsewhere: the next try begins a new one.
        if (failure.code === "CONVERSATION_NOT_FOUND") setConversation(null);
        changeTurns((turns) => failed(turns, failure));
      }
    } finally {
      if (running === own) {
        running = null;
        change({ busy: false });
      }
      changed();
    }
  }

  function stop(): void {
    running?.abort();
    running = null;
    changeTurns(stopped);
    change({ busy: false });
  }

  async function open(conversation: number): Promise<void> {
    stop();
    opened += 1;
    const turn = opened;
    setConversation(conversation);
    change({ turns: [], history: "loading" });
    try {
      const messages = await wholeHistory(userId, conversation);
      if (turn === opened) change({ turns: turnsFrom(messages), history: "ready" });
    } catch (error) {
      if (turn !== opened) return;
      if (error instanceof ApiError && error.status === 404) startNew();
      else change({ history: "failed" });
    }
  }

  function startNew(): void {
    stop();
    opened += 1;
    setConversation(null);
    change({ turns: [], history: "ready" });
  }

  async function retry(key: string, place: Place, changed: Listener): Promise<void> {
    const turn = state.get().turns.find((item) => item.key === key);
    if (turn?.role !== "user" || state.get().busy) return;
    changeTurns((turns) => turns.filter((item) => item.key !== key));
    await send(turn.text, place, changed);
  }

  function markUndone(change: number, undo: number | null): void {
    const undone = new Map(state.get().undone);
    if (undo === null) undone.delete(change);
    else undone.set(change, undo);
    rememberUndone(userId, undone);
    state.set((now) => ({ ...now, undone }));
  }

  async function undoOne(change: number): Promise<void> {
    try {
      markUndone(change, await door.undo(userId, change));
    } catch (error) {
      if (!(error instanceof ApiError) || error.code !== "NOTHING_TO_UNDO") throw error;
      // Undone already, in a list or by saying so: the card shows what is true.
      markUndone(change, NO_REDO);
    }
  }

  async function toggleUndo(changes: readonly number[]): Promise<void> {
    const { undone } = state.get();
    if (!changes.every((change) => undone.has(change))) {
      for (const change of [...changes].reverse()) if (!undone.has(change)) await undoOne(change);
      return;
    }
    for (const change of changes) {
      const undo = undone.get(change);
      if (!undo) continue;
      await door.undo(userId, undo);
      markUndone(change, null);
    }
  }

  return { state, send, retry, stop, open, startNew, toggleUndo };
}

const chats = new Map<string, Chat>();

export function chatOf(userId: string): Chat {
  let chat = chats.get(userId);
  if (!chat) {
    chat = createChat(userId);
    chats.set(userId, chat);
    const { conversation } = chat.state.get();
    if (conversation) void chat.open(conversation);
  }
  return chat;
}
