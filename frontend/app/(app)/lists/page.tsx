import type { Metadata } from "next";
import { ListsView } from "@/features/shell/lists-view";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.lists };

export default function Page() {
  return <ListsView />;
}
