"use client";

import { lazy, Suspense } from "react";
import { t } from "@/lib/messages";
import { useStats } from "./queries";
import { Section, WhenLoaded } from "./section";
import { useUser } from "./session";

const ProgressChart = lazy(() => import("./progress-chart"));

function Figure({ value, label }: { value: number; label: string }) {
  return (
    <div className="flex flex-col-reverse justify-end">
      <dt className="text-muted text-sm">{label}</dt>
      <dd className="text-2xl font-semibold tabular-nums">{value}</dd>
    </div>
  );
}

export function ProgressSection() {
  const user = useUser();
  const stats = useStats();
  return (
    <Section id="progress" title={t.settings.progress}>
      <WhenLoaded query={stats}>
        {(data) => (
          <>
            <dl className="mb-5 grid grid-cols-3 gap-4">
              <Figure value={data.streak} label={t.settings.streak(data.streak)} />
              <Figure value={data.completed_today} label={t.settings.completedToday} />
              <Figure value={data.completed_total} label={t.settings.completedTotal} />
            </dl>
            {data.completed_total === 0 ? (
              <p className="text-muted">{t.settings.progressEmpty}</p>
            ) : (
              <Suspense fallback={<div className="h-52" />}>
                <ProgressChart stats={data} locale={user.locale} weekStart={user.week_start} />
              </Suspense>
            )}
          </>
        )}
      </WhenLoaded>
    </Section>
  );
}
