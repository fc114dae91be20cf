"use client";

import { useQueryClient } from "@tanstack/react-query";
import { useState, type FormEvent } from "react";
import { refreshSoon } from "@/features/tasks/cache";
import { api, unwrap } from "@/lib/api/client";
import { t } from "@/lib/messages";
import { Button } from "@/ui/button";
import { SelectField, TextField } from "@/ui/field";
import { showToast } from "@/ui/toast";
import { localeChoices, localeLabel } from "./locales";
import { STATS } from "./queries";
import { Section, Trouble } from "./section";
import { SESSION_KEY, useUser } from "./session";
import { ZoneField } from "./zone-field";

export function ProfileSection() {
  const user = useUser();
  const client = useQueryClient();
  const [name, setName] = useState(user.name);
  const [timezone, setTimezone] = useState(user.timezone);
  const [locale, setLocale] = useState(user.locale);
  const [weekStart, setWeekStart] = useState(user.week_start);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [nameProblem, setNameProblem] = useState<string>();
  const [now] = useState(() => new Date());
  const here = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const changed =
    name !== user.name ||
    timezone !== user.timezone ||
    locale !== user.locale ||
    weekStart !== user.week_start;

  async function save(event: FormEvent) {
    event.preventDefault();
    setProblem(null);
    setNameProblem(name.trim() ? undefined : t.auth.needName);
    if (!name.trim() || busy) return;
    setBusy(true);
    try {
      const saved = await unwrap(
        api.PATCH("/api/{user_id}/profile", {
          params: { path: { user_id: user.id } },
          body: { name: name.trim(), timezone, locale, week_start: weekStart },
        }),
      );
      client.setQueryData(SESSION_KEY, saved);
      setName(saved.name);
      void client.invalidateQueries({ queryKey: STATS });
      refreshSoon(client, 0);
      showToast({ text: t.settings.profileSaved });
    } catch (error) {
      setProblem(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Section id="profile" title={t.settings.profile} hint={user.email}>
      <form noValidate onSubmit={save} className="grid max-w-lg gap-4">
        <TextField
          label={t.settings.name}
          autoComplete="name"
          maxLength={100}
          value={name}
          error={nameProblem}
          onChange={(event) => setName(event.target.value)}
        />
        <div>
          <ZoneField value={timezone} setValue={setTimezone} />
          {here && here !== timezone && (
            <button
              type="button"
              className="text-accent mt-1 min-h-6 text-sm underline underline-offset-2"
              onClick={() => setTimezone(here)}
            >
              {t.settings.timezoneHere(here.replaceAll("_", " "))}
            </button>
          )}
        </div>
        <SelectField
          label={t.settings.language}
          hint={t.settings.languageHint}
          value={locale}
          onChange={(event) => setLocale(event.target.value)}
        >
          {localeChoices(user.locale, navigator.languages).map((choice) => (
            <option key={choice} value={choice}>
              {localeLabel(choice, now)}
            </option>
          ))}
        </SelectField>
        <SelectField
          label={t.settings.weekStart}
          value={weekStart}
          onChange={(event) => setWeekStart(Number(event.target.value))}
        >
          {t.settings.weekdays.map((day, index) => (
            <option key={day} value={index}>
              {day}
            </option>
          ))}
        </SelectField>
        {problem !== null && <Trouble error={problem} />}
        <Button kind="main" type="submit" disabled={busy || !changed} className="justify-self-start">
          {t.settings.save}
        </Button>
      </form>
    </Section>
  );
}
