"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { api, ApiError, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { messageOf } from "@/ui/problem";
import { showToast } from "@/ui/toast";
import { SESSIONS } from "./queries";
import { Section, Trouble } from "./section";
import { useUser } from "./session";

type Problems = { current?: string; next?: string; form?: unknown };

/** Which field a refusal is about: the old password was wrong, or the new one is not good enough. */
function problemsFrom(error: unknown): Problems {
  if (!(error instanceof ApiError)) return { form: error };
  if (error.code === "CREDENTIALS_INVALID") return { current: messageOf(error) };
  if (error.status === 422) return { next: messageOf(error) };
  return { form: error };
}

export function PasswordSection() {
  const user = useUser();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);

  async function save(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const current = String(data.get("current") ?? "");
    const next = String(data.get("next") ?? "");
    const found: Problems = {};
    if (!current) found.current = t.auth.needPassword;
    if (Array.from(next).length < 8) found.next = t.auth.shortPassword;
    setProblems(found);
    if (found.current || found.next || busy) return;
    setBusy(true);
    try {
      await unwrap(
        api.POST("/api/{user_id}/password", {
          params: { path: { user_id: user.id } },
          body: { current_password: current, new_password: next },
        }),
      );
      form.current?.reset();
      showToast({ text: t.settings.passwordChanged });
      void client.invalidateQueries({ queryKey: SESSIONS });
    } catch (error) {
      setProblems(problemsFrom(error));
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section id="password" title={t.settings.password} hint={t.settings.passwordHint}>
      <form ref={form} noValidate onSubmit={save} className="grid max-w-lg gap-4">
        <input type="text" name="username" autoComplete="username" value={user.email} readOnly hidden />
        <TextField
          label={t.settings.currentPassword}
          name="current"
          type="password"
          autoComplete="current-password"
          maxLength={128}
          error={problems.current}
        />
        <TextField
          label={t.settings.newPassword}
          name="next"
          type="password"
          autoComplete="new-password"
          maxLength={128}
          hint={t.auth.passwordHint}
          error={problems.next}
        />
        {problems.form !== undefined && <Trouble error={problems.form} />}
        <Button kind="main" type="submit" disabled={busy} className="justify-self-start">
          {t.settings.changePassword}
        </Button>
      </form>
    </Section>
  );
}
