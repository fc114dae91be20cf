"use client";

import { Inbox } from "lucide-react";
import { useProjects } from "@/features/projects/queries";
import { t } from "@/lib/messages";
import { Dot } from "@/ui/chip";
import { arrowKeys, PopoverItem } from "@/ui/popover";
import { useTaskActions } from "../actions";
import type { PickerProps } from "../picker";

export function ProjectPicker({ ids, close }: PickerProps) {
  const actions = useTaskActions();
  const projects = useProjects().filter((project) => !project.archived);
  const task = ids.length === 1 && ids[0] !== undefined ? actions.find(ids[0]) : undefined;

  function pick(project: { id: number; name: string } | null) {
    close();
    void actions.move(ids, project && { id: project.id, name: project.name });
  }

  return (
    <div onKeyDown={arrowKeys}>
      <PopoverItem pressed={task ? task.project === null : undefined} onPick={() => pick(null)}>
        <Inbox aria-hidden size={15} className="text-muted" />
        {t.lists.inbox}
      </PopoverItem>
      {projects.map((project) => (
        <PopoverItem
          key={project.id}
          pressed={task ? task.project?.id === project.id : undefined}
          onPick={() => pick(project)}
        >
          <span className="grid w-[15px] place-items-center">
            <Dot color={project.color} />
          </span>
          <span className="truncate">{project.name}</span>
        </PopoverItem>
      ))}
    </div>
  );
}
