import type { Metadata } from "next";
import { SettingsView } from "@/features/account/settings-view";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.lists.settings };

export default function Page() {
  return <SettingsView />;
}
