"use client";

/** One task with all that belongs to it. Every field saves by itself when it is left. */
import { CalendarDays, Flag, Folder, Tag, Trash2, X } from "lucide-react";
import { useUser } from "@/features/account/session";
import { useProjects } from "@/features/projects/queries";
import { ApiError } from "@/lib/api/client";
import type { Task } from "@/lib/api/types";
import { dayLabel, dueFor, formatTime, isOverdue, today } from "@/lib/dates";
import { t } from "@/lib/messages";
import { cx } from "@/lib/cx";
import { closeTask } from "@/lib/url";
import { Button, IconButton } from "@/ui/button";
import { Dot } from "@/ui/chip";
import { LoadProblem } from "@/ui/problem";
import { RowSkeleton } from "@/ui/skeleton";
import { useTaskActions } from "../actions";
import { openPicker, type PickerKind } from "../picker";
import { useTask } from "../queries";
import { PRIORITY_COLOR, Tick } from "../tick";
import { DescriptionField, TitleField } from "./text-fields";
import { RemindersField } from "./reminders-field";
import { RepeatField } from "./repeat-field";
import { StepsField } from "./steps-field";

export default function DetailPanel({ id }: { id: number }) {
  const query = useTask(id);
  if (query.data) return <Detail key={id} task={query.data} />;
  const missing = query.error instanceof ApiError && query.error.status === 404;
  return (
    <div className="p-3">
      <div className="flex justify-end">
        <IconButton label={t.detail.close} hotkey="Esc" onClick={closeTask}>
          <X aria-hidden size={18} />
        </IconButton>
      </div>
      {missing ? (
        <p role="alert" className="text-muted px-4 py-10 text-center">
          {t.detail.gone}
        </p>
      ) : query.error ? (
        <LoadProblem error={query.error} retry={() => void query.refetch()} />
      ) : (
        <RowSkeleton rows={4} />
      )}
    </div>
  );
}

function Detail({ task }: { task: Task }) {
  const user = useUser();
  const actions = useTaskActions();
  const stamp = new Intl.DateTimeFormat(user.locale, {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: user.timezone,
  });

  return (
    <article className="flex h-full min-h-0 flex-col">
      <header className="border-line flex items-center gap-1 border-b px-3 py-2">
        <Tick
          title={task.title}
          completed={task.completed}
          color={PRIORITY_COLOR[task.priority]}
          onToggle={() => void actions.toggle(task)}
        />
        <span className="text-muted me-auto truncate text-sm">{task.project?.name ?? t.lists.inbox}</span>
        <IconButton
          label={t.detail.delete}
          hotkey="#"
          onClick={() => {
            closeTask();
            void actions.remove([task]);
          }}
        >
          <Trash2 aria-hidden size={17} />
        </IconButton>
        <IconButton label={t.detail.close} hotkey="Esc" onClick={closeTask}>
          <X aria-hidden size={18} />
        </IconButton>
      </header>
      <div className="grid min-h-0 flex-1 content-start gap-5 overflow-y-auto px-5 pt-4 pb-8">
        <div className="grid gap-1">
          <TitleField task={task} />
          <DescriptionField task={task} />
        </div>
        <div className="-mx-2 grid gap-0.5">
          <Fact kind="due" task={task} icon={<CalendarDays aria-hidden size={16} />} label={t.detail.due}>
            <DueText task={task} />
          </Fact>
          <RepeatField task={task} />
          <Fact
            kind="priority"
            task={task}
            icon={<Flag aria-hidden size={16} style={{ color: PRIORITY_COLOR[task.priority] }} />}
            label={t.detail.priority}
          >
            {t.task.priorities[task.priority]}
          </Fact>
          <Fact kind="project" task={task} icon={<Folder aria-hidden size={16} />} label={t.detail.project}>
            <ProjectText task={task} />
          </Fact>
          <Fact kind="tags" task={task} icon={<Tag aria-hidden size={16} />} label={t.detail.tags}>
            {task.tags.length > 0 ? (
              task.tags.map((tag) => `@${tag}`).join("  ")
            ) : (
              <span className="text-muted">{t.detail.addTag}</span>
            )}
          </Fact>
          <RemindersField task={task} />
        </div>
        <StepsField task={task} />
        <p className="text-muted text-sm">
          {t.detail.created(stamp.format(new Date(task.created_at)))}
          {task.completed_at && ` · ${t.detail.completedAt(stamp.format(new Date(task.completed_at)))}`}
        </p>
      </div>
    </article>
  );
}

type FactProps = {
  kind: PickerKind;
  task: Task;
  icon: React.ReactNode;
  label: string;
  children: React.ReactNode;
};

/** A line "label: value" that opens its picker. */
function Fact({ kind, task, icon, label, children }: FactProps) {
  return (
    <Button
      kind="quiet"
      aria-haspopup="dialog"
      className="text-text! grid! min-h-10! grid-cols-[1.25rem_5.5rem_minmax(0,1fr)] justify-items-start gap-x-2! px-2!"
      onClick={(event) => openPicker(kind, [task.id], event.currentTarget)}
    >
      <span className="text-muted">{icon}</span>
      <span className="text-muted">{label}</span>
      <span className="w-full truncate text-start">{children}</span>
    </Button>
  );
}

function DueText({ task }: { task: Task }) {
  const user = useUser();
  if (!task.due) return <span className="text-muted">{t.detail.addDue}</span>;
  const due = dueFor(task.due, user.timezone);
  const late = !task.completed && isOverdue(task.due, user.timezone);
  const day = dayLabel(due.date, today(user.timezone), user.locale, t.days);
  return (
    <span className={cx(late && "text-urgent")}>
      {due.time ? `${day}, ${formatTime(due.time, user.locale)}` : day}
    </span>
  );
}

function ProjectText({ task }: { task: Task }) {
  const color = useProjects().find((project) => project.id === task.project?.id)?.color;
  if (!task.project) return t.detail.inbox;
  return (
    <span className="inline-flex items-center gap-2">
      <Dot color={color} />
      {task.project.name}
    </span>
  );
}
