"use client";

import { useSearchParams } from "next/navigation";
import { useMemo } from "react";
import { useUser } from "@/features/account/session";
import { useFiltersQuery } from "@/features/filters/queries";
import { FilterMenu } from "@/features/filters/filter-menu";
import { useProjectsQuery } from "@/features/projects/queries";
import { ProjectMenu } from "@/features/projects/project-menu";
import { TagMenu } from "@/features/tags/tag-menu";
import { useTags } from "@/features/tags/queries";
import { addDays, formatDate, today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { clean, type TaskQuery } from "@/lib/task-query";
import { Dot } from "@/ui/chip";
import { RowSkeleton } from "@/ui/skeleton";
import { Empty } from "./empty";
import { AddSamples } from "./samples";
import { TaskView } from "./task-view";

const UPCOMING_DAYS = 14;
const INBOX: TaskQuery = { status: "pending", project: ["inbox"], sort: "created", order: "desc" };
const ALL: TaskQuery = { status: "pending", sort: "created", order: "desc" };
const COMPLETED: TaskQuery = { status: "completed", sort: "completed", order: "desc" };

export function InboxView() {
  return (
    <TaskView
      title={t.lists.inbox}
      name={t.lists.inbox}
      base={INBOX}
      empty={
        <Empty title={t.empty.inbox} hint={t.empty.inboxHint} examples={t.empty.examples.inbox}>
          <AddSamples />
        </Empty>
      }
    />
  );
}

export function TodayView() {
  const user = useUser();
  const now = today(user.timezone);
  const base = useMemo<TaskQuery>(
    () => ({ status: "pending", due_before: now, sort: "due", order: "asc" }),
    [now],
  );
  const long = formatDate(now, user.locale, { weekday: "long", day: "numeric", month: "long" });
  return (
    <TaskView
      title={t.lists.today}
      name={t.lists.today}
      subtitle={(total) => (total > 0 ? `${long} · ${t.task.count(total)}` : long)}
      base={base}
      grouping="today"
      defaults={{ due: now }}
      empty={<Empty title={t.empty.today} hint={t.empty.todayHint} examples={t.empty.examples.today} />}
    />
  );
}

export function UpcomingView() {
  const user = useUser();
  const now = today(user.timezone);
  const base = useMemo<TaskQuery>(
    () => ({
      status: "pending",
      due_after: now,
      due_before: addDays(now, UPCOMING_DAYS - 1),
      sort: "due",
      order: "asc",
    }),
    [now],
  );
  return (
    <TaskView
      title={t.lists.upcoming}
      name={t.lists.upcoming}
      base={base}
      grouping="days"
      empty={
        <Empty title={t.empty.upcoming} hint={t.empty.upcomingHint} examples={t.empty.examples.upcoming} />
      }
    />
  );
}

export function AllView() {
  return (
    <TaskView
      title={t.lists.all}
      name={t.lists.all}
      base={ALL}
      empty={<Empty title={t.empty.all} hint={t.empty.allHint} examples={t.empty.examples.all} />}
    />
  );
}

export function CompletedView() {
  return (
    <TaskView
      title={t.lists.completed}
      name={t.lists.completed}
      base={COMPLETED}
      grouping="completed"
      quickAdd={false}
      empty={<Empty title={t.empty.completed} hint={t.empty.completedHint} />}
    />
  );
}

export function ProjectView() {
  const id = Number(useSearchParams().get("id"));
  const projects = useProjectsQuery();
  const project = projects.data?.find((one) => one.id === id);
  const base = useMemo<TaskQuery>(
    () => ({ status: "pending", project: [String(id)], sort: "manual", order: "asc" }),
    [id],
  );
  if (!projects.data) return <RowSkeleton />;
  if (!project) return <Empty title={t.projects.missing} />;
  return (
    <TaskView
      key={id}
      title={
        <>
          <Dot color={project.color} /> {project.name}
        </>
      }
      name={project.name}
      base={base}
      hideProject
      defaults={{ project: { id: project.id, name: project.name } }}
      actions={<ProjectMenu project={project} />}
      empty={<Empty title={t.empty.project} hint={t.empty.listHint} examples={t.empty.examples.list} />}
    />
  );
}

export function TagView() {
  const name = useSearchParams().get("name") ?? "";
  const tag = useTags().find((one) => one.name.toLowerCase() === name.toLowerCase());
  const base = useMemo<TaskQuery>(
    () => ({ status: "pending", tags: [name], sort: "created", order: "desc" }),
    [name],
  );
  if (!name) return <Empty title={t.tags.missing} />;
  return (
    <TaskView
      key={name}
      title={`@${name}`}
      name={name}
      base={base}
      defaults={{ tag: name }}
      actions={tag && <TagMenu tag={tag} />}
      empty={<Empty title={t.empty.tag} hint={t.empty.listHint} examples={t.empty.examples.list} />}
    />
  );
}

export function FilterView() {
  const id = Number(useSearchParams().get("id"));
  const filters = useFiltersQuery();
  const filter = filters.data?.find((one) => one.id === id);
  const base = useMemo<TaskQuery>(
    () => clean({ status: "pending", ...(filter?.query as TaskQuery | undefined) }),
    [filter],
  );
  if (!filters.data) return <RowSkeleton />;
  if (!filter) return <Empty title={t.filters.missing} />;
  return (
    <TaskView
      key={id}
      title={filter.name}
      name={filter.name}
      base={base}
      actions={<FilterMenu filter={filter} />}
      empty={<Empty title={t.empty.filter} hint={t.empty.filterHint} />}
    />
  );
}
