"use client";

import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useEffect, useState, type ReactNode } from "react";
import { ApiError } from "@/lib/api/client";
import { applyTheme, theme } from "@/lib/preferences";
import { Toaster } from "@/ui/toast";

function newClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 15_000,
        gcTime: 30 * 60_000,
        retry: (count, error) =>
          !(error instanceof ApiError && error.status >= 400 && error.status < 500) && count < 2,
        retryDelay: (count) => Math.min(500 * 2 ** count, 4000),
      },
    },
  });
}

export function Providers({ children }: { children: ReactNode }) {
  const [client] = useState(newClient);
  useEffect(() => {
    const system = window.matchMedia("(prefers-color-scheme: dark)");
    const stop = theme.subscribe(applyTheme);
    system.addEventListener("change", applyTheme);
    applyTheme();
    return () => {
      stop();
      system.removeEventListener("change", applyTheme);
    };
  }, []);
  return (
    <QueryClientProvider client={client}>
      {children}
      <Toaster />
    </QueryClientProvider>
  );
}
