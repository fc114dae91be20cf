"use client";

import { usePathname, useSearchParams } from "next/navigation";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import { today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { Dialog } from "@/ui/dialog";
import { quickAddSheet } from "./draft";
import { QuickAdd } from "./quick-add";
import type { Defaults } from "./reading";

/** What the list on screen gives to new tasks. */
function useDefaults(): Defaults {
  const user = useUser();
  const pathname = usePathname();
  const params = useSearchParams();
  const projects = useProjects();
  if (pathname === "/today") return { due: today(user.timezone) };
  if (pathname === "/tag") return { tag: params.get("name") ?? undefined };
  if (pathname !== "/project") return {};
  const project = projects.find((one) => String(one.id) === params.get("id"));
  return project ? { project: { id: project.id, name: project.name } } : {};
}

/** The quick-add line of a phone: above the keyboard, within reach of the thumb; stays open for the next task. */
export default function QuickAddSheet() {
  const defaults = useDefaults();
  return (
    <Dialog title={t.quickAdd.label} onClose={() => quickAddSheet.set(false)} className="overflow-visible!">
      <div className="p-4 pt-2 pb-[calc(1rem+env(safe-area-inset-bottom))]">
        <QuickAdd autoFocus defaults={defaults} />
      </div>
    </Dialog>
  );
}
