"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { useRouter } from "next/navigation";
import { useUser } from "@/features/account/session";
import { api, withChange } from "@/lib/api/client";
import type { SavedFilter } from "@/lib/api/types";
import { useUndoToast } from "@/features/tasks/undo";
import { t } from "@/lib/messages";
import { IconButton } from "@/ui/button";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { FILTERS } from "./queries";

export function FilterMenu({ filter }: { filter: SavedFilter }) {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const showUndo = useUndoToast();

  async function remove() {
    try {
      const params = { path: { user_id: user.id, filter_id: filter.id } };
      const { change } = await withChange(api.DELETE("/api/{user_id}/filters/{filter_id}", { params }));
      void client.invalidateQueries({ queryKey: FILTERS });
      router.push("/all");
      showUndo(t.filters.deleted(filter.name), change);
    } catch (error) {
      showToast({ text: messageOf(error), tone: "error" });
    }
  }

  return (
    <IconButton label={t.filters.delete} onClick={() => void remove()}>
      <Trash2 aria-hidden size={17} />
    </IconButton>
  );
}
