import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it, vi } from "vitest";
import { forward } from "./forward";

let server: Server | undefined;
afterEach(() => {
  server?.close();
  vi.unstubAllEnvs();
});

async function backend(answer: (request: IncomingMessage, response: ServerResponse) => void): Promise<void> {
  server = createServer(answer);
  await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
  vi.stubEnv("API_BASE_URL", `http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
}

describe("forward", () => {
  it("passes method, path, query, body and headers, and says where the request came in", async () => {
    let seen:
      { url?: string; method?: string; body: string; headers: IncomingMessage["headers"] } | undefined;
    await backend((request, response) => {
      let body = "";
      request.on("data", (piece: Buffer) => (body += piece.toString()));
      request.on("end", () => {
        seen = { url: request.url, method: request.method, body, headers: request.headers };
        response.writeHead(201, { "set-cookie": ["a=1", "b=2"], "x-change-id": "7", connection: "close" });
        response.end('{"ok":true}');
      });
    });
    const answer = await forward(
      new Request("http://page.example/api/u/tasks?x=1&y=%20", {
        method: "POST",
        body: "hello",
        headers: {
          host: "page.example",
          "x-requested-with": "taskora",
          connection: "close, x-private",
          "x-private": "1",
        },
      }),
    );
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({ ok: true });
    expect(answer.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
    expect(answer.headers.get("x-change-id")).toBe("7");
    expect(answer.headers.has("connection")).toBe(false);
    expect(seen).toMatchObject({ url: "/api/u/tasks?x=1&y=%20", method: "POST", body: "hello" });
    expect(seen?.headers).toMatchObject({ "x-requested-with": "taskora", "x-forwarded-proto": "http" });
    expect(seen?.headers["x-forwarded-host"]).toBe("page.example");
    expect(seen?.headers["x-private"]).toBeUndefined();
  });

  it("passes events on while the backend is still talking", async () => {
    let finish: (() => void) | undefined;
    await backend((_request, response) => {
      response.writeHead(200, { "content-type": "text/event-stream" });
      response.write("data: first\n\n");
      finish = () => response.end("data: last\n\n");
    });
    const answer = await forward(new Request("http://page.example/api/u/events"));
    const reader = answer.body?.getReader();
    const first = await reader?.read();
    expect(new TextDecoder().decode(first?.value)).toBe("data: first\n\n");
    finish?.();
    const last = await reader?.read();
    expect(new TextDecoder().decode(last?.value)).toBe("data: last\n\n");
  });

  it("does not follow redirects: that is the browser's decision", async () => {
    await backend((_request, response) => {
      response.writeHead(307, { location: "http://elsewhere.example/" });
      response.end();
    });
    const answer = await forward(new Request("http://page.example/api/x"));
    expect(answer.status).toBe(307);
    expect(answer.headers.get("location")).toBe("http://elsewhere.example/");
  });

  it("says so in the API's own shape when the backend is away", async () => {
    vi.stubEnv("API_BASE_URL", "http://127.0.0.1:1");
    const answer = await forward(new Request("http://page.example/api/x"));
    expect(answer.status).toBe(502);
    expect(await answer.json()).toMatchObject({ error: { code: "BACKEND_UNAVAILABLE" } });
  });
});
