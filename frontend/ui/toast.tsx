"use client";

import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { t } from "@/lib/messages";
import { createStore, useStore } from "@/lib/store";
import { cx } from "@/lib/cx";

export type Toast = {
  id: number;
  text: string;
  tone: "plain" | "error";
  action?: { label: string; run: () => void };
};

const SHOWN_MS = 8000;
const toasts = createStore<Toast[]>([]);
let lastId = 0;

export function showToast(toast: Omit<Toast, "id" | "tone"> & { tone?: Toast["tone"] }): number {
  lastId += 1;
  const id = lastId;
  // Only the newest two: a pile of old messages helps nobody.
  toasts.set((all) => [...all.slice(-1), { tone: "plain", ...toast, id }]);
  return id;
}

export function dismissToast(id: number): void {
  toasts.set((all) => all.filter((toast) => toast.id !== id));
}

function ToastCard({ toast, newest }: { toast: Toast; newest: boolean }) {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    if (held) return;
    const timer = setTimeout(() => dismissToast(toast.id), SHOWN_MS);
    return () => clearTimeout(timer);
  }, [held, toast.id]);

  return (
    <div
      onMouseEnter={() => setHeld(true)}
      onMouseLeave={() => setHeld(false)}
      onFocus={() => setHeld(true)}
      onBlur={() => setHeld(false)}
      className={cx(
        "bg-toast text-on-toast shadow-pop appear pointer-events-auto flex max-w-full items-center gap-1 rounded-xl py-1 ps-4 pe-1.5",
        !newest && "max-desk:hidden opacity-90",
      )}
    >
      <span className="line-clamp-2 min-w-0 py-1.5 [overflow-wrap:anywhere]">{toast.text}</span>
      {toast.action && (
        <button
          type="button"
          className="text-toast-action focus-visible:outline-toast-action min-h-9 shrink-0 rounded-lg px-2.5 font-semibold hover:underline touch:min-h-11"
          onClick={() => {
            dismissToast(toast.id);
            toast.action?.run();
          }}
        >
          {toast.action.label}
        </button>
      )}
      <button
        type="button"
        aria-label={t.undo.dismiss}
        title={t.undo.dismiss}
        className="focus-visible:outline-toast-action grid size-8 shrink-0 place-items-center rounded-lg opacity-80 hover:opacity-100 touch:size-11"
        onClick={() => dismissToast(toast.id)}
      >
        <X aria-hidden size={16} />
      </button>
    </div>
  );
}

/** Where toasts appear; also the live region that reads them aloud. */
export function Toaster() {
  const all = useStore(toasts);
  return (
    <div
      role="status"
      aria-live="polite"
      className="pointer-events-none fixed inset-x-3 top-[calc(0.75rem+env(safe-area-inset-top))] z-50 flex flex-col items-center gap-2 desk:top-auto desk:bottom-6 desk:[body:has([data-bulk])_&]:bottom-22"
    >
      {all.map((toast, index) => (
        <ToastCard key={toast.id} toast={toast} newest={index === all.length - 1} />
      ))}
    </div>
  );
}
