import type { Metadata } from "next";
import { TodayView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.today };

export default function Page() {
  return <TodayView />;
}
