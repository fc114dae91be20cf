"use client";

import { CircleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { messageOf } from "@/ui/problem";

export type SectionProps = { id: string; title: string; hint?: string; children: ReactNode };

/** One subject of the settings; the navigation at the side leads to its id. */
export function Section({ id, title, hint, children }: SectionProps) {
  return (
    <section
      id={id}
      aria-labelledby={`${id}-title`}
      className="border-line bg-panel shadow-card scroll-mt-20 rounded-2xl border p-5 sm:p-6"
    >
      <h2 id={`${id}-title`} tabIndex={-1} className="text-lg font-semibold">
        {title}
      </h2>
      {hint && <p className="text-muted mt-0.5 max-w-prose">{hint}</p>}
      <div className="mt-4">{children}</div>
    </section>
  );
}

/** What went wrong with something that was asked for in a section. */
export function Trouble({ error, children }: { error: unknown; children?: ReactNode }) {
  return (
    <div role="alert" className="bg-urgent-soft text-urgent flex gap-2 rounded-lg px-3 py-2">
      <CircleAlert aria-hidden size={18} className="mt-0.5 shrink-0" />
      <div className="min-w-0 [overflow-wrap:anywhere]">
        <p>{typeof error === "string" ? error : messageOf(error)}</p>
        {children}
      </div>
    </div>
  );
}

type Loaded<T> = { data: T | undefined; isError: boolean; error: unknown; refetch: () => unknown };

/** Shows what was loaded; before that nothing for 200 ms, and what to do when it can't be loaded. */
export function WhenLoaded<T>({ query, children }: { query: Loaded<T>; children: (data: T) => ReactNode }) {
  if (query.data !== undefined) return children(query.data);
  if (!query.isError) return <p className="text-muted appear-late">{t.loading}</p>;
  return (
    <Trouble error={query.error}>
      <Button className="mt-2" onClick={() => void query.refetch()}>
        {t.errors.retry}
      </Button>
    </Trouble>
  );
}
