"use client";

import { Command } from "cmdk";
import { useRouter } from "next/navigation";
import { useState } from "react";
import { focusQuickAdd } from "@/features/quick-add/draft";
import { useFilters } from "@/features/filters/queries";
import { useProjects } from "@/features/projects/queries";
import { useTags } from "@/features/tags/queries";
import { useTaskList } from "@/features/tasks/queries";
import { useUndo } from "@/features/tasks/undo";
import { t } from "@/lib/messages";
import { theme, THEMES } from "@/lib/preferences";
import { openTask } from "@/lib/url";
import { Dialog } from "@/ui/dialog";
import { Kbd } from "@/ui/kbd";
import { overlay } from "./hotkeys";

const PAGES: [string, string, string?][] = [
  ["/inbox", t.lists.inbox, "g i"],
  ["/today", t.lists.today, "g t"],
  ["/upcoming", t.lists.upcoming, "g u"],
  ["/all", t.lists.all, "g a"],
  ["/completed", t.lists.completed, "g c"],
  ["/assistant", t.lists.assistant, "a"],
  ["/settings", t.lists.settings, "g s"],
];

const ITEM =
  "flex min-h-10 cursor-pointer items-center gap-3 rounded-lg px-3 data-[selected=true]:bg-accent-soft data-[selected=true]:text-accent [overflow-wrap:anywhere]";
const GROUP =
  "[&_[cmdk-group-heading]]:text-muted [&_[cmdk-group-heading]]:px-3 [&_[cmdk-group-heading]]:pt-3 [&_[cmdk-group-heading]]:pb-1 [&_[cmdk-group-heading]]:text-xs [&_[cmdk-group-heading]]:font-semibold";

/** ⌘K: go anywhere, do anything, find a task. */
export default function Palette() {
  const router = useRouter();
  const undo = useUndo();
  const [text, setText] = useState("");
  const projects = useProjects().filter((project) => !project.archived);
  const tags = useTags();
  const filters = useFilters();
  const wanted = text.trim();
  const found = useTaskList({ status: "pending", search: wanted }, wanted.length >= 2);
  const tasks = wanted.length >= 2 ? (found.data?.pages[0]?.items.slice(0, 6) ?? []) : [];

  const close = () => overlay.set(null);
  const run = (work: () => void) => () => {
    close();
    // After the dialog has given the focus back.
    setTimeout(work, 0);
  };
  const go = (path: string) => run(() => router.push(path));

  return (
    <Dialog title={t.palette.label} hideTitle onClose={close} className="desk:w-[36rem]!">
      <Command label={t.palette.label} loop className="flex min-h-0 flex-col">
        <Command.Input
          autoFocus
          value={text}
          onValueChange={setText}
          maxLength={200}
          placeholder={t.palette.placeholder}
          className="border-line min-h-14 w-full border-b bg-transparent px-5 text-lg outline-none"
        />
        <Command.List className="max-h-[56vh] overflow-y-auto p-2 pb-3">
          {tasks.length > 0 && (
            <Command.Group heading={t.palette.find} className={GROUP} forceMount>
              {tasks.map((task) => (
                <Command.Item
                  key={task.id}
                  value={`task ${task.id} ${task.title}`}
                  forceMount
                  onSelect={run(() => openTask(task.id))}
                  className={ITEM}
                >
                  {task.title}
                </Command.Item>
              ))}
            </Command.Group>
          )}
          <Command.Group heading={t.palette.go} className={GROUP}>
            {PAGES.map(([path, label, key]) => (
              <Command.Item key={path} value={label} onSelect={go(path)} className={ITEM}>
                <span className="flex-1">{label}</span>
                {key && <Kbd>{key}</Kbd>}
              </Command.Item>
            ))}
            {projects.map((project) => (
              <Command.Item
                key={project.id}
                value={`${t.lists.projects} ${project.name} #${project.id}`}
                onSelect={go(`/project?id=${project.id}`)}
                className={ITEM}
              >
                # {project.name}
              </Command.Item>
            ))}
            {filters.map((filter) => (
              <Command.Item
                key={filter.id}
                value={`${t.lists.filters} ${filter.name} ${filter.id}`}
                onSelect={go(`/filter?id=${filter.id}`)}
                className={ITEM}
              >
                {filter.name}
              </Command.Item>
            ))}
            {tags.map((tag) => (
              <Command.Item
                key={tag.id}
                value={`${t.lists.tags} ${tag.name}`}
                onSelect={go(`/tag?name=${encodeURIComponent(tag.name)}`)}
                className={ITEM}
              >
                @{tag.name}
              </Command.Item>
            ))}
          </Command.Group>
          <Command.Group heading={t.palette.act} className={GROUP}>
            <Command.Item value={t.keys.add} onSelect={run(() => focusQuickAdd())} className={ITEM}>
              <span className="flex-1">{t.keys.add}</span>
              <Kbd>q</Kbd>
            </Command.Item>
            <Command.Item value={t.undo.action} onSelect={run(() => void undo())} className={ITEM}>
              <span className="flex-1">{t.undo.action}</span>
              <Kbd>Ctrl Z</Kbd>
            </Command.Item>
            {THEMES.map((name) => (
              <Command.Item
                key={name}
                value={t.palette.theme(t.settings.themes[name])}
                onSelect={run(() => theme.set(name))}
                className={ITEM}
              >
                {t.palette.theme(t.settings.themes[name])}
              </Command.Item>
            ))}
            <Command.Item value={t.keys.title} onSelect={run(() => overlay.set("keys"))} className={ITEM}>
              <span className="flex-1">{t.keys.title}</span>
              <Kbd>?</Kbd>
            </Command.Item>
          </Command.Group>
          {wanted && (
            <Command.Group heading={t.palette.words} className={GROUP} forceMount>
              <Command.Item
                value={`search ${wanted}`}
                forceMount
                onSelect={go(`/search?q=${encodeURIComponent(wanted)}`)}
                className={ITEM}
              >
                {t.palette.searchFor(wanted)}
              </Command.Item>
              <Command.Item
                value={`add ${wanted}`}
                forceMount
                onSelect={run(() => focusQuickAdd(wanted))}
                className={ITEM}
              >
                {t.palette.addTask(wanted)}
              </Command.Item>
            </Command.Group>
          )}
        </Command.List>
      </Command>
    </Dialog>
  );
}
