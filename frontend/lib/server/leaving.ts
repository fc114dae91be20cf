/**
 * Leaving without breaking a connection (standalone build). A proxy or browser keeps connections to us; closing one at
 * the instant in which a request is written to it loses that request. So after SIGTERM, the way in which a cluster ends a
 * pod, the server goes on answering for DRAIN_SECONDS, each answer with `Connection: close` (RFC 9112, section 9.6), and
 * stops then. NEXT_MANUAL_SIG_HANDLE in the image leaves the signals to this file.
 */
import { subscribe } from "node:diagnostics_channel";
import type { Server, ServerResponse } from "node:http";

/** What requests in flight get once the server has stopped listening. */
const GRACE_SECONDS = 10;

/**
 * Every so many answers one ends its connection: a cluster spreads connections over the replicas, not requests, so
 * connections that last forever would leave a replica that joined later without work.
 */
export const ANSWERS_PER_CONNECTION = 50;

export type Departure = { leaving: boolean };

/** From now on answers end their connections, now and then and once `leaving` is set; tells the server that it saw. */
export function watchAnswers(departure: Departure): () => Server | undefined {
  let server: Server | undefined;
  let answers = 0;
  subscribe("http.server.request.start", (message) => {
    const seen = message as { server: Server; response: ServerResponse };
    server = seen.server;
    answers += 1;
    if (departure.leaving || answers % ANSWERS_PER_CONNECTION === 0)
      seen.response.setHeader("connection", "close");
  });
  return () => server;
}

export function drainSeconds(value: string | undefined): number {
  const seconds = Number(value?.trim() || 0);
  return Number.isFinite(seconds) && seconds > 0 ? seconds : 0;
}

export function leaveOnSignals(): void {
  const departure: Departure = { leaving: false };
  const server = watchAnswers(departure);
  const stop = () => {
    const listening = server();
    if (!listening) process.exit(0);
    // Event streams never end by themselves.
    setTimeout(() => process.exit(0), GRACE_SECONDS * 1000).unref();
    listening.close(() => process.exit(0));
  };
  const leave = (seconds: number) => {
    if (departure.leaving) process.exit(0); // the second signal
    departure.leaving = true;
    if (seconds) setTimeout(stop, seconds * 1000);
    else stop();
  };
  process.on("SIGTERM", () => leave(drainSeconds(process.env["DRAIN_SECONDS"])));
  process.on("SIGINT", () => leave(0));
}
