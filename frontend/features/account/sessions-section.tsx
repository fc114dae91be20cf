"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Laptop, Smartphone } from "lucide-react";
import { useRouter } from "next/navigation";
import { useRef } from "react";
import { api, unwrap } from "@/lib/api/client";
import type { Session } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { Chip } from "@/ui/chip";
import { ago, deviceName } from "./devices";
import { SESSIONS, useSessions } from "./queries";
import { Section, Trouble, WhenLoaded } from "./section";
import { SESSION_KEY, useUser } from "./session";

export function SessionsSection() {
  const user = useUser();
  const router = useRouter();
  const client = useQueryClient();
  const sessions = useSessions();
  const list = useRef<HTMLUListElement>(null);
  const done = () => {
    list.current?.focus();
    return client.invalidateQueries({ queryKey: SESSIONS });
  };
  const revoke = useMutation({
    mutationFn: (id: string) =>
      unwrap(
        api.DELETE("/api/{user_id}/sessions/{session_id}", {
          params: { path: { user_id: user.id, session_id: id } },
        }),
      ),
    onSuccess: done,
  });
  const revokeOthers = useMutation({
    mutationFn: () =>
      unwrap(api.DELETE("/api/{user_id}/sessions", { params: { path: { user_id: user.id } } })),
    onSuccess: done,
  });
  const signOut = useMutation({
    mutationFn: () => unwrap(api.POST("/api/auth/signout")),
    onSuccess: () => {
      client.clear();
      client.setQueryData(SESSION_KEY, null);
      router.replace("/signin");
    },
  });
  const problem = revoke.error ?? revokeOthers.error ?? signOut.error;

  return (
    <Section id="devices" title={t.settings.sessions} hint={t.settings.sessionsHint}>
      <WhenLoaded query={sessions}>
        {(items) => (
          <>
            {problem && <Trouble error={problem} />}
            <ul
              ref={list}
              tabIndex={-1}
              aria-label={t.settings.sessions}
              className="divide-line divide-y outline-none"
            >
              {[...items]
                .sort((a, b) => Number(b.current) - Number(a.current))
                .map((session) => (
                  <Device
                    key={session.id}
                    session={session}
                    locale={user.locale}
                    busy={signOut.isPending || (revoke.isPending && revoke.variables === session.id)}
                    revoke={() => (session.current ? signOut.mutate() : revoke.mutate(session.id))}
                  />
                ))}
            </ul>
            {items.length > 1 && (
              <Button
                kind="danger"
                className="mt-3"
                disabled={revokeOthers.isPending}
                onClick={() => revokeOthers.mutate()}
              >
                {t.settings.revokeOthers}
              </Button>
            )}
          </>
        )}
      </WhenLoaded>
    </Section>
  );
}

type DeviceProps = { session: Session; locale: string; busy: boolean; revoke: () => void };

function Device({ session, locale, busy, revoke }: DeviceProps) {
  const name = deviceName(session.user_agent) ?? t.settings.unknownDevice;
  const Picture = /iPhone|Android/.test(name) ? Smartphone : Laptop;
  return (
    <li className="flex items-center gap-3 py-2.5">
      <Picture aria-hidden size={20} className="text-muted shrink-0" />
      <div className="min-w-0 flex-1">
        <p className="flex flex-wrap items-center gap-x-2 gap-y-1">
          <span className="font-medium">{name}</span>
          {session.current && <Chip tone="accent">{t.settings.thisDevice}</Chip>}
        </p>
        <p className="text-muted text-sm [overflow-wrap:anywhere]">
          {t.settings.lastSeen(ago(session.last_seen_at, new Date(), locale))} · {session.address}
        </p>
      </div>
      <Button
        kind={session.current ? "plain" : "danger"}
        disabled={busy}
        aria-label={session.current ? undefined : t.settings.revokeLabel(name)}
        onClick={revoke}
      >
        {t.settings.revoke}
      </Button>
    </li>
  );
}
