"use client";

import { formatDate, formatTime } from "@/lib/dates";
import { t } from "@/lib/messages";
import type { ImportedTask, ImportProblem, ImportReport } from "@/lib/api/types";

/** What an import would bring: the numbers, the first tasks as they would look, and what would be left out and why. */
export function ImportPreview({ report, locale }: { report: ImportReport; locale: string }) {
  const facts = [
    t.settings.importNew(report.created),
    report.duplicates > 0 && t.settings.importDuplicates(report.duplicates),
    report.skipped > 0 && t.settings.importSkipped(report.skipped),
  ].filter(Boolean);
  const names: [string, string[]][] = [
    [t.settings.importProjects, report.projects],
    [t.settings.importTags, report.tags],
    [t.settings.importFilters, report.filters],
    [t.settings.importIgnored, report.ignored_columns],
  ];
  return (
    <>
      <p className="font-medium">{facts.join(" · ")}</p>
      {names.some(([, list]) => list.length > 0) && (
        <dl className="grid gap-1 text-sm">
          {names
            .filter(([, list]) => list.length > 0)
            .map(([label, list]) => (
              <div key={label} className="flex flex-wrap gap-x-2">
                <dt className="text-muted">{label}</dt>
                <dd className="[overflow-wrap:anywhere]">
                  {list.slice(0, 12).join(", ")}
                  {list.length > 12 && ` ${t.settings.andMore(list.length - 12)}`}
                </dd>
              </div>
            ))}
        </dl>
      )}
      {report.sample.length > 0 && (
        <Sample tasks={report.sample as ImportedTask[]} all={report.created} locale={locale} />
      )}
      {report.problems.length > 0 && <Problems problems={report.problems} more={report.more_problems} />}
    </>
  );
}

const CELL = "px-2.5 py-1.5 text-start align-top break-words";

function whenOf(task: ImportedTask, locale: string): string {
  if (!task.due) return "";
  const day = formatDate(task.due.date, locale, { day: "numeric", month: "short", year: "numeric" });
  return [day, task.due.time && formatTime(task.due.time, locale)].filter(Boolean).join(", ");
}

function Sample({ tasks, all, locale }: { tasks: ImportedTask[]; all: number; locale: string }) {
  const columns = [t.detail.title, t.task.due, t.task.project, t.task.tags, t.task.priority];
  const caption = tasks.length < all ? t.settings.importFirst(tasks.length) : t.settings.importAll;
  return (
    <div
      className="border-line max-h-80 overflow-auto rounded-lg border"
      tabIndex={0}
      role="region"
      aria-label={caption}
    >
      <table className="w-full min-w-[34rem] border-collapse text-sm">
        <caption className="text-muted px-2.5 pt-2 text-start">{caption}</caption>
        <thead>
          <tr className="border-line border-b">
            {columns.map((column) => (
              <th key={column} scope="col" className={`${CELL} font-medium`}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {tasks.map((task, index) => (
            <tr key={index} className="border-line border-b last:border-0">
              <th scope="row" className={`${CELL} min-w-40 font-normal`}>
                {task.completed ? <s className="text-muted">{task.title}</s> : task.title}
                {task.steps > 0 && <span className="text-muted block">{t.task.steps(0, task.steps)}</span>}
              </th>
              <td className={CELL}>
                {whenOf(task, locale)}
                {task.recurrence && <span className="text-muted block">{t.settings.importRepeats}</span>}
              </td>
              <td className={CELL}>{task.project ?? t.lists.inbox}</td>
              <td className={CELL}>{task.tags.join(", ")}</td>
              <td className={CELL}>
                {t.task.priorities[task.priority as keyof typeof t.task.priorities] ?? task.priority}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Problems({ problems, more }: { problems: ImportProblem[]; more: number }) {
  return (
    <details open={problems.length <= 10} className="border-line rounded-lg border">
      <summary className="px-3 py-2 font-medium">{t.settings.importProblems(problems.length + more)}</summary>
      <ul className="border-line max-h-60 overflow-auto border-t px-3 py-2 text-sm" tabIndex={0}>
        {problems.map((problem, index) => (
          <li key={index} className="py-0.5 [overflow-wrap:anywhere]">
            <span className={problem.severity === "skipped" ? "text-urgent" : "text-muted"}>
              {[
                problem.file,
                typeof problem.line === "number" && t.settings.importLine(problem.line),
                t.settings.importSeverity[problem.severity],
              ]
                .filter(Boolean)
                .join(", ")}
              :
            </span>{" "}
            {problem.reason}
          </li>
        ))}
        {more > 0 && <li className="text-muted">{t.settings.andMore(more)}</li>}
      </ul>
    </details>
  );
}
