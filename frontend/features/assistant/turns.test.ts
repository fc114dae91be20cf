import { describe, expect, it } from "vitest";
import type { Action } from "./stream";
import {
  asked,
  cardsOf,
  failed,
  lastEngine,
  received,
  spoken,
  stopped,
  turnsFrom,
  unnamedTasks,
  type Turn,
} from "./turns";

const action = (title: string, change_id: number | null, summary = `Added “${title}”`): Action => ({
  name: change_id === null ? "list_tasks" : "add_task",
  summary,
  change_id,
  tasks: [{ id: 1, title }],
});
const replyOf = (turns: Turn[]) => {
  const turn = turns.at(-1);
  if (turn?.role !== "assistant") throw new Error("the last turn is no reply");
  return turn;
};
const failure = { code: "UNREACHABLE", message: "Away." };

describe("a turn", () => {
  it("shows the message and waits for the reply at once", () => {
    const turns = asked([], "add milk", "s1");
    expect(turns.map((turn) => turn.role)).toEqual(["user", "assistant"]);
    expect(replyOf(turns).state).toBe("streaming");
  });

  it("collects tokens and actions, and lets the final answer count", () => {
    let turns = asked([], "add milk", "s1");
    turns = received(turns, { kind: "token", text: "Add" });
    turns = received(turns, { kind: "token", text: "ing…" });
    turns = received(turns, { kind: "action", action: action("Milk", 3) });
    expect(replyOf(turns)).toMatchObject({ text: "Adding…", actions: [{ change_id: 3 }] });
    turns = received(turns, {
      kind: "done",
      conversation: 1,
      text: "Added **Milk**.",
      actions: [action("Milk", 3)],
      engine: "model",
      suggestions: [],
    });
    expect(replyOf(turns)).toMatchObject({ text: "Added **Milk**.", state: "done", engine: "model" });
    expect(replyOf(turns).actions).toHaveLength(1);
  });

  it("ignores what arrives after Stop", () => {
    const turns = stopped(asked([], "add milk", "s1"));
    expect(received(turns, { kind: "token", text: "late" })).toEqual(turns);
    expect(replyOf(turns).state).toBe("stopped");
  });

  it("keeps a message that failed, ready to be sent again", () => {
    const turns = failed(asked([], "add milk", "s1"), failure);
    expect(turns).toEqual([{ key: "s1-said", role: "user", text: "add milk", failure }]);
  });

  it("does not offer to repeat what was partly done", () => {
    const during = received(asked([], "add milk", "s1"), { kind: "action", action: action("Milk", 3) });
    const turns = failed(during, failure);
    expect(turns).toHaveLength(2);
    expect(turns[0]).toMatchObject({ failure: null });
    expect(replyOf(turns)).toMatchObject({ state: "broken", actions: [{ change_id: 3 }] });
  });

  it("takes suggestions away once something was said", () => {
    const before = turnsFrom([
      { id: 1, role: "assistant", content: "Which one?", suggestions: ["The first", "The second"] },
    ]);
    expect(replyOf(before).suggestions).toHaveLength(2);
    const after = asked(before, "the first", "s1");
    expect(after[0]).toMatchObject({ suggestions: [] });
  });
});

describe("history", () => {
  const turns = turnsFrom([
    { id: 1, role: "user", content: "add milk" },
    {
      id: 2,
      role: "assistant",
      content: "Added.",
      engine: "model",
      tool_calls: [{ name: "add_task", change_id: 4 }],
    },
    { id: 3, role: "user", content: "add milk" },
    { id: 4, role: "assistant", content: "Again.", engine: "builtin", tool_calls: null },
    { id: 5, role: "user", content: "undo that" },
  ]);

  it("comes back with its actions", () => {
    expect(turns[1]).toMatchObject({ role: "assistant", state: "done", actions: [{ change_id: 4 }] });
  });

  it("knows who answered last", () => {
    expect(lastEngine(turns)).toBe("builtin");
    expect(lastEngine([])).toBeNull();
  });

  it("recalls what was said, newest first, without direct repeats", () => {
    expect(spoken(turns)).toEqual(["undo that", "add milk"]);
  });
});

describe("cards", () => {
  it("shows one card for what belongs together, and none for what only read", () => {
    const cards = cardsOf([action("Milk", 5), action("Milk", null), action("Eggs", 6), action("Bread", 6)]);
    expect(cards).toMatchObject([{ changes: [5, 6], tasks: ["Milk", "Eggs", "Bread"] }]);
  });

  it("keeps different doings apart, so that each can be undone by itself", () => {
    const deleted: Action = { name: "delete_task", summary: "Deleted “Bread”", change_id: 7, tasks: [] };
    const cards = cardsOf([action("Milk", 5), deleted, action("Eggs", 8)]);
    expect(cards.map((card) => card.changes)).toEqual([[5], [7], [8]]);
  });

  it("names the tasks that its words do not name", () => {
    const [card] = cardsOf([action("Milk", 5, "Deleted 2 tasks"), action("Eggs", 5, "Deleted 2 tasks")]);
    expect(card?.lines).toEqual(["Deleted 2 tasks"]);
    expect(card && unnamedTasks(card)).toEqual(["Milk", "Eggs"]);
  });
});
