/** Next.js calls this once when the standalone server starts; the plain-files build doesn't see it. */
export async function register(): Promise<void> {
  if (process.env["NEXT_RUNTIME"] === "nodejs") {
    const { leaveOnSignals } = await import("@/lib/server/leaving");
    leaveOnSignals();
  }
}
