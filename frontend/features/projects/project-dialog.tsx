"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useState, type FormEvent } from "react";
import { useUser } from "@/features/account/session";
import { refreshSoon } from "@/features/tasks/cache";
import { api, changeId, errorFrom, unwrap } from "@/lib/api/client";
import type { Project } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { ColorChoice } from "@/ui/color-choice";
import { Dialog } from "@/ui/dialog";
import { TextField } from "@/ui/field";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { useUndo } from "@/features/tasks/undo";
import { PROJECTS } from "./queries";

/** Makes a project, or changes, archives or deletes one. */
export default function ProjectDialog({ project, onClose }: { project?: Project; onClose: () => void }) {
  const user = useUser();
  const client = useQueryClient();
  const router = useRouter();
  const undo = useUndo();
  const [name, setName] = useState(project?.name ?? "");
  const [color, setColor] = useState<string | null>(project?.color ?? null);
  const [problem, setProblem] = useState<string>();
  const path = { user_id: user.id };

  async function attempt(work: () => Promise<void>) {
    try {
      await work();
      await client.invalidateQueries({ queryKey: PROJECTS });
      refreshSoon(client);
      onClose();
    } catch (error) {
      setProblem(messageOf(error));
    }
  }

  function save(event: FormEvent) {
    event.preventDefault();
    if (!name.trim()) return;
    const body = { name: name.trim(), color };
    void attempt(async () => {
      if (project) {
        const params = { path: { ...path, project_id: project.id } };
        await unwrap(
          api.PUT("/api/{user_id}/projects/{project_id}", {
            params,
            body: { ...body, archived: project.archived },
          }),
        );
      } else {
        const made = await unwrap(api.POST("/api/{user_id}/projects", { params: { path }, body }));
        router.push(`/project?id=${made.id}`);
      }
    });
  }

  function archive() {
    if (!project) return;
    void attempt(async () => {
      const params = { path: { ...path, project_id: project.id } };
      const body = { name: project.name, color: project.color, archived: !project.archived };
      await unwrap(api.PUT("/api/{user_id}/projects/{project_id}", { params, body }));
      if (!project.archived) showToast({ text: t.projects.archived(project.name) });
    });
  }

  function remove() {
    if (!project) return;
    void attempt(async () => {
      const answer = await api.DELETE("/api/{user_id}/projects/{project_id}", {
        params: { path: { ...path, project_id: project.id } },
      });
      if (!answer.response.ok) throw errorFrom(answer.response.status, answer.error);
      const change = changeId(answer.response);
      showToast({
        text: t.projects.deleted(project.name),
        action:
          change === null
            ? undefined
            : { label: t.undo.action, run: () => void undo({ changes: Promise.resolve([change]) }) },
      });
      router.push("/inbox");
    });
  }

  return (
    <Dialog title={project ? t.projects.edit(project.name) : t.projects.add} onClose={onClose}>
      <form onSubmit={save} className="grid gap-4 overflow-y-auto p-5 pt-3">
        <TextField
          label={t.projects.name}
          value={name}
          maxLength={100}
          error={problem}
          autoFocus
          onChange={(event) => setName(event.target.value)}
        />
        <ColorChoice value={color} onChange={setColor} />
        <div className="mt-1 flex flex-wrap gap-2">
          <Button kind="main" type="submit" disabled={!name.trim()}>
            {project ? t.projects.save : t.projects.create}
          </Button>
          <Button kind="quiet" onClick={onClose}>
            {t.projects.cancel}
          </Button>
          {project && (
            <>
              <Button className="ms-auto" onClick={archive}>
                {project.archived ? t.projects.restore : t.projects.archive}
              </Button>
              <Button kind="danger" onClick={remove} title={t.projects.deleteNote}>
                {t.projects.delete}
              </Button>
            </>
          )}
        </div>
      </form>
    </Dialog>
  );
}
