import type { Metadata } from "next";
import { SearchView } from "@/features/search/search-view";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.search };

export default function Page() {
  return <SearchView />;
}
