"use client";

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useUser } from "@/features/account/session";
import { api, unwrap } from "@/lib/api/client";
import type { Conversation } from "@/lib/api/types";

export const CONVERSATIONS = ["conversations"] as const;

/** The earlier conversations, newest first; asked for when the list is opened. */
export function useConversations(enabled: boolean) {
  const user = useUser();
  return useQuery({
    queryKey: CONVERSATIONS,
    enabled,
    staleTime: 0,
    queryFn: async ({ signal }): Promise<Conversation[]> =>
      (
        await unwrap(
          api.GET("/api/{user_id}/conversations", { params: { path: { user_id: user.id } }, signal }),
        )
      ).items,
  });
}

export function useDeleteConversation() {
  const user = useUser();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/{user_id}/conversations/{conversation_id}", {
          params: { path: { user_id: user.id, conversation_id: id } },
        }),
      ),
    onSuccess: (_, id) => {
      client.setQueryData<Conversation[]>(CONVERSATIONS, (all) => all?.filter((item) => item.id !== id));
    },
  });
}
