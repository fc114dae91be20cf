"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useUser } from "@/features/account/session";
import { refreshSoon } from "@/features/tasks/cache";
import { useUndoToast } from "@/features/tasks/undo";
import { api, unwrap, withChange } from "@/lib/api/client";
import type { Tag } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { NameColorDialog } from "@/ui/name-color-dialog";
import { TAGS } from "./queries";

/** Renames, recolours or deletes a tag. */
export default function TagDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const showUndo = useUndoToast();
  const params = { path: { user_id: user.id, tag_id: tag.id } };

  async function refresh() {
    await client.invalidateQueries({ queryKey: TAGS });
    refreshSoon(client);
  }

  async function save(typed: string, color: string | null) {
    const name = typed.replace(/^@/, "") || tag.name;
    await unwrap(api.PUT("/api/{user_id}/tags/{tag_id}", { params, body: { name, color } }));
    if (name !== tag.name) router.replace(`/tag?name=${encodeURIComponent(name)}`);
    await refresh();
  }

  async function remove() {
    const { change } = await withChange(api.DELETE("/api/{user_id}/tags/{tag_id}", { params }));
    showUndo(t.tags.deleted(tag.name), change);
    router.push("/inbox");
    await refresh();
  }

  return (
    <NameColorDialog
      title={t.tags.edit(tag.name)}
      initial={tag}
      maxLength={50}
      submitLabel={t.projects.save}
      onSave={save}
      onClose={onClose}
      actions={(attempt) => (
        <Button kind="danger" className="ms-auto" title={t.tags.deleteNote} onClick={() => attempt(remove)}>
          {t.tags.delete}
        </Button>
      )}
    />
  );
}
