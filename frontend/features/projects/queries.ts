"use client";

import { useQuery } from "@tanstack/react-query";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { Project } from "@/lib/api/types";

export const PROJECTS = ["projects"] as const;
const NONE: Project[] = [];

/** All projects, archived ones too, in the person's order. */
export function useProjects(): Project[] {
  return useProjectsQuery().data ?? NONE;
}

export function useProjectsQuery() {
  const user = useUser();
  return useQuery({
    queryKey: PROJECTS,
    staleTime: 60_000,
    queryFn: async ({ signal }) =>
      (await unwrap(api.GET("/api/{user_id}/projects", { params: { path: { user_id: user.id } }, signal })))
        .items,
  });
}
