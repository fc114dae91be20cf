/**
 * The forwarder of the standalone build: whatever comes to /api, /mcp and /feeds goes to the backend. The address is read
 * per request, so that one image serves every environment; bodies stream both ways (uploads, Server-Sent Events).
 */
const HOP_BY_HOP = new Set([
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
  "expect",
]);
// The fetch that forwards decodes the body and sets these itself.
const NOT_REQUEST = new Set([...HOP_BY_HOP, "host", "content-length", "accept-encoding"]);
const NOT_RESPONSE = new Set([...HOP_BY_HOP, "content-encoding", "content-length"]);

function backendAddress(): string {
  // By a variable name, or the bundler writes the value of build time into the code.
  const read = (name: string) => process.env[name]?.trim();
  return (
    read("API_BASE_URL") ||
    read(["NEXT_PUBLIC", "API_URL"].join("_")) ||
    "http://127.0.0.1:8000"
  ).replace(/\/+$/, "");
}

function copied(headers: Headers, without: Set<string>): Headers {
  const named = new Set(
    (headers.get("connection") ?? "").split(",").map((name) => name.trim().toLowerCase()),
  );
  const result = new Headers();
  headers.forEach((value, name) => {
    if (!without.has(name) && !named.has(name) && name !== "set-cookie") result.append(name, value);
  });
  for (const cookie of headers.getSetCookie()) result.append("set-cookie", cookie);
  return result;
}

function requestHeaders(request: Request): Headers {
  const headers = copied(request.headers, NOT_REQUEST);
  const url = new URL(request.url);
  const host = request.headers.get("host") ?? url.host;
  headers.set("x-forwarded-host", request.headers.get("x-forwarded-host") ?? host);
  headers.set("x-forwarded-proto", request.headers.get("x-forwarded-proto") ?? url.protocol.replace(":", ""));
  // Next.js fills x-forwarded-for with the peer's address when a proxy in front has not.
  if (!headers.has("x-forwarded-for")) headers.set("x-forwarded-for", "127.0.0.1");
  return headers;
}

function away(): Response {
  const message =
    "The Taskora server can't be reached right now. Nothing was changed; try again in a moment.";
  return Response.json(
    { error: { code: "BACKEND_UNAVAILABLE", message } },
    { status: 502, headers: { "cache-control": "no-store" } },
  );
}

export async function forward(request: Request): Promise<Response> {
  const url = new URL(request.url);
  const bodyless = request.method === "GET" || request.method === "HEAD";
  const init: RequestInit & { duplex?: "half" } = {
    method: request.method,
    headers: requestHeaders(request),
    body: bodyless ? undefined : request.body,
    redirect: "manual",
    cache: "no-store",
    signal: request.signal,
    ...(bodyless ? {} : { duplex: "half" }),
  };
  try {
    const answer = await fetch(`${backendAddress()}${url.pathname}${url.search}`, init);
    const headers = copied(answer.headers, NOT_RESPONSE);
    if (headers.get("content-type")?.startsWith("text/event-stream")) headers.set("x-accel-buffering", "no");
    return new Response(answer.body, { status: answer.status, statusText: answer.statusText, headers });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    if (error instanceof TypeError) return away();
    throw error;
  }
}
