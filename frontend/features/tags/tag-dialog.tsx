"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { useUser } from "@/features/account/session";
import { refreshSoon } from "@/features/tasks/cache";
import { api, unwrap, withChange } from "@/lib/api/client";
import type { Tag } from "@/lib/api/types";
import { useUndo } from "@/features/tasks/undo";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { ColorChoice } from "@/ui/color-choice";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { TAGS } from "./queries";

export default function TagDialog({ tag, onClose }: { tag: Tag; onClose: () => void }) {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const undo = useUndo();
  const [name, setName] = useState(tag.name);
  const [color, setColor] = useState<string | null>(tag.color);
  const [problem, setProblem] = useState<string>();
  const params = { path: { user_id: user.id, tag_id: tag.id } };

  async function attempt(work: () => Promise<void>) {
    try {
      await work();
      await client.invalidateQueries({ queryKey: TAGS });
      refreshSoon(client);
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  function save(event: FormEvent) {
    event.preventDefault();
    const wanted = name.trim().replace(/^@/, "");
    if (!wanted) return;
    void attempt(async () => {
      await unwrap(api.PUT("/api/{user_id}/tags/{tag_id}", { params, body: { name: wanted, color } }));
      if (wanted !== tag.name) router.replace(`/tag?name=${encodeURIComponent(wanted)}`);
    });
  }

  function remove() {
    void attempt(async () => {
      const { change } = await withChange(api.DELETE("/api/{user_id}/tags/{tag_id}", { params }));
      showToast({
        text: t.tags.deleted(tag.name),
        action:
          change === null
            ? undefined
            : { label: t.undo.action, run: () => void undo({ changes: Promise.resolve([change]) }) },
      });
      router.push("/inbox");
    });
  }

  return (
    <Dialog title={t.tags.edit(tag.name)} onClose={onClose}>
      <form onSubmit={save} className="grid gap-4 overflow-y-auto p-5 pt-3">
        <TextField
          label={t.projects.name}
          value={name}
          maxLength={50}
          error={problem}
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <div className="mt-1 flex flex-wrap gap-2">
          <Button kind="main" type="submit" disabled={!name.trim()}>
            {t.projects.save}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t.projects.cancel}
          </Button>
          <Button kind="danger" className="ms-auto" title={t.tags.deleteNote} onClick={remove}>
            {t.tags.delete}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
