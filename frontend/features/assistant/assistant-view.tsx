"use client";

import dynamic from "next/dynamic";

const AssistantPanel = dynamic(() => import("./assistant-panel").then((module) => module.AssistantPanel), {
  ssr: false,
});

/** The assistant as a page of its own: the phone's third tab. Leaves room for the bar at the bottom. */
export function AssistantView() {
  return (
    <div className="desk:border-line h-full pb-[calc(3.75rem+env(safe-area-inset-bottom))] desk:mx-auto desk:max-w-3xl desk:border-x desk:pb-0">
      <AssistantPanel page />
    </div>
  );
}
