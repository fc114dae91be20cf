import type { Metadata } from "next";
import { UpcomingView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.upcoming };

export default function Page() {
  return <UpcomingView />;
}
