import type { Metadata } from "next";
import { AuthForm } from "@/features/account/auth-form";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.auth.signIn };

export default function Page() {
  return <AuthForm kind="signin" />;
}
