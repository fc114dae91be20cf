export const dynamic = "force-dynamic";

/** Whether this server answers; says nothing about the backend. */
export function GET(): Response {
  return Response.json({ status: "healthy" }, { headers: { "cache-control": "no-store" } });
}
