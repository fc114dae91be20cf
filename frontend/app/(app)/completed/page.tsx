import type { Metadata } from "next";
import { CompletedView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.completed };

export default function Page() {
  return <CompletedView />;
}
