import type { Metadata } from "next";
import { AssistantView } from "@/features/assistant/assistant-view";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.assistant };

export default function Page() {
  return <AssistantView />;
}
