import { createServer, request, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { ANSWERS_PER_CONNECTION, drainSeconds, watchAnswers, type Departure } from "./leaving";

let server: Server | undefined;
afterEach(() => server?.close());

function ask(port: number): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request({ port, host: "127.0.0.1", headers: { connection: "keep-alive" } }, (answer) => {
      answer.resume();
      answer.on("end", () => resolve(answer));
    })
      .on("error", reject)
      .end();
  });
}

describe("leaving", () => {
  it("ends each connection with its answer once the server is leaving, and not before", async () => {
    const departure: Departure = { leaving: false };
    const known = watchAnswers(departure);
    server = createServer((_request, response) => response.end("ok"));
    await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;

    expect((await ask(port)).headers.connection).toBe("keep-alive");
    expect(known()).toBe(server);
    departure.leaving = true;
    const last = await ask(port);
    expect(last.statusCode).toBe(200);
    expect(last.headers.connection).toBe("close");
    departure.leaving = false; // the watcher stays for as long as the process
  });

  it("ends a connection now and then, so that replicas share the work", async () => {
    watchAnswers({ leaving: false });
    server = createServer((_request, response) => response.end("ok"));
    await new Promise<void>((ready) => server?.listen(0, "127.0.0.1", ready));
    const { port } = server.address() as AddressInfo;
    const said = [];
    for (let number = 0; number < ANSWERS_PER_CONNECTION; number += 1)
      said.push((await ask(port)).headers.connection);
    // Watchers of other tests count as well, so it may be said once more.
    const ends = said.filter((connection) => connection === "close").length;
    expect(ends).toBeGreaterThan(0);
    expect(ends).toBeLessThanOrEqual(2);
  });

  it("reads the time to drain, and takes nonsense for none", () => {
    expect([undefined, "", "0", "-3", "soon", "5", " 2.5 "].map(drainSeconds)).toEqual([
      0, 0, 0, 0, 0, 5, 2.5,
    ]);
  });
});
