/**
 * The one door to the API: the generated client on the page's own origin, with the header that the CSRF guard asks for,
 * and errors as `ApiError`. Who wants to know about lost sessions or an unreachable server listens to `signals`.
 */
import createClient, { type Middleware } from "openapi-fetch";
import { createStore } from "@/lib/store";
import type { paths } from "./schema";

export const GUARD_HEADER = { "X-Requested-With": "taskora" } as const;

export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly details?: unknown,
  ) {
    super(message);
    this.name = "ApiError";
  }
}

/** The server can't be reached, or answers that its backend can't. */
export const reachable = createStore(true);
/** Counts the answers that said the session is over. */
export const sessionLost = createStore(0);

const AWAY = new Set([502, 503, 504]);

async function watched(request: Request): Promise<Response> {
  try {
    const response = await fetch(request);
    reachable.set(!AWAY.has(response.status));
    return response;
  } catch (error) {
    if (error instanceof DOMException && error.name === "AbortError") throw error;
    reachable.set(false);
    throw new ApiError(0, "UNREACHABLE", "Taskora can't be reached right now.");
  }
}

const guard: Middleware = {
  onRequest: ({ request }) => {
    for (const [name, value] of Object.entries(GUARD_HEADER)) request.headers.set(name, value);
    return request;
  },
};

export const api = createClient<paths>({ baseUrl: "", credentials: "same-origin", fetch: watched });
api.use(guard);

type ErrorBody = { error?: { code?: string; message?: string; details?: unknown } };

export function errorFrom(status: number, body: unknown): ApiError {
  const error = (body as ErrorBody | null | undefined)?.error;
  // A wrong password is a 401 too, but the session that asked still stands.
  if (status === 401 && error?.code !== "CREDENTIALS_INVALID") sessionLost.set((count) => count + 1);
  return new ApiError(
    status,
    error?.code ?? `HTTP_${status}`,
    error?.message ?? "The server gave an answer that this page does not understand.",
    error?.details,
  );
}

/** Which change to name when it is to be undone; null for answers that changed nothing. */
export function changeId(response: Response): number | null {
  const value = Number(response.headers.get("X-Change-Id"));
  return Number.isInteger(value) && value > 0 ? value : null;
}

type Answer<T> = { data?: T; error?: unknown; response: Response };

/** The data of an answer, or an `ApiError`. */
export async function unwrap<T>(answer: Promise<Answer<T>>): Promise<T> {
  return (await withChange(answer)).data;
}

/** The data of a write and the change that it made. */
export async function withChange<T>(answer: Promise<Answer<T>>): Promise<{ data: T; change: number | null }> {
  const { data, error, response } = await answer;
  if (!response.ok) throw errorFrom(response.status, error);
  return { data: data as T, change: changeId(response) };
}
