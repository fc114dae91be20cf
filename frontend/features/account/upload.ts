/** The one call that the generated client can't make: a file upload. Same guard, watch and errors. */
import { ApiError, errorFrom, GUARD_HEADER, reachable } from "@/lib/api/client";

/** Posts a form and answers the JSON of the answer. Throws ApiError. */
export async function upload<T>(path: string, body: FormData, signal?: AbortSignal): Promise<T> {
  let response: Response;
  try {
    response = await fetch(path, {
      method: "POST",
      headers: GUARD_HEADER,
      body,
      signal,
      credentials: "same-origin",
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    reachable.set(false);
    throw new ApiError(0, "UNREACHABLE", "Taskora can't be reached right now.");
  }
  const answer: unknown = await response.json().catch(() => null);
  if (!response.ok) throw errorFrom(response.status, answer);
  return answer as T;
}
