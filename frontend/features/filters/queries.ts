"use client";

import { useQuery } from "@tanstack/react-query";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { SavedFilter } from "@/lib/api/types";

export const FILTERS = ["filters"] as const;
const NONE: SavedFilter[] = [];

export function useFilters(): SavedFilter[] {
  return useFiltersQuery().data ?? NONE;
}

export function useFiltersQuery() {
  const user = useUser();
  return useQuery({
    queryKey: FILTERS,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/{user_id}/filters", { params: { path: { user_id: user.id } }, signal })))
        .items,
  });
}
