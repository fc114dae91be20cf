"use client";

import { useSyncExternalStore } from "react";
import { t } from "@/lib/messages";
import { createStore } from "@/lib/store";
import { Button } from "@/ui/button";
import { Section } from "./section";

/** Counts the answers to the browser's question: the permission itself can't be watched everywhere. */
const answered = createStore(0);

function permission(): NotificationPermission | "missing" {
  return typeof Notification === "undefined" ? "missing" : Notification.permission;
}

export function NotificationsSection() {
  const state = useSyncExternalStore(answered.subscribe, permission, () => "missing" as const);
  return (
    <Section id="notifications" title={t.settings.notifications} hint={t.settings.notificationsHint}>
      <p role="status" className={state === "default" ? "sr-only" : undefined}>
        {state === "granted" && t.settings.notificationsOn}
        {state === "denied" && t.settings.notificationsOff}
        {state === "missing" && t.settings.notificationsMissing}
      </p>
      {state === "default" && (
        <Button
          kind="main"
          onClick={() => void Notification.requestPermission().then(() => answered.set((count) => count + 1))}
        >
          {t.settings.notificationsAllow}
        </Button>
      )}
    </Section>
  );
}
