import type { ReactNode } from "react";
import { SessionGate } from "@/features/account/session";
import { AppShell, ShellSkeleton } from "@/features/shell/app-shell";

export default function AppLayout({ children }: { children: ReactNode }) {
  return (
    <SessionGate waiting={<ShellSkeleton />}>
      <AppShell>{children}</AppShell>
    </SessionGate>
  );
}
