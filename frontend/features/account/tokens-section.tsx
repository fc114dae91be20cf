"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useRef, useState, type FormEvent } from "react";
import { api, unwrap } from "@/lib/api/client";
import type { Scope, Token } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { ago } from "./devices";
import { TOKENS, useTokens } from "./queries";
import { Secret } from "./secret";
import { Section, Trouble, WhenLoaded } from "./section";
import { useUser } from "./session";

const SCOPES: Scope[] = ["tasks:read", "tasks:write", "chat", "mcp"];
const LIFETIMES = [7, 30, 90, 365] as const;

export function TokensSection() {
  const user = useUser();
  const client = useQueryClient();
  const tokens = useTokens();
  const list = useRef<HTMLDivElement>(null);
  const [created, setCreated] = useState<string | null>(null);
  const revoke = useMutation({
    mutationFn: (id: number) =>
      unwrap(
        api.DELETE("/api/{user_id}/tokens/{token_id}", {
          params: { path: { user_id: user.id, token_id: id } },
        }),
      ),
    onSuccess: () => {
      list.current?.focus();
      return client.invalidateQueries({ queryKey: TOKENS });
    },
  });

  return (
    <Section id="tokens" title={t.settings.tokens} hint={t.settings.tokensHint}>
      {created && <Secret label={t.settings.tokenOnce} value={created} close={() => setCreated(null)} />}
      <div ref={list} tabIndex={-1} className="outline-none">
        <WhenLoaded query={tokens}>
          {(items) =>
            items.length === 0 ? (
              <p className="text-muted">{t.settings.tokensNone}</p>
            ) : (
              <ul aria-label={t.settings.tokens} className="divide-line divide-y">
                {items.map((token) => (
                  <TokenRow
                    key={token.id}
                    token={token}
                    locale={user.locale}
                    busy={revoke.isPending && revoke.variables === token.id}
                    revoke={() => revoke.mutate(token.id)}
                  />
                ))}
              </ul>
            )
          }
        </WhenLoaded>
      </div>
      {revoke.isError && <Trouble error={revoke.error} />}
      <TokenForm
        created={(token) => {
          setCreated(token);
          void client.invalidateQueries({ queryKey: TOKENS });
        }}
      />
    </Section>
  );
}

type TokenRowProps = { token: Token; locale: string; busy: boolean; revoke: () => void };

function TokenRow({ token, locale, busy, revoke }: TokenRowProps) {
  const now = new Date();
  const ended = token.expires_at !== null && new Date(token.expires_at) <= now;
  const ends =
    token.expires_at && new Date(token.expires_at).toLocaleDateString(locale, { dateStyle: "medium" });
  const facts = [
    token.scopes.map((scope) => t.settings.scopes[scope]).join(", "),
    token.last_used_at ? t.settings.lastUsed(ago(token.last_used_at, now, locale)) : t.settings.never,
    ends ? (ended ? t.settings.expired(ends) : t.settings.expires(ends)) : t.settings.noExpiry,
  ];
  return (
    <li className="flex items-center gap-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap gap-x-2 [overflow-wrap:anywhere]">
          <span className="font-medium">{token.name}</span>
          <code className="text-muted text-sm">{token.hint}</code>
        </p>
        <p className={ended ? "text-urgent text-sm" : "text-muted text-sm"}>{facts.join(" · ")}</p>
      </div>
      <Button kind="danger" disabled={busy} aria-label={t.settings.revokeToken(token.name)} onClick={revoke}>
        {t.settings.revokeTokenShort}
      </Button>
    </li>
  );
}

function TokenForm({ created }: { created: (token: string) => void }) {
  const user = useUser();
  const [name, setName] = useState("");
  const [scopes, setScopes] = useState<Scope[]>(["tasks:read"]);
  const [days, setDays] = useState<number | null>(90);
  const [problem, setProblem] = useState<string>();
  const create = useMutation({
    mutationFn: () =>
      unwrap(
        api.POST("/api/{user_id}/tokens", {
          params: { path: { user_id: user.id } },
          body: { name: name.trim(), scopes, expires_in_days: days },
        }),
      ),
    onSuccess: (answer) => {
      setName("");
      created(answer.token);
    },
  });

  function submit(event: FormEvent) {
    event.preventDefault();
    const missing = !name.trim() ? t.settings.tokenNeedName : undefined;
    setProblem(missing);
    if (!missing && scopes.length > 0 && !create.isPending) create.mutate();
  }

  return (
    <form noValidate onSubmit={submit} className="border-line mt-4 grid max-w-lg gap-4 border-t pt-4">
      <h3 className="font-medium">{t.settings.tokenNew}</h3>
      <TextField
        label={t.settings.tokenName}
        placeholder={t.settings.tokenNameExample}
        maxLength={100}
        value={name}
        error={problem}
        onChange={(event) => setName(event.target.value)}
      />
      <fieldset>
        <legend className="text-sm font-medium">{t.settings.tokenScopes}</legend>
        <div className="mt-1 grid gap-x-4 sm:grid-cols-2">
          {SCOPES.map((scope) => (
            <label key={scope} className="flex min-h-8 items-center gap-2.5 touch:min-h-11">
              <input
                type="checkbox"
                checked={scopes.includes(scope)}
                onChange={(event) =>
                  setScopes(
                    SCOPES.filter((item) => (item === scope ? event.target.checked : scopes.includes(item))),
                  )
                }
                className="accent-accent size-5"
              />
              {t.settings.scopes[scope]}
            </label>
          ))}
        </div>
        {scopes.length === 0 && (
          <p role="alert" className="text-urgent text-sm">
            {t.settings.tokenNeedScope}
          </p>
        )}
      </fieldset>
      <SelectField
        label={t.settings.tokenDays}
        value={days ?? ""}
        onChange={(event) => setDays(event.target.value === "" ? null : Number(event.target.value))}
      >
        {LIFETIMES.map((count) => (
          <option key={count} value={count}>
            {t.settings.tokenDaysOf(count)}
          </option>
        ))}
        <option value="">{t.settings.noExpiry}</option>
      </SelectField>
      {create.isError && <Trouble error={create.error} />}
      <Button
        kind="main"
        type="submit"
        disabled={create.isPending || scopes.length === 0}
        className="justify-self-start"
      >
        {t.settings.tokenCreate}
      </Button>
    </form>
  );
}
