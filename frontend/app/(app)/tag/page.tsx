import type { Metadata } from "next";
import { TagView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.task.tags };

export default function Page() {
  return <TagView />;
}
