"use client";

import { List, MessageCircle, Plus, Search, Sun } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname } from "next/navigation";
import { focusQuickAdd, quickAddSheet } from "@/features/quick-add/draft";
import { t } from "@/lib/messages";
import { useStore } from "@/lib/store";
import { cx } from "@/lib/cx";

const QuickAddSheet = dynamic(() => import("@/features/quick-add/quick-add-sheet"), { ssr: false });

const TABS = [
  { href: "/today", label: t.lists.today, icon: Sun, also: [] as string[] },
  {
    href: "/lists",
    label: t.lists.lists,
    icon: List,
    also: [
      "/inbox",
      "/upcoming",
      "/calendar",
      "/all",
      "/completed",
      "/project",
      "/tag",
      "/filter",
      "/settings",
    ],
  },
  { href: "/assistant", label: t.lists.assistant, icon: MessageCircle, also: [] },
  { href: "/search", label: t.lists.search, icon: Search, also: [] },
];
const NO_ADD = new Set(["/assistant", "/settings", "/completed"]);

/** The phone's bar at the thumb, and above it the button that opens the quick-add line. */
export function BottomBar() {
  const pathname = usePathname();
  const sheet = useStore(quickAddSheet);
  return (
    <>
      {!NO_ADD.has(pathname) && (
        <button
          type="button"
          aria-label={t.quickAdd.label}
          onClick={() => focusQuickAdd()}
          className="bg-accent text-on-accent shadow-pop fixed end-4 bottom-[calc(4.75rem+env(safe-area-inset-bottom))] z-30 grid size-14 place-items-center rounded-2xl active:scale-95"
        >
          <Plus aria-hidden size={26} />
        </button>
      )}
      <nav
        aria-label={t.lists.tab}
        className="bg-panel border-line fixed inset-x-0 bottom-0 z-30 grid grid-cols-4 border-t pb-[env(safe-area-inset-bottom)]"
      >
        {TABS.map(({ href, label, icon: Icon, also }) => {
          const on = pathname === href || also.includes(pathname);
          return (
            <Link
              key={href}
              href={href}
              aria-current={pathname === href ? "page" : undefined}
              className={cx(
                "grid min-h-15 content-center justify-items-center gap-0.5 text-xs",
                on ? "text-accent font-semibold" : "text-muted",
              )}
            >
              <Icon aria-hidden size={20} />
              {label}
            </Link>
          );
        })}
      </nav>
      {sheet && <QuickAddSheet />}
    </>
  );
}
