"use client";

import { useQuery } from "@tanstack/react-query";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { Tag } from "@/lib/api/types";

export const TAGS = ["tags"] as const;
const NONE: Tag[] = [];

export function useTags(): Tag[] {
  return useTagsQuery().data ?? NONE;
}

export function useTagsQuery() {
  const user = useUser();
  return useQuery({
    queryKey: TAGS,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/{user_id}/tags", { params: { path: { user_id: user.id } }, signal })))
        .items,
  });
}
