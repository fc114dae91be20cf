"use client";

import {
  CalendarDays,
  CalendarRange,
  CircleCheck,
  Inbox,
  Layers,
  Plus,
  Search,
  Settings,
  Sun,
  type LucideIcon,
} from "lucide-react";
import dynamic from "next/dynamic";
import Link from "next/link";
import { usePathname, useSearchParams } from "next/navigation";
import { useState, type ReactNode } from "react";
import { useFilters } from "@/features/filters/queries";
import { useProjects } from "@/features/projects/queries";
import { useTags } from "@/features/tags/queries";
import { useCounts } from "@/features/tasks/queries";
import type { Counts } from "@/lib/api/types";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { IconButton } from "@/ui/button";
import { Dot } from "@/ui/chip";

const ProjectDialog = dynamic(() => import("@/features/projects/project-dialog"), { ssr: false });

type Item = {
  href: string;
  label: string;
  icon: LucideIcon;
  hotkey?: string;
  count?: (counts: Counts) => number;
};

const MAIN: Item[] = [
  { href: "/inbox", label: t.lists.inbox, icon: Inbox, hotkey: "g i", count: (counts) => counts.inbox },
  { href: "/today", label: t.lists.today, icon: Sun, hotkey: "g t", count: (counts) => counts.today },
  {
    href: "/upcoming",
    label: t.lists.upcoming,
    icon: CalendarRange,
    hotkey: "g u",
    count: (counts) => counts.upcoming,
  },
  { href: "/calendar", label: t.lists.calendar, icon: CalendarDays },
  { href: "/all", label: t.lists.all, icon: Layers, hotkey: "g a", count: (counts) => counts.all },
  { href: "/completed", label: t.lists.completed, icon: CircleCheck, hotkey: "g c" },
  { href: "/search", label: t.lists.search, icon: Search, hotkey: "/" },
];

type LinkProps = {
  href: string;
  on: boolean;
  icon: ReactNode;
  label: string;
  count?: number;
  hotkey?: string;
  countLabel?: string;
};

function NavLink({ href, on, icon, label, count, hotkey }: LinkProps) {
  return (
    <Link
      href={href}
      aria-current={on ? "page" : undefined}
      title={hotkey ? `${label} (${hotkey})` : undefined}
      className={cx(
        "flex min-h-9 items-center gap-2.5 rounded-lg px-2 transition-colors touch:min-h-11",
        on ? "bg-accent-soft text-accent font-semibold" : "hover:bg-hover",
      )}
    >
      <span className={cx("grid w-[18px] shrink-0 place-items-center", !on && "text-muted")}>{icon}</span>
      <span className="min-w-0 flex-1 truncate">{label}</span>
      {count !== undefined && count > 0 && (
        <span className={cx("text-sm tabular-nums", on ? "font-semibold" : "text-muted")}>
          {count}
          <span className="sr-only"> {count === 1 ? "task" : "tasks"}</span>
        </span>
      )}
    </Link>
  );
}

function Section({ title, action, children }: { title: string; action?: ReactNode; children: ReactNode }) {
  return (
    <section aria-label={title} className="mt-4">
      <div className="mb-0.5 flex h-8 items-center ps-2 touch:h-11">
        <h2 className="text-muted flex-1 text-xs font-semibold">{title}</h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** Every list there is: the side column of a desktop, the Lists page of a phone. */
export function Navigation({ settings = true }: { settings?: boolean }) {
  const pathname = usePathname();
  const params = useSearchParams();
  const counts = useCounts();
  const allProjects = useProjects();
  const projects = allProjects.filter((project) => !project.archived);
  const archived = allProjects.filter((project) => project.archived);
  const tags = useTags();
  const filters = useFilters();
  const [adding, setAdding] = useState(false);
  const at = (path: string, key: string, value: string) => pathname === path && params.get(key) === value;

  return (
    <nav aria-label={t.lists.navigation}>
      {MAIN.map(({ href, label, icon: Icon, hotkey, count }) => (
        <NavLink
          key={href}
          href={href}
          on={pathname === href}
          icon={<Icon aria-hidden size={17} />}
          label={label}
          hotkey={hotkey}
          count={counts && count?.(counts)}
        />
      ))}
      <Section
        title={t.lists.projects}
        action={
          <IconButton label={t.projects.add} onClick={() => setAdding(true)} className="size-7">
            <Plus aria-hidden size={15} />
          </IconButton>
        }
      >
        {projects.map((project) => (
          <NavLink
            key={project.id}
            href={`/project?id=${project.id}`}
            on={at("/project", "id", String(project.id))}
            icon={<Dot color={project.color} />}
            label={project.name}
            count={counts?.projects[String(project.id)]}
          />
        ))}
        {archived.length > 0 && (
          <details>
            <summary className="text-muted hover:bg-hover min-h-9 rounded-lg px-2 py-1.5 text-sm touch:min-h-11">
              {t.projects.archivedTitle}
            </summary>
            {archived.map((project) => (
              <NavLink
                key={project.id}
                href={`/project?id=${project.id}`}
                on={at("/project", "id", String(project.id))}
                icon={<Dot color={project.color} />}
                label={project.name}
              />
            ))}
          </details>
        )}
      </Section>
      {filters.length > 0 && (
        <Section title={t.lists.filters}>
          {filters.map((filter) => (
            <NavLink
              key={filter.id}
              href={`/filter?id=${filter.id}`}
              on={at("/filter", "id", String(filter.id))}
              icon={<span aria-hidden className="border-edge size-[9px] rounded-[3px] border-[1.5px]" />}
              label={filter.name}
              count={counts?.filters[String(filter.id)]}
            />
          ))}
        </Section>
      )}
      {tags.length > 0 && (
        <Section title={t.lists.tags}>
          {tags.map((tag) => (
            <NavLink
              key={tag.id}
              href={`/tag?name=${encodeURIComponent(tag.name)}`}
              on={at("/tag", "name", tag.name)}
              icon={
                <span
                  aria-hidden
                  className="text-muted text-sm"
                  style={
                    tag.color ? { color: `color-mix(in srgb, ${tag.color} 80%, var(--text))` } : undefined
                  }
                >
                  @
                </span>
              }
              label={tag.name}
              count={counts?.tags[tag.name]}
            />
          ))}
        </Section>
      )}
      {settings && (
        <div className="border-line mt-4 border-t pt-3">
          <NavLink
            href="/settings"
            on={pathname === "/settings"}
            icon={<Settings aria-hidden size={17} />}
            label={t.lists.settings}
          />
        </div>
      )}
      {adding && <ProjectDialog onClose={() => setAdding(false)} />}
    </nav>
  );
}
