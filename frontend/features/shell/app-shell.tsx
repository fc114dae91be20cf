"use client";

import { PanelRightClose, PanelRightOpen } from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import type { ReactNode } from "react";
import { useStore } from "@/lib/store";
import { picker } from "@/features/tasks/picker";
import { selection } from "@/features/tasks/selection";
import { t } from "@/lib/messages";
import { assistantOpen } from "@/lib/preferences";
import { closeTask } from "@/lib/url";
import { useDesk, useWide } from "@/lib/use-media";
import { cx } from "@/lib/cx";
import { IconButton } from "@/ui/button";
import { Mark } from "@/ui/mark";
import { Banner } from "./banner";
import { BottomBar } from "./bottom-bar";
import { Hotkeys, overlay } from "./hotkeys";
import { LiveUpdates } from "./live-updates";
import { Navigation } from "./navigation";

const DetailPanel = dynamic(() => import("@/features/tasks/detail/detail-panel"), { ssr: false });
const DetailDialog = dynamic(() => import("@/features/tasks/detail/detail-dialog"), { ssr: false });
const AssistantPanel = dynamic(
  () => import("@/features/assistant/assistant-panel").then((module) => module.AssistantPanel),
  { ssr: false },
);
const BulkBar = dynamic(() => import("@/features/tasks/bulk-bar").then((module) => module.BulkBar), {
  ssr: false,
});
const PickerHost = dynamic(() => import("@/features/tasks/pickers/picker-host"), { ssr: false });
const Palette = dynamic(() => import("./palette"), { ssr: false });
const KeysDialog = dynamic(() => import("./keys-dialog"), { ssr: false });

export function AppShell({ children }: { children: ReactNode }) {
  const desk = useDesk();
  const wide = useWide();
  const pathname = usePathname();
  const taskId = Number(useSearchParams().get("task")) || null;
  const assistant =
    useStore(assistantOpen) === "open" && pathname !== "/assistant" && pathname !== "/settings";
  const picking = useStore(picker);
  const selecting = useStore(selection).size > 0;
  const shown = useStore(overlay);
  const side = wide && (taskId !== null || assistant);

  return (
    <div
      className={cx(
        "h-dvh overflow-hidden desk:grid desk:grid-cols-[15rem_minmax(0,1fr)] desk:grid-rows-[minmax(0,1fr)]",
        side && "wide:grid-cols-[15rem_minmax(0,1fr)_23.5rem]",
      )}
    >
      <a
        href="#main"
        className="bg-panel text-accent shadow-pop sr-only z-50 rounded-lg px-4 py-2 focus:not-sr-only focus:fixed focus:start-3 focus:top-3"
      >
        {t.lists.skip}
      </a>
      {desk && (
        <header className="bg-sunken border-line flex min-h-0 flex-col border-e">
          <p className="flex items-center gap-2.5 px-5 pt-5 pb-3 font-semibold">
            <Link href="/today" className="flex items-center gap-2.5 rounded-md">
              <Mark /> {t.app.name}
            </Link>
          </p>
          <div className="min-h-0 flex-1 overflow-y-auto px-3 pb-6">
            <Navigation />
          </div>
        </header>
      )}
      <div className="relative flex h-full min-h-0 min-w-0 flex-col">
        <Banner />
        <main
          id="main"
          tabIndex={-1}
          className="min-h-0 flex-1 overflow-y-auto overscroll-contain outline-none"
        >
          {pathname === "/assistant" ? (
            children
          ) : (
            <div className="mx-auto max-w-3xl px-4 pt-6 pb-40 desk:px-10 desk:pt-8 desk:pb-24">
              {children}
            </div>
          )}
        </main>
        {wide && taskId === null && pathname !== "/assistant" && pathname !== "/settings" && (
          <IconButton
            label={assistant ? t.chat.hide : t.chat.show}
            hotkey={assistant ? undefined : "a"}
            aria-expanded={assistant}
            className="absolute end-2 top-3"
            onClick={() => assistantOpen.set(assistant ? "closed" : "open")}
          >
            {assistant ? <PanelRightClose aria-hidden size={17} /> : <PanelRightOpen aria-hidden size={17} />}
          </IconButton>
        )}
      </div>
      {side && (
        <aside
          aria-label={taskId !== null ? t.detail.label : t.chat.title}
          className="bg-panel border-line flex h-dvh min-h-0 flex-col border-s"
        >
          {taskId !== null ? <DetailPanel id={taskId} /> : <AssistantPanel />}
        </aside>
      )}
      {!wide && taskId !== null && <DetailDialog id={taskId} full={!desk} onClose={closeTask} />}
      {!desk && <BottomBar />}
      {selecting && <BulkBar />}
      {picking && <PickerHost />}
      {shown === "palette" && <Palette />}
      {shown === "keys" && <KeysDialog />}
      <Hotkeys />
      <LiveUpdates />
    </div>
  );
}

/** What a page shows before it is known who is there: the columns, empty, so that nothing jumps. */
export function ShellSkeleton() {
  return (
    <div
      className="h-dvh desk:grid desk:grid-cols-[15rem_minmax(0,1fr)]"
      role="status"
      aria-label={t.loading}
    >
      <div className="bg-sunken border-line hidden border-e desk:block">
        <p className="flex items-center gap-2.5 px-5 pt-5 font-semibold">
          <Mark /> {t.app.name}
        </p>
      </div>
      <main className="appear-late">
        <h1 className="sr-only">{t.app.name}</h1>
      </main>
    </div>
  );
}
