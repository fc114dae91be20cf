"use client";

import { Download } from "lucide-react";
import { t } from "@/lib/messages";
import { Section } from "./section";
import { useUser } from "./session";

const FORMATS = ["zip", "json", "csv", "ics"] as const;

export function ExportSection() {
  const user = useUser();
  return (
    <Section id="export" title={t.settings.export} hint={t.settings.exportHint}>
      <ul className="grid gap-2 sm:grid-cols-2">
        {FORMATS.map((format) => (
          <li key={format}>
            <a
              href={`/api/${user.id}/export?format=${format}`}
              download
              className="border-line hover:bg-hover flex h-full items-start gap-3 rounded-xl border p-3"
            >
              <Download aria-hidden size={18} className="text-accent mt-0.5 shrink-0" />
              <span className="min-w-0">
                <span className="font-medium">{t.settings.exports[format].name}</span>
                <span className="text-muted block text-sm">{t.settings.exports[format].holds}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </Section>
  );
}
