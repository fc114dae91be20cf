"use client";

import { t } from "@/lib/messages";
import { AppearanceSection } from "./appearance-section";
import { DeleteSection } from "./delete-section";
import { ExportSection } from "./export-section";
import { FeedSection } from "./feed-section";
import { ImportSection } from "./import-section";
import { NotificationsSection } from "./notifications-section";
import { PasswordSection } from "./password-section";
import { ProfileSection } from "./profile-section";
import { ProgressSection } from "./progress-section";
import { SessionsSection } from "./sessions-section";
import { TokensSection } from "./tokens-section";

const SECTIONS = [
  ["progress", t.settings.progress, ProgressSection],
  ["profile", t.settings.profile, ProfileSection],
  ["appearance", t.settings.appearance, AppearanceSection],
  ["notifications", t.settings.notifications, NotificationsSection],
  ["password", t.settings.password, PasswordSection],
  ["devices", t.settings.sessions, SessionsSection],
  ["import", t.settings.import, ImportSection],
  ["export", t.settings.export, ExportSection],
  ["calendar", t.settings.feed, FeedSection],
  ["tokens", t.settings.tokens, TokensSection],
  ["delete", t.settings.account, DeleteSection],
] as const;

/** Everything about the account, one section a subject. Shown inside the frame of the application. */
export function SettingsView() {
  return (
    <>
      <h1 tabIndex={-1} className="text-2xl font-bold tracking-tight outline-none">
        {t.settings.title}
      </h1>
      <nav
        aria-label={t.settings.sections}
        className="-mx-4 mt-3 mb-4 overflow-x-auto px-4 py-1 desk:mx-0 desk:overflow-visible desk:px-0"
      >
        <ul className="flex w-max gap-1.5 desk:w-auto desk:flex-wrap">
          {SECTIONS.map(([id, title]) => (
            <li key={id}>
              <a
                href={`#${id}`}
                onClick={() => document.getElementById(`${id}-title`)?.focus({ preventScroll: true })}
                className="border-line bg-panel hover:bg-hover inline-flex min-h-8 items-center rounded-full border px-3 text-sm touch:min-h-11"
              >
                {title}
              </a>
            </li>
          ))}
        </ul>
      </nav>
      <div className="grid grid-cols-[minmax(0,1fr)] gap-5">
        {SECTIONS.map(([id, , Content]) => (
          <Content key={id} />
        ))}
      </div>
    </>
  );
}
