import { describe, expect, it } from "vitest";
import { chatEvent, chatEvents, StreamFault, suggestionsOf, type ChatEvent } from "./stream";

function body(...pieces: (string | Uint8Array)[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === "string" ? encoder.encode(piece) : piece);
      controller.close();
    },
  });
}

async function all(events: AsyncGenerator<ChatEvent>): Promise<ChatEvent[]> {
  const found: ChatEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

const done = { conversation_id: 7, response: "Done.", tool_calls: [], engine: "builtin" };
const doneText = `event: done\ndata: ${JSON.stringify(done)}\n\n`;

describe("chatEvent", () => {
  it("reads what was done, with the change that Undo takes back", () => {
    const data = {
      name: "add_task",
      arguments: { title: "Milk" },
      result: { task_id: 3, status: "created", title: "Milk" },
      summary: "Added “Milk”",
      change_id: 12,
      tasks: [{ id: 3, title: "Milk" }],
    };
    expect(chatEvent({ event: "tool_call", data: JSON.stringify(data) })).toEqual({
      kind: "action",
      action: { name: "add_task", summary: "Added “Milk”", change_id: 12, tasks: [{ id: 3, title: "Milk" }] },
    });
  });

  it("reads a call that changed nothing as one without a change", () => {
    const event = chatEvent({
      event: "tool_call",
      data: '{"name":"list_tasks","result":null,"tasks":"none"}',
    });
    expect(event).toEqual({
      kind: "action",
      action: { name: "list_tasks", summary: "", change_id: null, tasks: [] },
    });
  });

  it("reads the final answer with its suggestions and who gave it", () => {
    const data = { ...done, suggestions: [{ label: "Design meeting", message: "the first one" }, "Both"] };
    expect(chatEvent({ event: "done", data: JSON.stringify(data) })).toEqual({
      kind: "done",
      conversation: 7,
      text: "Done.",
      actions: [],
      engine: "builtin",
      suggestions: [
        { label: "Design meeting", message: "the first one" },
        { label: "Both", message: "Both" },
      ],
    });
  });

  it("skips events that it does not know, whatever they hold", () => {
    expect(chatEvent({ event: "mood", data: "}{" })).toBeNull();
  });

  it("refuses what is not JSON and an answer without a conversation", () => {
    expect(() => chatEvent({ event: "token", data: "{" })).toThrow(StreamFault);
    expect(() => chatEvent({ event: "done", data: '{"response":"hi"}' })).toThrow(StreamFault);
    expect(() => chatEvent({ event: "done", data: '{"conversation_id":"7"}' })).toThrow(StreamFault);
  });

  it("never shows an empty suggestion", () => {
    expect(suggestionsOf([{ label: "" }, "", " ", null, 4, { message: "both" }])).toEqual([
      { label: "both", message: "both" },
    ]);
  });
});

describe("chatEvents", () => {
  it("puts pieces together, wherever they were cut, even within a character", async () => {
    const bytes = new TextEncoder().encode(`event: token\r\ndata: {"text":"Añadido 🥛"}\r\n\r\n${doneText}`);
    const single = Array.from(bytes, (byte) => Uint8Array.of(byte));
    const events = await all(chatEvents(body(...single)));
    expect(events[0]).toEqual({ kind: "token", text: "Añadido 🥛" });
    expect(events[1]?.kind).toBe("done");
  });

  it("ends with the answer and passes over comments that keep the line open", async () => {
    const events = await all(
      chatEvents(body(": still here\n\n", doneText, 'event: token\ndata: {"text":"late"}\n\n')),
    );
    expect(events.map((event) => event.kind)).toEqual(["done"]);
  });

  it("tells an error of the server", async () => {
    const error = { code: "AI_UNAVAILABLE", message: "The model is away." };
    for (const data of [error, { error }]) {
      const events = await all(chatEvents(body(`event: error\ndata: ${JSON.stringify(data)}\n\n`)));
      expect(events).toEqual([{ kind: "error", ...error }]);
    }
  });

  it("says so when the stream ends before the answer", async () => {
    await expect(all(chatEvents(body('event: token\ndata: {"text":"Ad')))).rejects.toThrow(StreamFault);
  });
});
