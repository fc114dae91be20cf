import type { Metadata } from "next";
import { ProjectView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.task.project };

export default function Page() {
  return <ProjectView />;
}
