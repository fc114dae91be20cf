import type { Metadata } from "next";
import { AuthForm } from "@/features/account/auth-form";
import { t } from "@/lib/messages";

export const metadata: Metadata = { title: t.auth.signUp };

export default function Page() {
  return <AuthForm kind="signup" />;
}
