import { describe, expect, it, vi } from "vitest";
import { ApiError } from "@/lib/api/client";
import { createChat, type Door } from "./chat";
import type { ChatEvent, ChatRequest } from "./stream";

const place = { timezone: "Asia/Karachi", locale: "en-GB" };
const nothing = () => {};
const milk: ChatEvent = {
  kind: "action",
  action: { name: "add_task", summary: "Added “Milk”", change_id: 9, tasks: [{ id: 1, title: "Milk" }] },
};
const done = (conversation: number): ChatEvent => ({
  kind: "done",
  conversation,
  text: "Added.",
  actions: [],
  engine: "builtin",
  suggestions: [],
});

const noUndo: Door["undo"] = async () => {
  throw new ApiError(409, "NOTHING_TO_UNDO", "That was undone already.");
};
const chatWith = (ask: Door["ask"], undo = noUndo) => createChat("u1", { ask, undo });

/** An assistant that answers every request with the given events, and remembers what it was asked. */
function assistant(...events: ChatEvent[]) {
  const requests: ChatRequest[] = [];
  async function* answer() {
    yield* events;
  }
  return {
    requests,
    ask: async (_user: string, request: ChatRequest) => {
      requests.push(request);
      return { conversation: null, events: answer() };
    },
  };
}

describe("a chat", () => {
  it("goes on in the conversation that the first answer began", async () => {
    const { requests, ask } = assistant(milk, done(4));
    const chat = chatWith(ask);
    await chat.send("  add milk ", place, nothing);
    await chat.send("and eggs", place, nothing);
    expect(requests).toEqual([
      { message: "add milk", ...place },
      { message: "and eggs", ...place, conversation_id: 4 },
    ]);
    expect(chat.state.get()).toMatchObject({ busy: false, conversation: 4 });
  });

  it("tells when tasks may have changed", async () => {
    const changed = vi.fn();
    await chatWith(assistant(milk, done(4)).ask).send("add milk", place, changed);
    expect(changed.mock.calls.length).toBeGreaterThanOrEqual(2);
  });

  it("sends nothing that is blank, and one message at a time", async () => {
    const { requests, ask } = assistant(done(4));
    const chat = chatWith(ask);
    await chat.send("   ", place, nothing);
    await Promise.all([chat.send("one", place, nothing), chat.send("two", place, nothing)]);
    expect(requests.map((request) => request.message)).toEqual(["one"]);
  });

  it("keeps a refused message with the server's words, and sends it again on request", async () => {
    let refuse = true;
    const { requests, ask } = assistant(done(4));
    const chat = chatWith(async (user, request, signal) => {
      void signal;
      if (refuse) throw new ApiError(429, "RATE_LIMITED", "Too many messages. Wait 20 seconds.");
      return ask(user, request);
    });
    await chat.send("add milk", place, nothing);
    const [kept] = chat.state.get().turns;
    expect(kept).toMatchObject({
      text: "add milk",
      failure: { message: "Too many messages. Wait 20 seconds." },
    });
    refuse = false;
    await chat.retry(kept!.key, place, nothing);
    expect(requests).toHaveLength(1);
    expect(chat.state.get().turns.map((turn) => turn.role)).toEqual(["user", "assistant"]);
  });

  it("keeps what was done, and its conversation, when it is stopped", async () => {
    let stopNow = nothing;
    const reached = new Promise<void>((resolve) => (stopNow = resolve));
    let aborted: AbortSignal | undefined;
    const chat = chatWith(async (_user, _request, signal) => {
      aborted = signal;
      const events = (async function* () {
        yield milk;
        stopNow();
        await new Promise((_resolve, reject) =>
          signal.addEventListener("abort", () => reject(signal.reason)),
        );
      })();
      return { conversation: 6, events };
    });
    const sending = chat.send("add milk", place, nothing);
    await reached;
    chat.stop();
    await sending;
    expect(aborted?.aborted).toBe(true);
    expect(chat.state.get()).toMatchObject({ busy: false, conversation: 6 });
    expect(chat.state.get().turns[1]).toMatchObject({ state: "stopped", actions: [{ change_id: 9 }] });
  });

  it("begins anew when its conversation is gone", async () => {
    const { ask } = assistant(done(4));
    let gone = false;
    const chat = chatWith(async (user, request) => {
      if (gone && request.conversation_id) throw new ApiError(404, "CONVERSATION_NOT_FOUND", "Gone.");
      return ask(user, request);
    });
    await chat.send("hello", place, nothing);
    gone = true;
    await chat.send("again", place, nothing);
    expect(chat.state.get().conversation).toBeNull();
    expect(chat.state.get().turns.at(-1)).toMatchObject({
      text: "again",
      failure: { code: "CONVERSATION_NOT_FOUND" },
    });
  });

  it("undoes from a card, and redoes by undoing the undo", async () => {
    const asked: number[] = [];
    const chat = chatWith(assistant().ask, async (_user, change) => {
      asked.push(change);
      return change + 100;
    });
    await chat.toggleUndo([9, 10]);
    expect([...chat.state.get().undone.keys()]).toEqual([10, 9]);
    await chat.toggleUndo([9, 10]);
    expect(chat.state.get().undone.size).toBe(0);
    expect(asked).toEqual([10, 9, 109, 110]);
  });

  it("shows a change as undone that was undone elsewhere", async () => {
    const chat = chatWith(assistant().ask, noUndo);
    await chat.toggleUndo([9]);
    expect(chat.state.get().undone.has(9)).toBe(true);
  });

  it("does not call a refused undo done", async () => {
    const chat = chatWith(assistant().ask, async () => {
      throw new ApiError(409, "UNDO_WOULD_LOSE", "It was changed again since.");
    });
    await expect(chat.toggleUndo([9])).rejects.toThrow("changed again");
    expect(chat.state.get().undone.has(9)).toBe(false);
  });
});
