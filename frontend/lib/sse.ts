/** Server-Sent Events over `fetch`, because EventSource can't POST. */
export type ServerEvent = { event: string; data: string };

/** Takes pieces of text as they arrive and answers the events that are complete. */
export function createSseParser(): (piece: string) => ServerEvent[] {
  let rest = "";
  return (piece) => {
    rest += piece;
    const events: ServerEvent[] = [];
    for (;;) {
      const boundary = /\r\n\r\n|\n\n|\r\r/.exec(rest);
      if (!boundary) return events;
      const block = rest.slice(0, boundary.index);
      rest = rest.slice(boundary.index + boundary[0].length);
      const data: string[] = [];
      let event = "message";
      for (const line of block.split(/\r\n|\n|\r/)) {
        if (line.startsWith(":")) continue;
        const colon = line.indexOf(":");
        const field = colon < 0 ? line : line.slice(0, colon);
        const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
        if (field === "data") data.push(value);
        else if (field === "event") event = value;
      }
      if (data.length > 0) events.push({ event, data: data.join("\n") });
    }
  };
}

export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  const parse = createSseParser();
  const reader = body
    .pipeThrough(new TextDecoderStream() as ReadableWritablePair<string, Uint8Array>)
    .getReader();
  try {
    for (;;) {
      const { value, done } = await reader.read();
      if (done) return;
      yield* parse(value);
    }
  } finally {
    reader.releaseLock();
  }
}
