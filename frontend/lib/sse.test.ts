import { describe, expect, it } from "vitest";
import { createSseParser, type ServerEvent } from "./sse";

const STREAM =
  ': hello\n\nevent: token\ndata: {"text":"Grüße 🎉"}\n\nevent: tool_call\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata: plain\n\nevent: done\ndata:\n\n';
const EVENTS: ServerEvent[] = [
  { event: "token", data: '{"text":"Grüße 🎉"}' },
  { event: "tool_call", data: '{"a":\n1}' },
  { event: "message", data: "plain" },
  { event: "done", data: "" },
];

describe("createSseParser", () => {
  it("reads a whole stream", () => {
    expect(createSseParser()(STREAM)).toEqual(EVENTS);
  });

  it("reads the same however the stream is cut", () => {
    for (let cut = 1; cut < STREAM.length; cut += 1) {
      const parse = createSseParser();
      expect([...parse(STREAM.slice(0, cut)), ...parse(STREAM.slice(cut))]).toEqual(EVENTS);
    }
    const parse = createSseParser();
    expect([...STREAM].flatMap((character) => parse(character))).toEqual(EVENTS);
  });

  it("keeps an unfinished event back", () => {
    expect(createSseParser()("event: token\ndata: x\n")).toEqual([]);
  });
});
