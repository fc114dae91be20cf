"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, ApiError, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { TextField } from "@/ui/field";
import { messageOf } from "@/ui/problem";
import { Section, Trouble } from "./section";
import { SESSION_KEY, useUser } from "./session";

type Problems = { email?: string; password?: string; form?: unknown };

/** The one thing that can't be undone: it asks for the e-mail address, typed out, and the password. */
export function DeleteSection() {
  const user = useUser();
  const router = useRouter();
  const client = useQueryClient();
  const form = useRef<HTMLFormElement>(null);
  const opener = useRef<HTMLButtonElement>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problems, setProblems] = useState<Problems>({});

  useEffect(() => {
    if (open) form.current?.querySelector("input")?.focus();
  }, [open]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const typed = String(data.get("confirmation") ?? "").trim();
    const password = String(data.get("password") ?? "");
    const found: Problems = {};
    if (typed.toLowerCase() !== user.email.toLowerCase()) found.email = t.settings.accountTyped(user.email);
    if (!password) found.password = t.auth.needPassword;
    setProblems(found);
    if (found.email || found.password || busy) return;
    setBusy(true);
    try {
      await unwrap(
        api.DELETE("/api/{user_id}/account", { params: { path: { user_id: user.id } }, body: { password } }),
      );
      client.clear();
      client.setQueryData(SESSION_KEY, null);
      router.replace("/signup");
    } catch (error) {
      setBusy(false);
      const wrong = error instanceof ApiError && error.code === "CREDENTIALS_INVALID";
      setProblems(wrong ? { password: messageOf(error) } : { form: error });
    }
  }

  return (
    <Section id="delete" title={t.settings.account} hint={t.settings.accountHint}>
      {!open ? (
        <Button ref={opener} kind="danger" onClick={() => setOpen(true)}>
          {t.settings.accountDelete}…
        </Button>
      ) : (
        <form ref={form} noValidate onSubmit={submit} className="grid max-w-lg gap-4">
          <p>
            {t.settings.accountExport}{" "}
            <a href="#export" className="text-accent underline underline-offset-2">
              {t.settings.export}
            </a>
          </p>
          <TextField
            label={t.settings.accountType(user.email)}
            name="confirmation"
            autoComplete="off"
            autoCapitalize="none"
            spellCheck={false}
            error={problems.email}
          />
          <TextField
            label={t.settings.accountConfirm}
            name="password"
            type="password"
            autoComplete="current-password"
            maxLength={128}
            error={problems.password}
          />
          {problems.form !== undefined && <Trouble error={problems.form} />}
          <div className="flex flex-wrap gap-2">
            <Button kind="danger" type="submit" disabled={busy} className="border-urgent font-medium">
              {busy ? t.auth.working : t.settings.accountDelete}
            </Button>
            <Button
              disabled={busy}
              onClick={() => {
                setOpen(false);
                setProblems({});
                requestAnimationFrame(() => opener.current?.focus());
              }}
            >
              {t.settings.accountKeep}
            </Button>
          </div>
        </form>
      )}
    </Section>
  );
}
