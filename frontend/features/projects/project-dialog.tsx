"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useUser } from "@/features/account/session";
import { refreshSoon } from "@/features/tasks/cache";
import { useUndoToast } from "@/features/tasks/undo";
import { api, unwrap, withChange } from "@/lib/api/client";
import type { Project } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { NameColorDialog } from "@/ui/name-color-dialog";
import { showToast } from "@/ui/toast";
import { PROJECTS } from "./queries";

/** Makes a project, or changes, archives or deletes one. */
export default function ProjectDialog({ project, onClose }: { project?: Project; onClose: () => void }) {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const showUndo = useUndoToast();

  async function refresh() {
    await client.invalidateQueries({ queryKey: PROJECTS });
    refreshSoon(client);
  }

  async function put(id: number, body: { name: string; color: string | null; archived: boolean }) {
    const params = { path: { user_id: user.id, project_id: id } };
    await unwrap(api.PUT("/api/{user_id}/projects/{project_id}", { params, body }));
    await refresh();
  }

  async function save(name: string, color: string | null) {
    if (project) return put(project.id, { name, color, archived: project.archived });
    const params = { path: { user_id: user.id } };
    const made = await unwrap(api.POST("/api/{user_id}/projects", { params, body: { name, color } }));
    router.push(`/project?id=${made.id}`);
    await refresh();
  }

  async function archive({ id, name, color, archived }: Project) {
    await put(id, { name, color, archived: !archived });
    if (!archived) showToast({ text: t.projects.archived(name) });
  }

  async function remove({ id, name }: Project) {
    const params = { path: { user_id: user.id, project_id: id } };
    const { change } = await withChange(api.DELETE("/api/{user_id}/projects/{project_id}", { params }));
    showUndo(t.projects.deleted(name), change);
    router.push("/inbox");
    await refresh();
  }

  return (
    <NameColorDialog
      title={project ? t.projects.edit(project.name) : t.projects.add}
      initial={project}
      maxLength={100}
      submitLabel={project ? t.projects.save : t.projects.create}
      onSave={save}
      onClose={onClose}
      actions={(attempt) =>
        project && (
          <>
            <Button className="ms-auto" onClick={() => attempt(() => archive(project))}>
              {project.archived ? t.projects.restore : t.projects.archive}
            </Button>
            <Button
              kind="danger"
              title={t.projects.deleteNote}
              onClick={() => attempt(() => remove(project))}
            >
              {t.projects.delete}
            </Button>
          </>
        )
      }
    />
  );
}
