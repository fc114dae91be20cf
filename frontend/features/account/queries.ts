"use client";

import { useQuery } from "@tanstack/react-query";
import { api, unwrap } from "@/lib/api/client";
import { useUser } from "./session";

export const SESSIONS = ["sessions"] as const;
export const TOKENS = ["tokens"] as const;
export const FEED = ["feed"] as const;
export const STATS = ["stats"] as const;

export function useSessions() {
  const user = useUser();
  return useQuery({
    queryKey: SESSIONS,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/{user_id}/sessions", { params: { path: { user_id: user.id } }, signal })))
        .items,
  });
}

export function useTokens() {
  const user = useUser();
  return useQuery({
    queryKey: TOKENS,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/{user_id}/tokens", { params: { path: { user_id: user.id } }, signal })))
        .items,
  });
}

export function useFeed() {
  const user = useUser();
  return useQuery({
    queryKey: FEED,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/{user_id}/feed", { params: { path: { user_id: user.id } }, signal })),
  });
}

export function useStats() {
  const user = useUser();
  return useQuery({
    queryKey: STATS,
    queryFn: ({ signal }) =>
      unwrap(api.GET("/api/{user_id}/stats", { params: { path: { user_id: user.id } }, signal })),
  });
}
