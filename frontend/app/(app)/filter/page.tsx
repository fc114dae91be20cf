import type { Metadata } from "next";
import { FilterView } from "@/features/tasks/views";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.filters };

export default function Page() {
  return <FilterView />;
}
