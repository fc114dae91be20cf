"use client";

import { Settings2 } from "lucide-react";
import dynamic from "next/dynamic";
import { useState } from "react";
import type { Project } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { IconButton } from "@/ui/button";

const ProjectDialog = dynamic(() => import("./project-dialog"), { ssr: false });

export function ProjectMenu({ project }: { project: Project }) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <IconButton label={t.projects.edit(project.name)} onClick={() => setOpen(true)}>
        <Settings2 aria-hidden size={17} />
      </IconButton>
      {open && <ProjectDialog project={project} onClose={() => setOpen(false)} />}
    </>
  );
}
