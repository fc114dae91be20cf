"use client";

import { t } from "@/lib/messages";
import { Navigation } from "./navigation";

export function ListsView() {
  return (
    <>
      <h1 tabIndex={-1} className="mb-4 text-2xl font-bold tracking-tight outline-none">
        {t.lists.lists}
      </h1>
      <Navigation />
    </>
  );
}
