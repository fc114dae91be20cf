"use client";

import { ApiError } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { Button } from "./button";

export function messageOf(error: unknown): string {
  return error instanceof ApiError ? error.message : t.errors.generic;
}

/** What went wrong while loading, what is safe, and the way on. */
export function LoadProblem({ error, retry, title }: { error: unknown; retry: () => void; title?: string }) {
  return (
    <div role="alert" className="mx-auto max-w-md px-4 py-16 text-center">
      <p className="text-lg font-semibold">{title ?? messageOf(error)}</p>
      <p className="text-muted mt-1">{title ? messageOf(error) : t.errors.safe}</p>
      <Button className="mt-5" onClick={retry}>
        {t.errors.retry}
      </Button>
    </div>
  );
}
