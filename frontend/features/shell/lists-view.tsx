"use client";

import { useRouter } from "next/navigation";
import { useEffect } from "react";
import { t } from "@/lib/messages";
import { useDesk } from "@/lib/use-media";
import { Navigation } from "./navigation";

/** The lists as a page, for phones: a desktop has them in its side column. */
export function ListsView() {
  const desk = useDesk();
  const router = useRouter();
  useEffect(() => {
    if (desk) router.replace("/today");
  }, [desk, router]);
  if (desk) return null;
  return (
    <>
      <h1 tabIndex={-1} className="mb-4 text-2xl font-bold tracking-tight outline-none">
        {t.lists.lists}
      </h1>
      <Navigation />
    </>
  );
}
