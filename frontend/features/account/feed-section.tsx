"use client";

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api, unwrap } from "@/lib/api/client";
import type { Feed } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { FEED, useFeed } from "./queries";
import { Secret } from "./secret";
import { Section, Trouble, WhenLoaded } from "./section";
import { useUser } from "./session";

/** The secret calendar address. It is shown when it is made; making a new one ends the old one. */
export function FeedSection() {
  const user = useUser();
  const client = useQueryClient();
  const feed = useFeed();
  const [address, setAddress] = useState<string | null>(null);
  const params = { path: { user_id: user.id } };
  const create = useMutation({
    mutationFn: () => unwrap(api.POST("/api/{user_id}/feed", { params })),
    onSuccess: (made) => {
      setAddress(made.url ?? null);
      client.setQueryData<Feed>(FEED, { ...made, url: null });
    },
  });
  const end = useMutation({
    mutationFn: () => unwrap(api.DELETE("/api/{user_id}/feed", { params })),
    onSuccess: () => {
      setAddress(null);
      client.setQueryData<Feed>(FEED, { active: false, created_at: null, url: null });
    },
  });
  const busy = create.isPending || end.isPending;
  const problem = create.error ?? end.error;

  return (
    <Section id="calendar" title={t.settings.feed} hint={t.settings.feedHint}>
      {address && <Secret label={t.settings.feedOnce} value={address} close={() => setAddress(null)} />}
      <WhenLoaded query={feed}>
        {({ active, created_at: created }) => (
          <div className="grid gap-3">
            <p>
              {active && created
                ? t.settings.feedActive(
                    new Date(created).toLocaleDateString(user.locale, { dateStyle: "medium" }),
                  )
                : t.settings.feedNone}
            </p>
            {problem && <Trouble error={problem} />}
            <div className="flex flex-wrap gap-2">
              <Button kind={active ? "plain" : "main"} disabled={busy} onClick={() => create.mutate()}>
                {active ? t.settings.feedRotate : t.settings.feedCreate}
              </Button>
              {active && (
                <Button kind="danger" disabled={busy} onClick={() => end.mutate()}>
                  {t.settings.feedEnd}
                </Button>
              )}
            </div>
            {active && <p className="text-muted text-sm">{t.settings.feedRotateHint}</p>}
          </div>
        )}
      </WhenLoaded>
    </Section>
  );
}
