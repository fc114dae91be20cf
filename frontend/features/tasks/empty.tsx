"use client";

import { CornerUpLeft } from "lucide-react";
import type { ReactNode } from "react";
import { focusQuickAdd } from "@/features/quick-add/draft";
import { t } from "@/lib/messages";

type EmptyProps = { title: string; hint?: string; examples?: readonly string[]; children?: ReactNode };

/** An empty list teaches: three sentences that work, one click away from the line. */
export function Empty({ title, hint, examples = [], children }: EmptyProps) {
  return (
    <div className="appear mx-auto max-w-md px-2 py-14 text-center">
      <p className="text-xl font-semibold">{title}</p>
      {hint && <p className="text-muted mt-1">{hint}</p>}
      {examples.length > 0 && (
        <ul className="mt-5 grid gap-2">
          {examples.map((example) => (
            <li key={example}>
              <button
                type="button"
                aria-label={t.empty.useExample(example)}
                onClick={() => focusQuickAdd(example)}
                className="border-line bg-panel hover:border-accent hover:bg-accent-soft group flex min-h-11 w-full items-center gap-3 rounded-xl border px-4 py-2 text-start transition-colors"
              >
                <span className="flex-1">{example}</span>
                <CornerUpLeft aria-hidden size={15} className="text-muted group-hover:text-accent shrink-0" />
              </button>
            </li>
          ))}
        </ul>
      )}
      {children}
    </div>
  );
}
