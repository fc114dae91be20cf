"use client";

import { useQueryClient } from "@tanstack/react-query";
import { CloudOff } from "lucide-react";
import { useEffect, useSyncExternalStore } from "react";
import { reachable } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { useStore } from "@/lib/store";

const RETRY_MS = 5000;

function useOnline(): boolean {
  return useSyncExternalStore(
    (changed) => {
      window.addEventListener("online", changed);
      window.addEventListener("offline", changed);
      return () => {
        window.removeEventListener("online", changed);
        window.removeEventListener("offline", changed);
      };
    },
    () => navigator.onLine,
    () => true,
  );
}

/** A quiet line while the network or the server is away; it asks again by itself and goes when they are back. */
export function Banner() {
  const online = useOnline();
  const there = useStore(reachable);
  const client = useQueryClient();
  useEffect(() => {
    if (there || !online) return;
    const timer = setInterval(() => {
      fetch("/health", { cache: "no-store" }).then(
        () => void client.refetchQueries({ type: "active" }),
        () => undefined,
      );
    }, RETRY_MS);
    return () => clearInterval(timer);
  }, [there, online, client]);

  return (
    <div role="status">
      {(!online || !there) && (
        <p className="bg-accent-soft border-line flex items-center gap-2.5 border-b px-4 py-2 text-sm">
          <CloudOff aria-hidden size={16} className="shrink-0" />
          {online ? t.errors.away : t.errors.offline}
        </p>
      )}
    </div>
  );
}
