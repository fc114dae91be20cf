"use client";

import { useQueryClient } from "@tanstack/react-query";
import { Eye, EyeOff } from "lucide-react";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useEffect, useRef, useState, type FormEvent } from "react";
import { api, ApiError, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { Button } from "@/ui/button";
import { Field, inputStyle, TextField } from "@/ui/field";
import { messageOf } from "@/ui/problem";
import { safeNext, SESSION_KEY, useSession } from "./session";

type Fields = { name: string; email: string; password: string };
type Problems = Partial<Record<keyof Fields | "form", string>>;

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

function check(fields: Fields, signUp: boolean): Problems {
  const problems: Problems = {};
  if (signUp && !fields.name.trim()) problems.name = t.auth.needName;
  if (!fields.email.trim()) problems.email = t.auth.needEmail;
  else if (!EMAIL.test(fields.email.trim())) problems.email = t.auth.badEmail;
  if (!fields.password) problems.password = t.auth.needPassword;
  else if (signUp && fields.password.length < 8) problems.password = t.auth.shortPassword;
  return problems;
}

/** Puts the server's complaint at the field it is about. */
function problemsFrom(error: unknown): Problems {
  const text = messageOf(error);
  if (!(error instanceof ApiError)) return { form: text };
  const about = `${error.code} ${JSON.stringify(error.details ?? "")}`.toLowerCase();
  if (error.status === 409 || (error.status === 422 && about.includes("email"))) return { email: text };
  if (error.status === 422 && about.includes("password")) return { password: text };
  return { form: text };
}

export function AuthForm({ kind }: { kind: "signin" | "signup" }) {
  const signUp = kind === "signup";
  const router = useRouter();
  const client = useQueryClient();
  const session = useSession();
  const form = useRef<HTMLFormElement>(null);
  const [problems, setProblems] = useState<Problems>({});
  const [busy, setBusy] = useState(false);
  const [shown, setShown] = useState(false);

  const next = () => safeNext(new URLSearchParams(window.location.search).get("next"));
  const signedIn = Boolean(session.data);
  useEffect(() => {
    if (signedIn) router.replace(safeNext(new URLSearchParams(window.location.search).get("next")));
  }, [signedIn, router]);

  useEffect(() => {
    if (Object.keys(problems).length === 0) return;
    form.current?.querySelector<HTMLInputElement>("[aria-invalid]")?.focus();
  }, [problems]);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const read = (name: keyof Fields) => String(data.get(name) ?? "");
    const fields: Fields = { name: read("name"), email: read("email"), password: read("password") };
    const found = check(fields, signUp);
    setProblems(found);
    if (Object.keys(found).length > 0) return;
    setBusy(true);
    try {
      const credentials = { email: fields.email.trim(), password: fields.password };
      const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;
      const { user } = signUp
        ? await unwrap(
            api.POST("/api/auth/signup", {
              body: { ...credentials, name: fields.name.trim(), timezone, locale: navigator.language },
            }),
          )
        : await unwrap(api.POST("/api/auth/signin", { body: credentials }));
      client.clear();
      client.setQueryData(SESSION_KEY, user);
      router.replace(next());
    } catch (error) {
      setProblems(problemsFrom(error));
      setBusy(false);
    }
  }

  return (
    <form ref={form} noValidate onSubmit={submit} className="grid gap-4">
      <h1 className="text-2xl font-bold tracking-tight">{signUp ? t.auth.start : t.auth.welcomeBack}</h1>
      {problems.form && (
        <p role="alert" className="bg-urgent-soft text-urgent rounded-lg px-3 py-2">
          {problems.form}
        </p>
      )}
      {signUp && (
        <TextField
          label={t.auth.name}
          name="name"
          autoComplete="name"
          maxLength={100}
          error={problems.name}
        />
      )}
      <TextField
        label={t.auth.email}
        name="email"
        type="email"
        inputMode="email"
        autoComplete={signUp ? "email" : "username"}
        maxLength={320}
        error={problems.email}
      />
      <Field
        label={t.auth.password}
        hint={signUp ? t.auth.passwordHint : undefined}
        error={problems.password}
      >
        {(ids) => (
          <span className="relative">
            <input
              {...ids}
              name="password"
              type={shown ? "text" : "password"}
              autoComplete={signUp ? "new-password" : "current-password"}
              maxLength={128}
              className={cx(inputStyle, "pe-11", problems.password && "border-urgent")}
            />
            <button
              type="button"
              aria-pressed={shown}
              aria-label={shown ? t.auth.hidePassword : t.auth.showPassword}
              title={shown ? t.auth.hidePassword : t.auth.showPassword}
              onClick={() => setShown(!shown)}
              className="text-muted hover:text-text absolute inset-y-0 end-0 grid w-10 place-items-center rounded-lg"
            >
              {shown ? <EyeOff aria-hidden size={18} /> : <Eye aria-hidden size={18} />}
            </button>
          </span>
        )}
      </Field>
      <Button kind="main" type="submit" disabled={busy} className="mt-1 min-h-11">
        {busy ? t.auth.working : signUp ? t.auth.signUp : t.auth.signIn}
      </Button>
      <p className="text-muted text-center">
        {signUp ? t.auth.haveAccount : t.auth.noAccount}{" "}
        <Link
          href={signUp ? "/signin" : "/signup"}
          className="text-accent font-medium underline underline-offset-2"
        >
          {signUp ? t.auth.signIn : t.auth.signUp}
        </Link>
      </p>
    </form>
  );
}
