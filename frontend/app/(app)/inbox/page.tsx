import type { Metadata } from "next";
import { InboxView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.inbox };

export default function Page() {
  return <InboxView />;
}
