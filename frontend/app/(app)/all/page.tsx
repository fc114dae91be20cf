import type { Metadata } from "next";
import { AllView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.all };

export default function Page() {
  return <AllView />;
}
