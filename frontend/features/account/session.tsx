"use client";

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { usePathname, useRouter } from "next/navigation";
import { createContext, useContext, useEffect, useRef, type ReactNode } from "react";
import { api, ApiError, sessionLost, unwrap } from "@/lib/api/client";
import type { User } from "@/lib/api/types";
import { useStore } from "@/lib/store";
import { LoadProblem } from "@/ui/problem";

export const SESSION_KEY = ["session"] as const;

/** The person who is signed in, or null. */
export function useSession() {
  return useQuery({
    queryKey: SESSION_KEY,
    staleTime: 5 * 60_000,
    queryFn: async (): Promise<User | null> => {
      try {
        return (await unwrap(api.GET("/api/auth/session"))).user;
      } catch (error) {
        if (error instanceof ApiError && error.status === 401) return null;
        throw error;
      }
    },
  });
}

const UserContext = createContext<User | null>(null);

export function useUser(): User {
  const user = useContext(UserContext);
  if (!user) throw new Error("useUser needs a SessionGate above it");
  return user;
}

/** Where to go after signing in: only paths of this site. */
export function safeNext(value: string | null): string {
  return value && /^\/(?![/\\])/.test(value) ? value : "/inbox";
}

/** Shows its children to people who are signed in, and brings everybody else to the sign-in page. */
export function SessionGate({ children, waiting }: { children: ReactNode; waiting: ReactNode }) {
  const session = useSession();
  const router = useRouter();
  const pathname = usePathname();
  const client = useQueryClient();
  const lost = useStore(sessionLost);

  // Only what is lost from now on counts: the question "who is there?" of the sign-in page was answered with 401 too.
  const before = useRef(lost);
  useEffect(() => {
    if (lost > before.current)
      client.setQueryData(SESSION_KEY, (user: User | null | undefined) => (user ? null : user));
    before.current = lost;
  }, [lost, before, client]);

  const out = session.data === null;
  useEffect(() => {
    if (!out) return;
    const here = pathname + window.location.search;
    router.replace(
      here === "/inbox" || here === "/today" ? "/signin" : `/signin?next=${encodeURIComponent(here)}`,
    );
  }, [out, pathname, router]);

  if (session.data) return <UserContext.Provider value={session.data}>{children}</UserContext.Provider>;
  if (session.isError) return <LoadProblem error={session.error} retry={() => void session.refetch()} />;
  return waiting;
}
